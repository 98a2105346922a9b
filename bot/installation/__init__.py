"""Lets workspaces install the bot by themselves, and keeps their tokens."""
