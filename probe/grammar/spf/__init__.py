"""Sender Policy Framework, RFC 7208, without I/O: the record, its macros, and what it says of a client."""
