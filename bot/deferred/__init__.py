"""Look-ups and buttons: acknowledged at once, answered afterwards."""
