"""Hold the stand-ins for the vendors, which answer at once, or as slowly as they are set to."""
