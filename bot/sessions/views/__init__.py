"""What sessions look like: their cards and forms. Values in, blocks out."""
