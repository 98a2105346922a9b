"""Slice: sends each state that a session comes into to the operator's own system, as a signed event."""
