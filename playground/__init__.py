"""Where the bot can be tried without an account: a sandbox Slack, a sandbox Apizee and a page to play on.

It imports the bot, sparingly; the bot never imports it.
"""
