"""Octets on the way to a server: sockets in the event loop, TLS on them, and what the system says when they fail."""
