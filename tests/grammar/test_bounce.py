"""Bounces with a report and without, and what looks like one and is none."""

# ruff: noqa: E501 - a header stands as it is written

import doctest
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import bounce, bounce_text
from probe.grammar.bounce import RECIPIENTS, parse
from probe.grammar.mime import MESSAGE
from tests.grammar.bounce_writers import NO_BOUNCES, WRITERS

POSTFIX = b"""Return-Path: <>
From: MAILER-DAEMON@mx1.example.com (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: probe@a.example
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status;
	boundary="AAAAAAAAAA.1/mx1.example.com"

--AAAAAAAAAA.1/mx1.example.com
Content-Description: Notification

This is the mail system at host mx1.example.com.

<u@example.com>: host mx9.example.org[2001:db8::99] said: 550-5.7.1
    [2001:db8::25      13] our systems will not
    550 5.7.1 have it (in reply to end of DATA command)

<v@example.com>: mail for example.com loops back to myself

--AAAAAAAAAA.1/mx1.example.com
Content-Type: message/delivery-status

Reporting-MTA: dns; mx1.example.com
X-Postfix-Queue-ID: 4BzQ3t1mZvz9s
X-Postfix-Sender: rfc822; probe@a.example
Original-Envelope-Id: p6abc
Arrival-Date: Sun, 22 Nov 2026 18:00:01 +0000 (UTC)

Final-Recipient: rfc822; u@example.com
Original-Recipient: rfc822;first@example.com
Action: failed
Status: 5.7.1
Remote-MTA: dns; mx9.example.org
Diagnostic-Code: smtp; 550-5.7.1 [2001:db8::25      13] our systems
    will not 550 5.7.1 have it

Final-Recipient: rfc822; v@example.com
Action: failed (loop)
Status: 5.4.6
Diagnostic-Code: X-Postfix; mail for example.com loops back to myself

--AAAAAAAAAA.1/mx1.example.com
Content-Type: message/rfc822

Message-ID: <p6abc@a.example>
X-Probe6-Token: p6abc

body
--AAAAAAAAAA.1/mx1.example.com--
"""


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(bounce).failed == 0
    assert doctest.testmod(bounce_text).failed == 0


@pytest.mark.parametrize("as_text", [True, False])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_report_with_all_its_parts(end: bytes, *, as_text: bool) -> None:
    data = POSTFIX.replace(b"\n", end)
    found = parse(data.decode() if as_text else data)
    assert found is not None
    assert found.standard
    assert (found.reporting_mta, found.queue_id, found.envelope_id) == ("mx1.example.com", "4BzQ3t1mZvz9s", "p6abc")
    assert found.arrived == datetime(2026, 11, 22, 18, 0, 1, tzinfo=UTC)
    assert found.message_id == "p6abc@a.example"
    assert found.returned == "message-id: <p6abc@a.example>; x-probe6-token: p6abc"
    assert found.explanation is not None
    first, second = found.recipients
    assert (first.action, first.recipient, first.original_recipient) == ("failed", "u@example.com", "first@example.com")
    assert (first.status, first.code, first.remote_mta) == ("5.7.1", 550, "mx9.example.org")
    assert (first.address, first.family) == ("2001:db8::99", "ipv6")  # only the part for people tells it
    assert (second.recipient, second.status, second.address, second.code) == ("v@example.com", "5.4.6", None, None)


@pytest.mark.parametrize("action", ["failed", "delayed", "delivered", "relayed", "expanded"])
def test_each_action(action: str) -> None:
    found = parse(POSTFIX.replace(b"Action: failed", b"Action: " + action.title().encode()))
    assert found is not None
    assert found.action == action


def test_a_report_wrapped_by_a_list() -> None:
    wrapped = (
        b"Content-Type: multipart/mixed; boundary=zz\n\n--zz\n"
        + POSTFIX[POSTFIX.index(b"Content-Type") :]
        + b"\n--zz--\n"
    )
    found = parse(b"Subject: x\n" + wrapped)
    assert found is not None
    assert found.recipients[0].recipient == "u@example.com"


EXIM = b"""Return-path: <>
X-Failed-Recipients: u@example.com, v@example.com
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx1.example.com>
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

  u@example.com
    host mx9.example.org [2001:db8::99]
    SMTP error from remote mail server after RCPT TO:<u@example.com>:
    550 5.1.1 no such user

------ This is a copy of the message, including all the headers. ------

Message-ID: <p6abc@a.example>
"""
QMAIL = b"""Return-Path: <>
From: MAILER-DAEMON@mx1.example.com
Subject: failure notice

Hi. This is the qmail-send program at mx1.example.com.

<u@example.com>:
192.0.2.99 does not like recipient.
Remote host said: 550 5.1.1 no

--- Below this line is a copy of the message.

Message-ID: <p6abc@a.example>
To: <other@example.com>
"""


