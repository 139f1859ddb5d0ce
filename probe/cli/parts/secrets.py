"""Passwords: from the environment or from a file of the user's own, never from the command line.

In: the options, the environment. Out: passwords by what they open (``smtp``, ``imap``). Wrong: ``UsageError`` for a
file that others can read or that is not one line; its content is never repeated.

A variable is the password for what its name says; the file's is for whatever has no variable.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from probe.grammar.options import quoted_path
from probe.model.errors import UsageError

VARIABLES = {"smtp": "PROBE6_SMTP_PASSWORD", "imap": "PROBE6_IMAP_PASSWORD"}
_LARGEST = 4096  # bytes of a password
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def secrets(path: str | None, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """All passwords there are; ``path`` is that of ``--secret``."""
    given = None if path is None else _read(path)
    found = {word: environment.get(variable) or given for word, variable in VARIABLES.items()}
    return {word: password for word, password in found.items() if password}


def _read(path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            status = os.fstat(file.fileno())
            data = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"--secret {quoted_path(path)}: {getattr(error, 'strerror', None) or error}") from None
    if stat.S_ISREG(status.st_mode) and status.st_mode & _OTHERS:
        raise UsageError(f"--secret {quoted_path(path)}: others can read it; chmod 600 it first")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = ""
    line = text.removesuffix("\n").removesuffix("\r")
    if len(data) > _LARGEST or not line or not line.isprintable():
        raise UsageError(f"--secret {quoted_path(path)}: not a password, which is one line of UTF-8 text")
    return line
