"""What stands around a log line: every form, the year that is not written, zones, and what no daemon wrote."""

# ruff: noqa: E501 - a log line stands on one line, as it is written

import doctest
import json
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import log_envelope
from probe.grammar.log_envelope import LINE, read

NOW = datetime(2026, 11, 23, tzinfo=UTC)
EVENING = "2026-11-22 18:00:01+00:00"


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(log_envelope).failed == 0


@pytest.mark.parametrize(
    ("line", "host", "program", "pid", "time"),
    [
        ("Nov 22 18:00:01 mx1 postfix/smtpd[77]: x", "mx1", "postfix/smtpd", 77, EVENING),
        ("<22>Nov 22 18:00:01 mx1 postfix/smtpd[77]: x", "mx1", "postfix/smtpd", 77, EVENING),
        ("Nov 22 18:00:01 mx1 dovecot: x", "mx1", "dovecot", None, EVENING),
        ("Nov 22 18:00:01 2001:db8::25 sm-mta[77]: x", "2001:db8::25", "sm-mta", 77, EVENING),
        ("Nov 22 18:00:01 postfix/smtpd[77]: x", None, "postfix/smtpd", 77, EVENING),
        ("Nov 22 18:00:01.123456 mx1 exim[77]: x", "mx1", "exim", 77, EVENING),
        ("2026-11-22T18:00:01+00:00 mx1 exim[77]: x", "mx1", "exim", 77, EVENING),
        ("2026-11-22T19:00:01+0100 mx1 exim[77]: x", "mx1", "exim", 77, EVENING),
        ("2026-11-22T18:00:01Z mx1 exim[77]: x", "mx1", "exim", 77, EVENING),
        ("2026-11-22T18:00:01 mx1 exim[77]: x", "mx1", "exim", 77, EVENING),
        ("2026-11-22 18:00:01 mx1 exim[77]: x", "mx1", "exim", 77, EVENING),
        ("2026-11-22 18:00:01 postfix/smtpd[77]: x", None, "postfix/smtpd", 77, EVENING),
        ("Sun 2026-11-22 18:00:01 UTC mx1 exim[77]: x", "mx1", "exim", 77, EVENING),
        ("Nov 22 2026 18:00:01 mx1 exim[77]: x", "mx1", "exim", 77, EVENING),
        ("2026 Nov 22 18:00:01 mx1 exim[77]: x", "mx1", "exim", 77, EVENING),
        ("Nov 22 18:00:01 mx1 mail.info exim[77]: x", "mx1", "exim", 77, EVENING),
        ("Nov 22 18:00:01 <mail.info> mx1 exim[77]: x", "mx1", "exim", 77, EVENING),
        ("Nov 22 18:00:01 mx1 exim[77]: [ID 197553 mail.info] x", "mx1", "exim", 77, EVENING),
        ("mail-1  | Nov 22 18:00:01 mx1 exim[77]: x", "mx1", "exim", 77, EVENING),
        ("2026-11-22T18:00:01Z Nov 22 17:00:00 mx1 exim[77]: x", "mx1", "exim", 77, EVENING),
        (json.dumps({"log": "Nov 22 18:00:01 mx1 exim[77]: x\n", "stream": "stdout"}), "mx1", "exim", 77, EVENING),
        ("2026-11-22T18:00:01.161156+00:00 INFO    postfix/smtp[990]: x", None, "postfix/smtp", 990, "2026-11-22 18:00:01.161156+00:00"),
        ("2026-11-22T18:00:01+00:00 INFO\tmx1 postfix/smtp[990]: x", "mx1", "postfix/smtp", 990, EVENING),
        ("<22>1 2026-11-22T18:00:01.000Z mx1 exim 77 - - x", "mx1", "exim", 77, EVENING),
        ("<22>1 2026-11-22T18:00:01Z mx1 exim - ID [a@1 b=\"c\\]\\\"d\"][e@2] x", "mx1", "exim", None, EVENING),
        ("<22>1 - mx1 exim 77 - - \ufeffx", "mx1", "exim", 77, "None"),
        ("2026-11-22 18:00:01 x", None, "", None, EVENING),
        ("2026-11-22 19:00:01.000 +0100 [77] x", None, "", 77, EVENING),
        ("postfix/smtpd[77]: x", None, "postfix/smtpd", 77, "None"),
        ("Nov 31 18:00:01 mx1 exim[77]: x", "mx1", "exim", 77, "None"),
        ("Foo 22 18:00:01 mx1 exim[77]: x", "mx1", "exim", 77, "None"),
        ("Nov 22 25:00:01 mx1 exim[77]: x", "mx1", "exim", 77, "None"),
        ("2026-13-22T18:00:01Z mx1 exim[77]: x", "mx1", "exim", 77, "None"),
    ],
)  # fmt: skip
def test_every_form(line: str, host: str | None, program: str, pid: int | None, time: str) -> None:
    for given_as in (line, line + "\n", line.encode(), line.encode() + b"\r\n"):
        found = read(given_as, NOW)
        assert found is not None
        assert (found.host, found.program, found.pid, str(found.time), found.message) == (host, program, pid, time, "x")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "x",
        "Nov 22 18:00:01",
        "Nov 22 18:00:01 ",
        "2026-11-22T18:00:01Z",
        "[1] x",
        "{",
        "[]",
        '{"MESSAGE":',
        "a | b | Nov 22 18:00:01 mx1 x: x",
        '{"log": "{}"}',
        '{"log": 7}',
        "Foo 22 2026",
    ],
)
def test_what_is_no_log_line_is_none(line: str) -> None:
    assert read(line, NOW) is None


