"""The way to Redis, the server that comes along, and what it promises."""
