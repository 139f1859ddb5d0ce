"""Lines to dialects: found by file name, never raising, linear, and any envelope around any dialect."""

# ruff: noqa: E501 - a log line stands on one line, as it is written

import doctest
import re
import time
from datetime import UTC, datetime
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import maillog
from probe.grammar.log_envelope import LINE
from probe.grammar.maillog import dialects, events, parse_line
from probe.model.log import Daemon
from tests.grammar.maillog import test_dovecot, test_exim, test_opensmtpd, test_postfix, test_sendmail
from tests.grammar.maillog.seen import SEEN
from tests.grammar.maillog.table import said

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TAGS = (
    "postfix/smtpd",
    "postfix/cleanup",
    "postfix/qmgr",
    "postfix/smtp",
    "postfix/bounce",
    "postfix/postscreen",
    "exim",
    "smtpd",
    "sm-mta",
    "dovecot",
)
TEXTS = tuple(
    [text for _, text, _ in test_postfix.LINES]
    + [text for table in (test_exim.LINES, test_opensmtpd.LINES, test_sendmail.LINES, test_dovecot.LINES) for text, _ in table]
    + [line.rpartition("[77]: ")[2] for _, line, _ in SEEN]
)  # fmt: skip
FRAGMENTS = tuple(sorted({word for text in TEXTS for word in re.split(r"(?<=[ =:,;<>\[\]\"()])", text)}))


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(maillog).failed == 0


def test_the_files_are_the_dialects() -> None:
    assert set(dialects()) == {daemon.value for daemon in Daemon}
    for name in dialects():
        module = import_module(f"probe.grammar.maillog.{name}")
        assert isinstance(module.PROGRAM, re.Pattern)
        assert callable(module.parse)


def test_no_tag_belongs_to_two_dialects() -> None:
    patterns = [import_module(f"probe.grammar.maillog.{name}").PROGRAM for name in dialects()]
    for tag in (*TAGS, "", "exim4", "sendmail", "opensmtpd", "postfix-out/smtp"):
        assert sum(1 for pattern in patterns if pattern.fullmatch(tag)) == 1


@pytest.mark.parametrize(
    "line", ["", "\n", "x", "Nov 22 18:00:01 mx1 sshd[7]: Accepted", "Nov 22 18:00:01", b"\xff\x00", "{", "{}"]
)
def test_lines_of_others_are_none(line: str | bytes) -> None:
    assert parse_line(line, NOW) is None


def test_what_is_not_printable_is_escaped_everywhere() -> None:
    event = parse_line(
        b"Nov 22 18:00:01 mx1 postfix/smtpd[7]: NOQUEUE: reject: RCPT from a[192.0.2.9]: 550 \x1b[2J\xff\\; from=<\xe2\x80\xae>",
        NOW,
    )
    assert event is not None
    assert event.text == r"550 \x1b[2J\xff\\"
    assert event.sender == r"\xe2\x80\xae"
    assert event.raw.isprintable()


def test_split_entries_become_one_event() -> None:
    start = "Nov 22 18:00:01 mx1 exim[77]: "
    found = list(events([
        f"{start}[1/2] 2026-11-22 18:00:01 1VnnFx-0008Lk-Gt <= a@example.net H=(x) [2001:d",
        "Nov 22 18:00:01 mx1 postfix/anvil[7]: statistics",
        f"{start}[2/2] b8::9] P=smtp S=5",
    ], NOW))  # fmt: skip
    assert [(event.daemon.value, event.client) for event in found] == [("postfix", None), ("exim", "2001:db8::9")]


def test_now_is_asked_for_every_line() -> None:
    years = iter([datetime(2026, 12, 31, 23, 59, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)])
    found = events(
        ["Dec 31 23:58:00 m postfix/smtpd[7]: x", "Jan  1 00:00:00 m postfix/smtpd[7]: x"], lambda: next(years)
    )
    assert [event.time and event.time.year for event in found] == [2026, 2027]


@given(st.one_of(st.text(max_size=300), st.binary(max_size=300)))
def test_no_input_raises(line: str | bytes) -> None:
    parse_line(line)
    parse_line(line, NOW)


@given(st.sampled_from(TAGS), st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=4)), max_size=30))
def test_no_text_of_a_daemon_raises(tag: str, words: list[str]) -> None:
    event = parse_line(f"Nov 22 18:00:01 mx1 {tag}[7]: {''.join(words)}", NOW)
    assert event is None or event.raw.isprintable()


@given(st.sampled_from(TEXTS), st.sampled_from(TAGS), st.integers(0, 300), st.text(max_size=6))
def test_no_damaged_line_raises(text: str, tag: str, place: int, damage: str) -> None:
    parse_line(f"2026-11-22T18:00:01Z mx1 {tag}[7]: {text[:place]}{damage}{text[place:]}", NOW)


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize(
    "head",
    [
        "",
        "NOQUEUE: reject: RCPT from a[::1]: ",
        "4BzQ3t1mZvz9s: to=",
        "1VnnFx-0008Lk-Gt <= ",
        "H=",
        "06QDQnNf050438: from=",
        "f7a2e6aa567530c9 smtp x",
    ],
)
@pytest.mark.parametrize(
    "unit",
    [
        '; from=<"',
        " H=(",
        ' C="',
        "a=<",
        "=",
        "<",
        '"',
        "\\",
        " for ",
        " rejected ",
        "a",
        ", b=<,",
        "([",
        "]:1 ",
        "=?utf-8?b?",
        "from x[1",
    ],
)
def test_a_line_full_of_one_thing_comes_back_soon(tag: str, head: str, unit: str) -> None:
    line = f"Nov 22 18:00:01 mx1 {tag}[7]: {head}{unit * (LINE // len(unit))}"
    began = time.process_time()
    parse_line(line, NOW)
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(("daemon", "line", "expected"), SEEN, ids=range(len(SEEN)))
def test_forms_that_are_old_rare_or_not_about_a_message(daemon: str, line: str, expected: dict[str, object]) -> None:
    assert said(line, daemon) == expected
