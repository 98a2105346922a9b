"""The controls beside Slack: the customer's telephone, the clock, faults, and the bot itself."""
