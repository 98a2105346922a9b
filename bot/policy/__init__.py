"""Who a Slack user is at Apizee, and who administers the bot."""
