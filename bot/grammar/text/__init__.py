"""Read text as Slack and people write it: characters, Slack's escapes, and what must be masked."""
