"""The lines of a mail log as events: the envelope first, then the dialect of the daemon that wrote it.

In: a line of a log file or a journal (``probe.grammar.log_envelope`` lists the forms). Out: a ``LogEvent``, or None for
a line of no mail daemon known here. Nothing raises; a line costs time linear in its length, of which 64 KiB are read.

A dialect is a file in this package, found by its name. It offers ``PROGRAM``, a pattern of the tags it answers to, and
``parse(record)``, which gives None for a line that is not its own after all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache, lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol, cast

from probe.grammar.log_envelope import Record, read
from probe.grammar.log_split import Reassembler

if TYPE_CHECKING:
    import re

    from probe.model.log import LogEvent


class Dialect(Protocol):
    """What a file of this package offers."""

    PROGRAM: re.Pattern[str]

    def parse(self, record: Record) -> LogEvent | None:
        """Read one line."""


def parse_line(line: str | bytes, now: datetime | None = None) -> LogEvent | None:
    """The event of one line. ``now`` (aware) gives a year and a zone to times that state none.

    >>> found = parse_line("Nov 22 18:00:01 mx1 postfix/smtpd[7]: 4BzQ3t1mZvz9s: client=a.example[2001:DB8::9]")
    >>> found.kind.value, found.queue_id, found.client, found.family.value
    ('reception', '4BzQ3t1mZvz9s', '2001:db8::9', 'ipv6')
    """
    record = read(line, now)
    return None if record is None else _event(record)


def events(lines: Iterable[str | bytes], now: datetime | Callable[[], datetime] | None = None) -> Iterator[LogEvent]:
    """The events of a log, entries that syslog had split put together again.

    ``now`` is asked for every line where it can be called: a log that is still being written outlives the year.

    >>> pieces = ("[1/2] 1tsNIS-00000002QEt-2cM2 <= a@b.exam", "[2/2] ple H=c.example [2001:db8::9]")
    >>> [(event.sender, event.client) for event in events(f"Nov 22 18:00:01 mx1 exim[7]: {text}" for text in pieces)]
    [('a@b.example', '2001:db8::9')]
    """
    reader = Reader()
    for line in lines:
        event = reader.event(line, now() if callable(now) else now)
        if event is not None:
            yield event


class Reader:
    """Reads one log line by line, for as long as it is written to."""

    def __init__(self) -> None:
        self._whole = Reassembler()

    def event(self, line: str | bytes, now: datetime | None = None) -> LogEvent | None:
        """The event of the next line; None also for a piece of an entry that is not whole yet."""
        record = read(line, now)
        record = None if record is None else self._whole.add(record)
        return None if record is None else _event(record)


def dialects() -> tuple[str, ...]:
    """The daemons whose lines are understood: the names of the files beside this one."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


def _event(record: Record) -> LogEvent | None:
    dialect = _dialect(record.program)
    return None if dialect is None else dialect.parse(record)


@lru_cache(maxsize=256)
def _dialect(program: str) -> Dialect | None:
    return next((dialect for dialect in _all() if dialect.PROGRAM.fullmatch(program)), None)


@cache
def _all() -> tuple[Dialect, ...]:
    return tuple(cast("Dialect", import_module(f"{__name__}.{name}")) for name in dialects())
