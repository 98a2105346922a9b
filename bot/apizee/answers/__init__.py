"""What Apizee answers, read into the bot's own types."""
