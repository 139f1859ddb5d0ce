"""Files a person names to be read, and standard input.

In: a path as typed, and what it is to be. Out: bytes or text, whole and bounded. Wrong: ``UsageError`` in one line.
"""

import sys
from pathlib import Path

from probe.grammar.options import quoted_path
from probe.model.errors import UsageError

STDIN = "-"


def read_text(path: str, what: str, largest: int) -> str:
    """A text file whole, or standard input; what cannot be read or is not text is a ``UsageError``."""
    try:
        text = read_bytes(path, what, largest).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{what} {quoted_path(path)}: not a text file (UTF-8)") from None
    if "\0" in text:
        raise UsageError(f"{what} {quoted_path(path)}: not a text file")
    return text


def read_bytes(path: str, what: str, largest: int) -> bytes:
    """A file whole, or standard input, up to ``largest`` bytes."""
    try:
        if path == STDIN:
            data = b"" if sys.stdin is None else sys.stdin.buffer.read(largest + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(largest + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"{what} {quoted_path(path)}: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > largest:
        raise UsageError(f"{what} {quoted_path(path)}: larger than {largest} bytes")
    return data
