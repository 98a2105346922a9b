"""What others would use, each a program of its own, whose environment says where Slack, Apizee and Redis are.

Where `WORK` is `command`, they do what the bot does for `/assist`: card, ticket, card again, links, with the session
written to Redis at each step. Where it is `ack`, they only acknowledge.
"""
