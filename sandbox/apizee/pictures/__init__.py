"""Photos that the sandbox draws by itself."""
