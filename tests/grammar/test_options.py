"""Values of options: what is taken, what is said about the rest, and that nothing else ever happens."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import options
from probe.model.errors import UsageError
from probe.model.words import Stage, Verdict


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0.0), ("5", 5.0), ("0.25", 0.25), (".5", 0.5), ("86400", 86400.0), ("7.", 7.0), ("007", 7.0)],
)
def test_a_number(text: str, value: float) -> None:
    assert options.number(text, 0, options.DAY) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "-1",
        "+1",
        "1e3",
        "nan",
        "inf",
        "-inf",
        "NaN",
        "1_0",
        "0x10",
        "5s",
        "1,5",
        " 5",
        "5\n",
        "٣",
        "86400.1",
        "9" * 400,
    ],
)
def test_not_a_number(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        options.number(text, 0, options.DAY)
    assert str(caught.value) == f"{options.quoted(text)} is not a number of seconds from 0 to 86400"


def test_the_bounds_of_a_number_are_included() -> None:
    assert options.number("0.1", 0.1, 1) == 0.1
    with pytest.raises(UsageError, match=r'^"0" is not a number of days from 0.1 to 1$'):
        options.number("0", 0.1, 1, "days")


@pytest.mark.parametrize(("text", "value"), [("1", 1), ("25", 25), ("65535", 65535), ("0025", 25)])
def test_a_port(text: str, value: int) -> None:
    assert options.port(text) == value


@pytest.mark.parametrize("text", ["0", "65536", "-1", "smtp", "", "25.0", "2_5", "٢٥", "1" * 30])
def test_not_a_port(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        options.port(text)
    assert str(caught.value) == f"{options.quoted(text)} is not a port from 1 to 65535"


@pytest.mark.parametrize("word", list(Stage))
def test_every_stage_is_known_by_its_word(word: Stage) -> None:
    assert options.stage(word.value) is word


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("recpt", '"recpt" is not a stage; nearest: rcpt'),
        ("RCPT", '"RCPT" is not a stage; nearest: rcpt'),
        ("quit", '"quit" is not a stage; known: resolve, connect, banner, ehlo, starttls, mail, rcpt, data, delivery'),
        ("", '"" is not a stage; known: resolve, connect, banner, ehlo, starttls, mail, rcpt, data, delivery'),
    ],
)
def test_another_stage_is_answered_with_the_nearest_or_all(text: str, line: str) -> None:
    with pytest.raises(UsageError) as caught:
        options.stage(text)
    assert str(caught.value) == line


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("CONNECT", Stage.BANNER),
        ("banner", Stage.BANNER),
        ("First-HELO", Stage.EHLO),
        ("first-ehlo", Stage.EHLO),
        ("TLS", Stage.STARTTLS),
        ("EHLO", Stage.STARTTLS),
        ("helo", Stage.STARTTLS),
        ("MAIL", Stage.MAIL),
        ("rcpt", Stage.RCPT),
    ],
)
def test_the_stop_words_of_swaks(text: str, value: Stage) -> None:
    assert options.swaks_stop(text) is value


def test_swaks_can_stop_where_this_probe_never_goes() -> None:
    with pytest.raises(UsageError, match=r'^"AUTH" is not a stop word of swaks; known: CONNECT, '):
        options.swaks_stop("auth")


def test_a_list_keeps_its_order_and_each_part_once() -> None:
    assert options.listed("b, a,b", str.upper) == ("B", "A")


@pytest.mark.parametrize("text", ["", ",", "a,", ",a", "a,,b", "a, ,b"])
def test_a_list_has_no_empty_part(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        options.listed(text, str)
    assert str(caught.value) == f"{options.quoted(text)} has an empty part; write A or A,B"


def test_a_list_has_an_end() -> None:
    with pytest.raises(UsageError, match=r"is too long$"):
        options.listed("a," * 4096 + "a", str)


def test_cert_days() -> None:
    assert options.cert_days("30,7") == (30, 7)
    assert options.cert_days("7,7") == (7, 7)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("30", '"30" is not WARNING,CRITICAL in days, such as 14,7'),
        ("7,30", '"7,30" warns after it is critical; the first number is the larger one'),
        ("x,7", '"x" is not a number of days from 0 to 3650'),
        ("30,-7", '"-7" is not a number of days from 0 to 3650'),
        ("30,7,1", '"7,1" is not a number of days from 0 to 3650'),
    ],
)
def test_not_cert_days(text: str, line: str) -> None:
    with pytest.raises(UsageError) as caught:
        options.cert_days(text)
    assert str(caught.value) == line


@pytest.mark.parametrize("verdict", list(Verdict))
def test_severity(verdict: Verdict) -> None:
    assert options.severity(f"tcp-refused={verdict}") == ("tcp-refused", verdict)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("tcp-refused", '"tcp-refused" is not CODE=VERDICT, such as dns-mx-no-aaaa=ok'),
        ("=ok", '"=ok" is not CODE=VERDICT, such as dns-mx-no-aaaa=ok'),
        ("tcp-refused=warn", '"warn" is not a verdict; nearest: warning'),
        ("tcp-refused=", '"" is not a verdict; known: ok, unknown, warning, critical'),
    ],
)
def test_not_a_severity(text: str, line: str) -> None:
    with pytest.raises(UsageError) as caught:
        options.severity(text)
    assert str(caught.value) == line


@pytest.mark.parametrize(
    "text", ["maildir:/var/mail", "maildir:a b", "imaps://me@mail.example.com:993/INBOX", "log:a:b@c"]
)
def test_a_proof_is_kept_as_it_is(text: str) -> None:
    assert options.proof(text) == text


@pytest.mark.parametrize("text", ["", "maildir", "maildir:", ":/var", "Mail Dir:/x", "maildir:/a\nb", "maildir:/a\0b"])
def test_not_a_proof(text: str) -> None:
    with pytest.raises(UsageError):
        options.proof(text)


@pytest.mark.parametrize(
    "text", ["imap://me:secret@mail.example.com/", "imaps://me@example.com:secret@mail.example.com"]
)
def test_a_password_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        options.proof(text)
    assert "password" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["a\r\nBcc: b", "a\0", "", "  ", "x" * 201, "a\x1b[2J", "a\u2028b", "a\ud800"])
def test_a_line_that_would_not_stay_one(text: str) -> None:
    with pytest.raises(UsageError, match=r"is not one line of 1 to 200 printable characters$"):
        options.line(text)


def test_what_is_quoted_stays_on_its_line_and_short() -> None:
    assert options.quoted("a\n\x1b[2J") == '"a\\x0a\\x1b[2J"'
    assert len(options.quoted("a" * 10_000)) <= 62


def test_the_nearest_word_has_its_own_spelling() -> None:
    assert options.nearest("first-helo!", options.SWAKS_STOPS) == "FIRST-HELO"
    assert options.nearest("zzz", options.SWAKS_STOPS) is None


PARSERS: dict[str, Callable[[str], Any]] = {
    "number": lambda text: options.number(text, 0, 60),
    "whole": lambda text: options.whole(text, 0, 60),
    "stage": options.stage,
    "swaks_stop": options.swaks_stop,
    "listed": lambda text: options.listed(text, options.port),
    "cert_days": options.cert_days,
    "severity": options.severity,
    "proof": options.proof,
    "line": options.line,
}


def complaint(parser: Callable[[str], Any], text: str) -> str:
    try:
        parser(text)
    except UsageError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", PARSERS)
@given(text=st.text() | st.text("0123456789.,=:-@/ae", max_size=30))
def test_any_text_gives_a_value_or_one_line(name: str, text: str) -> None:
    assert complaint(PARSERS[name], text).isprintable()


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize("unit", ["1", ",", "1,", "imap://", ":", "a=", "@", "\n"])
def test_a_long_text_takes_no_long_time(name: str, unit: str) -> None:
    began = time.process_time()
    assert len(complaint(PARSERS[name], unit * 200_000)) < 300
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("text", ["mail", "s1", "2026-11.mail", "a_b", "x" * 63])
def test_a_selector(text: str) -> None:
    assert options.selector(text) == text


@pytest.mark.parametrize("text", ["", ".", "a..b", "-a", "a-", "a b", "a;b", "\u00e4", "x" * 64, "a\n"])
def test_no_selector(text: str) -> None:
    with pytest.raises(UsageError, match="not a selector"):
        options.selector(text)


def test_the_end_or_the_beginning_of_one_word_will_do() -> None:
    assert options.nearest("tls", ("starttls", "resolve")) == "starttls"
    assert options.nearest("prom", ("prometheus", "json")) == "prometheus"
    assert options.nearest("pro", ("prometheus", "protocols")) is None
    assert options.nearest("md", ("abcdefghijmd", "json")) is None
