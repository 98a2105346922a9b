"""What Slack sends: verified, and read into types."""
