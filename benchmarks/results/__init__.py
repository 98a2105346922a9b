"""Hold what a run has measured, its goals, and its report."""
