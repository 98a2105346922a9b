"""The life of a session: from the request to its card, its invitation, its links and its end."""
