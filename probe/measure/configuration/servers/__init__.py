"""The mail servers whose configuration can be read, one file each, named as the word after ``probe6 audit``.

Each offers ``read(place, stdin)``: the configuration, and which process of this machine runs it.
"""
