"""Where a report or a saved measurement goes: standard output, or a file written whole or not at all.

In: a path as typed, then bytes. Out: the file. Wrong: ``UsageError`` in one line; what was at that path before is then
still there. ``check_writable`` finds the usual mistakes before the first packet leaves.
"""

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from probe.grammar.options import quoted_path
from probe.model.errors import UsageError

STDOUT = "-"
PRIVATE = 0o600
PUBLIC = 0o666  # less the umask
PAGE = 80  # columns


def check_writable(path: str, option: str) -> None:
    """Refuse a path that cannot work, before anything is measured."""
    place = _real(path, option)
    try:
        mode = place.stat().st_mode
    except FileNotFoundError:
        mode = None
    except (OSError, ValueError) as error:
        raise _wrong(path, option, error) from None
    if mode is not None and stat.S_ISDIR(mode):
        raise UsageError(f"{option}: {quoted_path(path)} is a directory")
    if not place.parent.is_dir():
        raise UsageError(f"{option}: {quoted_path(path)}: no such directory: {quoted_path(str(place.parent))}")
    if not os.access(place if _special(mode) else place.parent, os.W_OK):
        raise UsageError(f"{option}: {quoted_path(path)}: no permission to write there")


def write_file(path: str, data: bytes, option: str, *, private: bool = False) -> None:
    """Write ``data`` beside ``path`` and move it there, so that a reader sees the old file or the new one.

    A file that is not ``private`` keeps the mode it had. A device or a pipe is written to as it is.
    """
    place = _real(path, option)
    try:
        mode = place.stat().st_mode if place.exists() else None
        if _special(mode):
            place.write_bytes(data)
        else:
            _replace(place, data, PRIVATE if private else PUBLIC, None if private or mode is None else mode)
    except (OSError, ValueError) as error:
        raise _wrong(path, option, error) from None


def write_stdout(text: str) -> None:
    """Print the report. A reader that has seen enough is no trouble, anything else is told."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        drop_stdout()
        if not isinstance(error, BrokenPipeError):
            raise UsageError(f"standard output: {error.strerror or error}") from None


def drop_stdout() -> None:
    """Send the rest to nowhere: the interpreter would try once more when it ends, and complain."""
    try:
        out = sys.stdout.fileno()
    except (AttributeError, OSError, ValueError):  # none, closed, or not a file at all
        return
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, out)
    os.close(null)


def note(text: str) -> None:
    """One line for the person at the terminal; standard output stays the report's."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(text, file=sys.stderr, flush=True)


def colored(when: str) -> bool:
    """Whether escape sequences belong on standard output (``--color``; https://no-color.org; a dumb terminal)."""
    if when != "auto":
        return when == "always"
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and is_terminal(sys.stdout)


def page_width() -> int:
    """Columns of a page: those of a narrow terminal, else what people can read."""
    try:
        wide = os.get_terminal_size(sys.stdout.fileno()).columns if is_terminal(sys.stdout) else 0
    except (AttributeError, OSError, ValueError):
        wide = 0
    return min(wide, PAGE) if wide else PAGE  # a terminal may not know its own size


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person looks at it. A process can be started without the stream."""
    return stream is not None and stream.isatty()


def _real(path: str, option: str) -> Path:
    """Where the bytes end up: a symbolic link is followed, so that it stays a link."""
    if not path:
        raise UsageError(f"{option}: the file name is empty")
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError) as error:
        raise _wrong(path, option, error) from None


def _special(mode: int | None) -> bool:
    return mode is not None and not stat.S_ISREG(mode)


def _replace(place: Path, data: bytes, fresh: int, kept: int | None) -> None:
    beside = place.with_name(f".{place.name[:200]}.{os.urandom(6).hex()}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, fresh)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # a full disk may show itself only now
        if kept is not None:
            beside.chmod(stat.S_IMODE(kept))
        beside.replace(place)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _wrong(path: str, option: str, error: Exception) -> UsageError:
    return UsageError(f"{option}: {quoted_path(path)}: {getattr(error, 'strerror', None) or error}")
