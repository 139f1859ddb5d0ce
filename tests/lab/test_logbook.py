from datetime import UTC, datetime
from pathlib import Path

from probe.grammar.maillog import parse_line
from probe.lab.logbook import Logbook
from probe.model.log import LogKind


def test_a_line_is_one_that_postfix_could_have_written(tmp_path: Path) -> None:
    now = datetime(2026, 11, 22, 18, 0, 1, 5, tzinfo=UTC)
    book = Logbook(tmp_path / "mail.log", lambda: now)
    assert (book.path.read_bytes(), book.path.stat().st_mode & 0o777) == (b"", 0o600)
    book.write("mx1", "smtpd", "connect from a.example[2001:db8::9]")
    book.write("mx1", "qmgr", "A1B2C3D4E5: removed")
    first, second = book.path.read_text().splitlines()
    event = parse_line(first)
    assert event is not None
    assert (event.kind, event.client, event.host, event.time) == (LogKind.CONNECT, "2001:db8::9", "mx1", now)
    assert second.endswith(" mx1 postfix/qmgr[1002]: A1B2C3D4E5: removed")
