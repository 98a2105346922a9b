"""Slack: the guard at the door, and what the bot says there."""
