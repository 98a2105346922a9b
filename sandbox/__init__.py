"""Sandboxes of both vendors, over HTTP: what tests, benchmarks and the demo share."""
