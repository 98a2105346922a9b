"""Sessions in Redis: their records, and which of them belongs to what."""
