"""The product's own types. Everything here is frozen and free of I/O."""
