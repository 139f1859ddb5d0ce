"""Completion, one file per shell: each offers ``script(pages)``. The file name is the word of ``completion``."""
