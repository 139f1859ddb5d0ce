"""One run of a configuration at a time, and not at the very second at which everybody's begins.

In: the file's name, and the state beside which the lock lies. Out: the lock, until the block is left; the system takes
it from a run that is killed. Wrong: ``UsageError`` while another run has it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from probe.grammar.options import quoted_path
from probe.model.errors import UsageError

_PID = 32  # octets of a process number


@contextmanager
def alone(file: str, state: Path | None) -> Iterator[None]:
    """Hold the lock of the configuration ``file``: beside ``state``, or where nothing is kept, on the file itself."""
    import fcntl
    from hashlib import sha256

    whole = os.path.realpath(file)
    try:
        if state is None:
            number = os.open(whole, os.O_RDONLY | os.O_CLOEXEC)
        else:
            state.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            place = state.parent / f"{sha256(os.fsencode(whole)).hexdigest()[:16]}.lock"
            number = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UsageError(f"--config {quoted_path(file)}: no lock can be had: {error.strerror}") from None
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            by = os.read(number, _PID).decode("ascii", "replace").strip() if state is not None else ""
            who = f" (process {by})" if by.isdecimal() else ""
            raise UsageError(f"--config {quoted_path(file)}: another run of it{who} is still going on") from None
        except OSError as error:  # a file system without locks
            raise UsageError(f"--config {quoted_path(file)}: no lock can be had: {error.strerror}") from None
        if state is not None:
            with suppress(OSError):  # a full disk costs the other run a word of its line
                os.truncate(number, 0)
                os.pwrite(number, f"{os.getpid()}\n".encode("ascii"), 0)
        yield
    finally:
        os.close(number)


@contextmanager
def heeding_sigterm() -> Iterator[None]:
    """``kill`` and systemd end what is done in this block as a person at the keyboard does: with one line."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _terminated)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)


def heed_sigterm_again() -> None:
    """After an event loop that heeded it in its own way, which leaves nothing behind but the end of the process."""
    import signal
    import threading

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminated)


def _terminated(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt("terminated")


def splay(most: float) -> None:
    """Wait up to ``most`` seconds, another number of them each time."""
    if most > 0:
        import random
        import time

        time.sleep(random.uniform(0, most))  # noqa: S311 - spreads load, keeps no secret
