"""Stores sessions in Redis: their records, and the indexes by which they are found."""
