"""The bot's Messages tab: a greeting for those who come first, and an answer to what they write."""
