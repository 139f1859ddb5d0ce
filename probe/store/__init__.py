"""State between runs: one SQLite file, so that a job that runs for years does not pay for the same thing twice.

In: a path, then what a run learned (``Memory``) or concluded (``Report``). Out: what is known about a target. The file
is private (0600), its schema has a number, what is older than 90 days goes, and processes may share it.

Whatever is wrong with the file or its disk is told once, in one line, and the run goes on as if nothing were known: a
probe must not fail because its memory does. Nothing here raises but ``state_path``.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from probe.address import same_network
from probe.grammar.text import clip
from probe.model.errors import UsageError
from probe.model.memory import (
    Announced,
    Greeted,
    Greylisted,
    Memory,
    Past,
    Question,
    Sent,
    Served,
    Silenced,
    UnknownRecipient,
)
from probe.model.report import Report
from probe.model.words import Family, Verdict
from probe.store.database import UnusableError, opened, rows, transaction, write_row

if TYPE_CHECKING:
    from sqlite3 import Connection

KEPT = timedelta(days=90)
PROOF_LASTS = timedelta(hours=24)  # a network that let port 25 out yesterday may have a filter by now
MOST_PAST = 128  # verdicts kept of one target
PROOFS = 4  # per family, each from another network: one of them may be the target's own

_FILE = "state.sqlite"
_BOTH = "parity-verdict"  # the finding that compares the families, and so speaks of neither
_AGES = {
    **dict.fromkeys(("greeted", "silenced", "unknown", "served", "past", "sent"), "at"),
    "greylisted": "last_try",
}

T = TypeVar("T")


def state_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the state is kept: systemd's STATE_DIRECTORY, else the XDG state directory, else ~/.local/state.

    ``UsageError`` where there is no such place, as for a user without a home.
    """
    given = environment.get("STATE_DIRECTORY", "").partition(":")[0]  # systemd.exec(5): several are joined by colons
    if given.startswith("/"):
        return Path(given, _FILE)
    base = environment.get("XDG_STATE_HOME", "")  # a relative one is to be ignored, says its specification
    home = environment.get("HOME", "")
    if base.startswith("/"):
        return Path(base, "probe6", _FILE)
    if home.startswith("/"):
        return Path(home, ".local", "state", "probe6", _FILE)
    raise UsageError("no place to keep state: neither XDG_STATE_HOME nor HOME names one")


