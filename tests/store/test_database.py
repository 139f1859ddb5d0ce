"""The file itself: made once, with a number, in one piece or not at all. What is in it is test_store's matter."""

import sqlite3
from pathlib import Path

import pytest

from probe.model.memory import Served
from probe.store.database import UnusableError, opened, rows, transaction, write_row
from tests.builders import MX6, OWN, STARTED, V6

SERVED = Served(OWN[V6], MX6, 25, STARTED)


def test_a_file_is_made_once(tmp_path: Path) -> None:
    first, second = opened(tmp_path / "a"), opened(tmp_path / "a")
    write_row(first, "served", SERVED)
    assert rows(second, Served, "served WHERE port = ?", [(25,), (26,)]) == (SERVED,)
    assert second.execute("PRAGMA user_version").fetchone() == (2,)
    assert second.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    first.close()
    second.close()


def test_a_transaction_is_whole_or_nothing(tmp_path: Path) -> None:
    connection = opened(tmp_path / "a")

    def interrupted() -> None:
        with transaction(connection):
            write_row(connection, "served", SERVED)
            raise KeyError

    with pytest.raises(KeyError):
        interrupted()
    assert rows(connection, Served, "served WHERE port = ?", [(25,)]) == ()
    with transaction(connection):
        write_row(connection, "served", SERVED)
    assert rows(connection, Served, "served WHERE port = ?", [(25,)]) == (SERVED,)
    connection.close()


def test_an_empty_file_becomes_ours(tmp_path: Path) -> None:
    """A run killed between making the file and writing the schema leaves one."""
    (tmp_path / "a").touch(0o600)
    opened(tmp_path / "a").close()


def test_a_file_of_others_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a") as raw:
        raw.execute("PRAGMA user_version = 1")
    raw.close()
    with pytest.raises(UnusableError, match="another program"):
        opened(tmp_path / "a")
