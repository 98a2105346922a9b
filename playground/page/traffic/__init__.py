"""The requests between Slack, the bot and Apizee, as the page shows them, without secrets."""