def journal(**fields: object) -> str:
    return json.dumps(
        {
            "SYSLOG_IDENTIFIER": "postfix/smtpd",
            "_PID": "77",
            "_HOSTNAME": "mx1",
            "__REALTIME_TIMESTAMP": "1795370401123456",
            **fields,
        }
    )


@pytest.mark.parametrize("message", ["x\\y\x1b", [120, 92, 121, 27], ["x\\y\x1b", "second"]])
def test_a_journal_entry(message: object) -> None:
    found = read(journal(MESSAGE=message))
    assert found is not None
    assert (found.host, found.program, found.pid, found.message) == ("mx1", "postfix/smtpd", 77, r"x\\y\x1b")
    assert found.raw == found.message
    assert found.time == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=1795370401123456)


@pytest.mark.parametrize("stamp", ["", "x", "9" * 18, "9" * 100, 7, None, ["1"], "-1"])
def test_a_journal_entry_with_an_odd_time(stamp: object) -> None:
    found = read(journal(MESSAGE="x", __REALTIME_TIMESTAMP=stamp))
    assert found is not None
    assert found.message == "x"


@pytest.mark.parametrize("message", [None, 7, {}, [], [256], [-1], [120, "x"], True])
def test_a_journal_entry_without_text_is_empty(message: object) -> None:
    found = read(journal(MESSAGE=message))
    assert found is not None
    assert found.message == ""


@pytest.mark.parametrize(
    ("stamp", "now", "expected"),
    [
        ("Dec 31 23:59:59", datetime(2027, 1, 1, tzinfo=UTC), "2026-12-31 23:59:59+00:00"),
        ("Jan  1 00:00:00", datetime(2027, 1, 1, tzinfo=UTC), "2027-01-01 00:00:00+00:00"),
        ("Jan  1 00:00:30", datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), "2027-01-01 00:00:30+00:00"),
        ("Nov 24 00:00:00", datetime(2026, 11, 22, 12, tzinfo=UTC), "2025-11-24 00:00:00+00:00"),
        ("Feb 29 12:00:00", datetime(2027, 3, 1, tzinfo=UTC), "2024-02-29 12:00:00+00:00"),
        ("Nov 22 18:00:60", NOW, "2026-11-22 18:00:59+00:00"),
        ("Nov 22 18:00:01", datetime(2026, 11, 23, tzinfo=timezone(timedelta(hours=-5))), "2026-11-22 23:00:01+00:00"),
        ("Jul  1 12:00:00", datetime(2026, 11, 23, tzinfo=ZoneInfo("Europe/Berlin")), "2026-07-01 10:00:00+00:00"),
        ("Nov 22 12:00:00", datetime(2026, 11, 23, tzinfo=ZoneInfo("Europe/Berlin")), "2026-11-22 11:00:00+00:00"),
        ("Nov 22 12:00:00", datetime(2026, 11, 23), "None"),  # noqa: DTZ001 - a naive one says nothing about the zone
        ("Nov 22 12:00:00", None, "None"),
        ("Jan  1 00:00:00", datetime(1, 1, 1, tzinfo=UTC), "None"),
        ("Dec 31 23:59:59", datetime(9999, 12, 31, tzinfo=timezone(timedelta(hours=-5))), "None"),
    ],
)
def test_the_year_and_the_zone_that_are_not_written(stamp: str, now: datetime | None, expected: str) -> None:
    found = read(f"{stamp} mx1 exim[77]: x", now)
    assert found is not None
    if now is not None and now.year > 9000:
        assert found.time is None or found.time.year < 9999
    else:
        assert str(found.time) == expected


def test_a_long_line_is_cut() -> None:
    found = read(b"Nov 22 18:00:01 mx1 exim[77]: " + b"x" * (2 * LINE))
    assert found is not None
    assert len(found.raw) == LINE


@given(
    st.one_of(st.text(max_size=200), st.binary(max_size=200)),
    st.sampled_from(["", "{", "Nov 22 18:00:01 ", "<22>1 ", "2026-11-22T18:00:01Z ", "2026-11-22 18:00:01 "]),
)
def test_no_input_raises(tail: str | bytes, head: str) -> None:
    line = head + tail if isinstance(tail, str) else head.encode() + tail
    for now in (None, NOW):
        found = read(line, now)
        assert found is None or found.raw.isprintable()


@given(st.dictionaries(st.sampled_from(["MESSAGE", "_PID", "SYSLOG_IDENTIFIER", "_HOSTNAME", "__REALTIME_TIMESTAMP"]),
                       st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3))))  # fmt: skip
def test_no_journal_entry_raises(entry: dict[str, object]) -> None:
    found = read(json.dumps(entry))
    assert (found is None) == ("MESSAGE" not in entry)
