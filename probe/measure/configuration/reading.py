"""Files of a configuration, read whole and bounded, and what a reader of a mail server hands on.

In: paths as typed. Out: text. Wrong: ``UsageError``, one line, for a file that is missing, closed to us or no text.
"""

from dataclasses import dataclass
from pathlib import Path

from probe.grammar.options import quoted_path
from probe.model.configuration import Configuration
from probe.model.errors import UsageError

LARGEST = 1 << 20  # octets of a configuration file
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Found:
    """A configuration; ``own`` when it is that of a server of this machine, run by process ``pid`` (None: it does not
    run). ``files`` are what it was read from; ``chroot`` is where its services are locked in. ``hosts`` are names whose
    addresses decide where it listens, ``origin`` the domain it sends mail for.
    """

    configuration: Configuration
    own: bool
    pid: int | None = None
    files: tuple[str, ...] = ()
    chroot: str | None = None
    origin: str | None = None


def read_text(path: str, what: str) -> str:
    """A file whole. What is not UTF-8 is kept as escapes: comments of old files are in any character set."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"{what} {quoted_path(path)}: {getattr(error, 'strerror', None) or error}") from None
    return text_of(data, f"{what} {quoted_path(path)}")


def text_of(data: bytes, who: str) -> str:
    """``data`` as text, or what is wrong with it."""
    if len(data) > LARGEST:
        raise UsageError(f"{who}: larger than {LARGEST} bytes")
    if b"\0" in data:
        raise UsageError(f"{who}: not a text file")
    return data.decode("utf-8", "backslashreplace")


def lines_of(path: str) -> tuple[str, ...] | None:
    """The lines of a table that need not be readable; None when it is not."""
    try:
        return tuple(read_text(path, "table").splitlines())
    except UsageError:
        return None
