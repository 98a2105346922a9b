"""Slack's own side: what people do there, and how it is delivered to an app."""
