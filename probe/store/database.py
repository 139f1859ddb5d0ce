"""The database behind the store: opened, made or brought up to date, and rows of it as nouns of ours.

In: a path, or an open connection. Out: a connection, or frozen nouns: a table is named as a field of ``Memory`` is, its
columns as the fields of its noun are. Times are seconds since 1970. Raises what sqlite3 and the system raise, and
``UnusableError`` for a file that is none of ours, which is left as it was.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from probe.model.memory import Announced, Greeted, Greylisted, Past, Sent, Served, Silenced, UnknownRecipient
from probe.model.words import Family

if TYPE_CHECKING:
    from sqlite3 import Connection

PATIENCE = 2.0  # seconds to wait for another process that writes

_APPLICATION = 0x70726F36  # "pro6", so that no other program's database is taken for ours
_SCHEMAS = (
    """
    CREATE TABLE greeted (family TEXT, source TEXT, host TEXT, address TEXT, at REAL, PRIMARY KEY (source, address));
    CREATE TABLE greylisted (family TEXT, source TEXT, sender TEXT, recipient TEXT, address TEXT, first_seen REAL,
        last_try REAL, next_try REAL, tries INTEGER, passed REAL, PRIMARY KEY (recipient, address, sender, source));
    CREATE TABLE silenced (host TEXT PRIMARY KEY, at REAL, until REAL);
    CREATE TABLE unknown (address TEXT, recipient TEXT, said TEXT, at REAL, until REAL,
        PRIMARY KEY (address, recipient));
    CREATE TABLE served (source TEXT, address TEXT, port INTEGER, at REAL, PRIMARY KEY (address, port, source));
    CREATE TABLE past (target TEXT, at REAL, verdict TEXT, parity TEXT, summary TEXT, ipv6 TEXT, ipv4 TEXT);
    CREATE INDEX past_of ON past (target, at);
    """,
    """
    CREATE TABLE announced (target TEXT PRIMARY KEY, at REAL, verdict TEXT, ipv6 TEXT, ipv4 TEXT);
    CREATE TABLE sent (recipient TEXT PRIMARY KEY, at REAL);
    """,
)
"""What brings a file from one number to the next; the number is SQLite's ``user_version``."""

_MOMENTS = frozenset({"at", "until", "first_seen", "last_try", "next_try", "passed"})

Row = TypeVar("Row", Greeted, Greylisted, Silenced, UnknownRecipient, Served, Past, Announced, Sent)


class UnusableError(Exception):
    """The file is none of ours."""


def opened(path: Path) -> "Connection":
    """The database, made where there is none yet: private before a byte of it is written."""
    import sqlite3

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    if not stat.S_ISREG(path.stat().st_mode):
        raise UnusableError("not a regular file")
    # Transactions are ours to begin; the lock in Store lets one thread at a time in.
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        _bring_up_to_date(connection)
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        connection.execute("PRAGMA synchronous = NORMAL")  # a power cut may cost the last run's memory, not the file
    except BaseException:
        connection.close()
        raise
    return connection


def _bring_up_to_date(connection: "Connection") -> None:
    version = _version(connection)
    if version == len(_SCHEMAS):
        return
    with transaction(connection):
        for statements in _SCHEMAS[_version(connection) :]:  # asked again: another process may have done it by now
            for statement in statements.split(";")[:-1]:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {len(_SCHEMAS)}")
    if version == 0:
        import sqlite3

        # Readers then need not wait for a writer. Where it cannot be (another process, a network file system) they do.
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")


def _version(connection: "Connection") -> int:
    """The number of the schema; 0 for a new file."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != _APPLICATION and (application, version, tables) != (0, 0, 0):
        raise UnusableError("the database of another program")
    if version > len(_SCHEMAS):
        raise UnusableError(f"written by a newer probe6 (schema {version}, this one reads {len(_SCHEMAS)})")
    return int(version)


@contextmanager
def transaction(connection: "Connection") -> Iterator[None]:
    """What is written within is written whole or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk may have rolled it back already
            connection.execute("ROLLBACK")
        raise


def rows(
    connection: "Connection", kind: Callable[..., Row], query: str, asked: list[tuple[object, ...]]
) -> tuple[Row, ...]:
    """The rows of ``query``, asked once for each of ``asked``."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type] # a dataclass is what is called here
    statement = f"SELECT {', '.join(names)} FROM {query}"  # noqa: S608 - names and queries are constants of ours
    return tuple(
        kind(**{name: _read(name, value) for name, value in zip(names, row, strict=True)})
        for values in asked
        for row in connection.execute(statement, [_written(value) for value in values])
    )


def write_row(connection: "Connection", table: str, row: object) -> None:
    """Write ``row``, in place of what has the same key."""
    names = [field.name for field in fields(row)]  # type: ignore[arg-type] # rows are dataclasses
    marks = ", ".join("?" * len(names))
    connection.execute(
        f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES ({marks})",  # noqa: S608 - names of our own
        [_written(getattr(row, name)) for name in names],
    )


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return value.timestamp()
    return str(value) if isinstance(value, str) else value


def _read(name: str, value: Any) -> object:
    if name in _MOMENTS and value is not None:
        return datetime.fromtimestamp(value, UTC)
    return Family(value) if name == "family" else value
