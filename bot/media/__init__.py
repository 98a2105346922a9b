"""Photos and recordings: from Apizee into the thread of their session."""
