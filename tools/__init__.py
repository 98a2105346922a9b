"""Tools for whoever works on the code; nothing here is part of the product."""
