"""Workspaces that install the bot by themselves, and their tokens."""