@pytest.mark.parametrize(
    ("message", "recipients", "code", "status", "address"),
    [
        (EXIM, ["u@example.com", "v@example.com"], 550, "5.1.1", "2001:db8::99"),
        (QMAIL, ["u@example.com"], 550, "5.1.1", "192.0.2.99"),
    ],
)
def test_without_a_report(message: bytes, recipients: list[str], code: int, status: str, address: str | None) -> None:
    found = parse(message)
    assert found is not None
    assert not found.standard
    assert found.action == "failed"
    assert [one.recipient for one in found.recipients] == recipients
    assert {(one.code, one.status, one.address) for one in found.recipients} == {(code, status, address)}
    assert found.message_id == "p6abc@a.example"


@pytest.mark.parametrize(
    ("subject", "action"),
    [
        ("Undelivered Mail Returned to Sender", "failed"),
        ("Returned mail: see transcript for details", "failed"),
        ("Delivery status notification: error", "failed"),
        ("NOTICE: mail delivery status.", "failed"),
        ("Undeliverable: probe6 p6abc v6", "failed"),
        ("Delivery Status Notification (Failure)", "failed"),
        ("Failure Notice", "failed"),
        ("Delivery Status Notification (Delay)", "delayed"),
        ("Delayed Mail (still being retried)", "delayed"),
        ("Warning: could not send message for past 4 hours", "delayed"),
    ],
)
def test_subjects_of_programs(subject: str, action: str) -> None:
    found = parse(f"Return-Path: <>\nFrom: postmaster@example.com\nSubject: {subject}\n\n<u@example.com>: 550 no\n")
    assert found is not None
    assert found.action == action
    assert found.recipients[0].recipient == "u@example.com"


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"Subject: hello\n\nUndelivered Mail Returned to Sender\n",
        b"Return-Path: <>\nAuto-Submitted: auto-replied\nSubject: Out of office\n\nI am away\n",
        b"Return-Path: <>\nAuto-Submitted: auto-replied (vacation)\nSubject: Delivery failure is a film I am watching\n\nback soon\n",
        b"Return-Path: <u@example.com>\nFrom: u@example.com\nSubject: failure notice\n\nHi. I got one, 550 it says\n",
        b"Return-Path: <>\nSubject: Please confirm your message\n\nclick\n",
        b"Return-Path: <>\nSubject: Undeliverable: read\nContent-Type: multipart/report; report-type=disposition-notification; boundary=x\n\n--x\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; u@example.com\nDisposition: a/b; displayed\n--x--\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n--x--\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a\n--x--\n",
    ],
    ids=range(9),
)
def test_what_is_no_bounce(message: bytes) -> None:
    assert parse(message) is None


def test_texts_are_escaped_and_bounded() -> None:
    blocks = b"\n".join(
        b"Final-Recipient: rfc822; \x1b%d\nAction: failed\n" % number for number in range(2 * RECIPIENTS)
    )
    found = parse(
        b"Content-Type: multipart/report; boundary=x\n\n--x\n\n\x1b[2J\xff\n--x\nContent-Type: message/delivery-status\n\n"
        + blocks + b"\n--x--\n"
    )  # fmt: skip
    assert found is not None
    assert len(found.recipients) <= RECIPIENTS + 1
    assert found.recipients[0].recipient == "\\x1b0"
    assert found.explanation == "\\x1b[2J\\xff"


PIECES = [POSTFIX[start : start + 60] for start in range(0, len(POSTFIX), 60)]


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=50))
def test_no_pieces_raise(pieces: list[bytes]) -> None:
    found = parse(b"".join(pieces))
    assert found is None or repr(found.recipients).isprintable()


@given(st.integers(0, len(POSTFIX)), st.integers(0, 200), st.binary(max_size=20))
def test_no_damaged_report_raises(place: int, length: int, damage: bytes) -> None:
    for message in (POSTFIX, EXIM, QMAIL):
        parse(message[:place] + damage + message[place + length :])


@given(st.text(st.characters(), max_size=300))
def test_no_text_raises(message: str) -> None:
    parse(message)


@pytest.mark.parametrize(
    "unit", [b"a@", b"<a@b", b"250 ", b"host a [", b"\n\n", b"\nFinal-Recipient: x\n\n", b" ", b"\n---- copy"]
)
def test_a_message_full_of_one_thing_comes_back_soon(unit: bytes) -> None:
    head = b"Return-Path: <>\nX-Failed-Recipients: a@b\nSubject: failure notice\n\n"
    report = b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n"
    began = time.process_time()
    parse(head + unit * (MESSAGE // len(unit)))
    parse(report + unit * (MESSAGE // len(unit)))
    assert time.process_time() - began < 4.0


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_each_writer_says(name: str, end: str) -> None:
    message, standard, action, about, expected = WRITERS[name]
    found = parse(message.replace("\n", end))
    assert found is not None
    assert (found.standard, found.action.value, found.message_id or found.envelope_id) == (standard, action, about)
    assert [(one.recipient, one.code, one.status, one.address) for one in found.recipients] == expected


@pytest.mark.parametrize("name", NO_BOUNCES)
def test_what_only_looks_like_a_bounce(name: str) -> None:
    assert parse(NO_BOUNCES[name]) is None


def test_a_bounce_names_whom_it_went_to() -> None:
    found = parse("To: probe@a.example\nDelivered-To: probe6+p6abc@a.example\n" + WRITERS["qmail"][0])
    assert found is not None
    assert found.sent_to == "probe6+p6abc@a.example, probe@a.example"
