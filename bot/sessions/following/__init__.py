"""Following sessions to their end: webhooks, polling, reminders, completion, erasure."""
