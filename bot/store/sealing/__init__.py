"""Seal what is kept: keys, their rotation, and the compression before it."""
