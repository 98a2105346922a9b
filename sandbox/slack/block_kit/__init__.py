"""The rules of Block Kit by which every message and view is judged."""
