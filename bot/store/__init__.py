"""What the bot keeps: the connection to Redis, the Redis that comes along, and the keys that seal what lies in it."""