class Store:
    """The state in one file. Opened when it is first needed; safe to use from several threads.

    ``note`` is told, once, why there is no state; ``now`` is UTC.
    """

    def __init__(
        self, path: Path, note: Callable[[str], None], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.path = path
        self._note = note
        self._now = now
        self._lock = Lock()
        self._connection: Connection | None = None
        self._pruned = False
        self._lost = False

    def open(self) -> None:
        """Open the file now, while there is time, so that nobody waits for it later."""
        self._with(lambda _connection: None, None)

    def recall(self, question: Question) -> Memory:
        """What is known about the hosts and addresses of a target; of what has ended nothing."""

        def ask(connection: "Connection") -> Memory:
            since, now = (question.now - PROOF_LASTS).timestamp(), question.now.timestamp()
            envelope = (question.recipient, question.sender)
            per_address = [(address,) for address in question.addresses]
            return Memory(
                greeted=tuple(item for family in Family for item in _proofs(connection, family, since, now)),
                greylisted=rows(
                    connection,
                    Greylisted,
                    "greylisted WHERE recipient = ? AND sender = ? AND address = ? AND last_try <= ?",
                    [(*envelope, address, now) for (address,) in per_address],
                ),
                silenced=rows(
                    connection,
                    Silenced,
                    "silenced WHERE host = ? AND at <= ? AND until > ?",
                    [(host, now, now) for host in question.hosts],
                ),
                unknown=rows(
                    connection,
                    UnknownRecipient,
                    "unknown WHERE recipient = ? AND address = ? AND at <= ? AND until > ?",
                    [(question.recipient, address, now, now) for (address,) in per_address],
                ),
                served=rows(
                    connection,
                    Served,
                    "served WHERE address = ? AND at <= ?",
                    [(address, now) for (address,) in per_address],
                ),
            )

        return self._with(ask, Memory())

    def keep(self, learned: Memory) -> None:
        """Remember what a run learned; what is known of the same thing gives way."""

        def write(connection: "Connection") -> None:
            with transaction(connection):
                self._prune(connection)
                for field in fields(learned):
                    for row in getattr(learned, field.name):
                        write_row(connection, field.name, row)

        if learned:
            self._with(write, None)

    def remember(self, report: Report) -> None:
        """Add the report's verdicts to the history of its target."""
        past = past_of(report)

        def write(connection: "Connection") -> None:
            with transaction(connection):
                self._prune(connection)
                write_row(connection, "past", past)
                connection.execute(
                    "DELETE FROM past WHERE target = ?1 AND rowid NOT IN"
                    " (SELECT rowid FROM past WHERE target = ?1 ORDER BY rowid DESC LIMIT ?2)",
                    (past.target, MOST_PAST),
                )

        self._with(write, None)

    def history(self, target: str, most: int = MOST_PAST) -> tuple[Past, ...]:
        """How ``target``, as it was written, stood in earlier runs, the latest first, whatever clocks said."""
        query = "past WHERE target = ? ORDER BY rowid DESC LIMIT ?"
        return self._with(lambda connection: rows(connection, Past, query, [(target, most)]), ())

    def announced(self, target: str) -> Announced | None:
        """How ``target`` stood when a change of it was last told."""
        query = "announced WHERE target = ?"
        nothing: tuple[Announced, ...] = ()
        return next(iter(self._with(lambda connection: rows(connection, Announced, query, [(target,)]), nothing)), None)

    def announce(self, told: Announced) -> None:
        """A change was told."""
        self._with(lambda connection: write_row(connection, "announced", told), None)

    def claim(self, recipient: str, every: timedelta) -> bool:
        """True when a message may go to ``recipient`` now, which is then taken as sent.

        Said beforehand, so that a run that is killed on the way does not send again. Without a state nobody knows when
        the last one went, and none goes.
        """

        def ask(connection: "Connection") -> bool:
            with transaction(connection):
                now = self._now()
                last = rows(connection, Sent, "sent WHERE recipient = ?", [(recipient,)])
                # What lies in the future was dated by a clock that was wrong.
                free = all(not timedelta(0) <= now - item.at < every for item in last)
                if free:
                    write_row(connection, "sent", Sent(recipient, now))
                return free

        return self._with(ask, False)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()

    def _with(self, work: Callable[["Connection"], T], otherwise: T) -> T:
        """What ``work`` makes of the open file; ``otherwise`` where there is none to be had."""
        import sqlite3

        with self._lock:
            if self._lost:
                return otherwise
            try:
                if self._connection is None:
                    self._connection = opened(self.path)
                return work(self._connection)
            # ValueError, OverflowError, TypeError: something else than we wrote stands in a column.
            except (sqlite3.Error, OSError, UnusableError, ValueError, OverflowError, TypeError) as error:
                why = clip(getattr(error, "strerror", None) or str(error), 200)
                self._lost = True
                if self._connection is not None:
                    with suppress(sqlite3.Error):
                        self._connection.close()
                    self._connection = None
        self._note(f"state {clip(str(self.path), 200)}: {why}; going on without it (--no-state says so from the start)")
        return otherwise

    def _prune(self, connection: "Connection") -> None:
        """Forget what is old, and what a clock that was wrong dated into the future; once is enough."""
        if self._pruned:
            return
        now = self._now()
        for table, column in _AGES.items():
            connection.execute(
                f"DELETE FROM {table} WHERE {column} NOT BETWEEN ? AND ?",  # noqa: S608 - both are constants of ours
                ((now - KEPT).timestamp(), (now + timedelta(days=1)).timestamp()),
            )
        self._pruned = True


def _proofs(connection: "Connection", family: Family, since: float, now: float) -> Iterator[Greeted]:
    """The latest greetings over ``family``, one of a network: each proves as much as all of them."""
    query = "greeted WHERE family = ? AND at BETWEEN ? AND ? ORDER BY at DESC LIMIT 64"
    found: list[Greeted] = []
    for item in rows(connection, Greeted, query, [(family, since, now)]):
        if not any(item.source == other.source and same_network(item.address, other.address) for other in found):
            found.append(item)
    yield from found[:PROOFS]


def past_of(report: Report) -> Past:
    """How a target stands, as it is remembered."""
    measurement = report.measurement
    verdicts = {
        family: max(
            (item.verdict for item in report.findings if item.family in {family, None} and item.code != _BOTH),
            key=lambda verdict: verdict.rank,
            default=Verdict.OK,
        )
        for family in measurement.settings.families
    }
    return Past(
        target=measurement.target.text,
        at=measurement.started,
        verdict=report.verdict,
        parity=report.parity,
        summary=report.summary,
        ipv6=verdicts.get(Family.IPV6),
        ipv4=verdicts.get(Family.IPV4),
    )
