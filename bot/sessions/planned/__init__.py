"""Slice: a session that is planned, from its card to its start: reminders, changes, and what comes due."""
