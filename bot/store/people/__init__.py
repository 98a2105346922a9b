"""What the bot remembers of the people of a workspace, apart from their sessions."""
