"""Sentences of what was refused: for what was typed, and for who asked."""
