"""The use cases, in the words of those who have them: start a session, look one up, step into it."""
