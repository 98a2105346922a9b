"""What the bot stores: the connection to Redis, the embedded Redis, and the keys that seal what lies in it."""
