"""The door for people: one file per command, its name is the command's.

A command offers ``SYNOPSIS`` (how it is written), ``configure(parser)`` and ``run(args) -> int``, the exit status; the
first line of its docstring is what ``probe6 --help`` says of it. It uses ``probe.api``, and imports that in ``run``.
"""
