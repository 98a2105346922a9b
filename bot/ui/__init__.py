"""What people see: pure functions from domain values to sentences, messages and views; no I/O, no clock."""
