"""Slack's Web API: each method, as strict as its documentation."""
