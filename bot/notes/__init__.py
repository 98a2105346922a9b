"""Notes: how a session ended, from the form to its card and its thread."""
