"""Slack: verifying its requests, reading them, and calling its Web API."""
