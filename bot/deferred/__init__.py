"""Requests that are answered after Slack's acknowledgement: look-ups, buttons, mentions, the Home."""
