"""Tools for people who work on the code; nothing here is part of the product."""
