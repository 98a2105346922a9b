"""Links that people paste: a session in brief below its link, and a warning about one that nobody else may have."""
