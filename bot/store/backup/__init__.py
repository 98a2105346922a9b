"""Writes all that the bot keeps in Redis to a file, and back into that Redis or another one."""
