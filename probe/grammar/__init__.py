"""Texts of the mail world, read without I/O: each file one grammar, pure and linear in its input."""
