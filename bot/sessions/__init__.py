"""The life of a session: from what somebody asks for to its card, its invitation and its links."""
