"""The App Home: a person's sessions, today's figures, how the connection is."""
