"""SMTP as a client speaks it, without I/O: bytes in, events out. Raises only for our own mistakes."""
