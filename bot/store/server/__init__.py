"""The connection to Redis, the embedded server, and what a server promises."""
