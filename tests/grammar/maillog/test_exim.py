"""Exim: both forms of ids, every flag, its own file and syslog, and clients that forge an address in their HELO."""

# ruff: noqa: E501 - a log line stands on one line, as it is written

import pytest

from probe.grammar.maillog import parse_line
from tests.grammar.maillog.table import NAMED, V6, said

OLD, NEW = "1VnnFx-0008Lk-Gt", "1tsNIS-00000002QEt-2cM2"
HOP = {"relay": "mx1.example.com", "relay_address": "2001:db8::25", "relay_family": "ipv6"}

LINES: list[tuple[str, dict[str, object]]] = [
    (f"{NEW} <= a@example.net H=host9.example.net (probe.example.net) [2001:db8::9]:4025 I=[2001:db8::25]:25 P=esmtps X=TLS1.3:C:256 CV=no S=400 id=p6abc@a.example T=\"x H=y [192.0.2.1]\" for u@example.com v@example.com",
     {**NAMED, "kind": "reception", "queue_id": NEW, "client_port": 4025, "helo": "probe.example.net", "sender": "a@example.net",
      "message_id": "p6abc@a.example", "tls": "TLS1.3:C:256", "recipient": "u@example.com,v@example.com"}),
    (f"{OLD} <= <> R={NEW} U=Debian-exim P=local S=5", {"kind": "reception", "queue_id": OLD, "sender": ""}),
    (f"{OLD} <= a@example.net H=([192.0.2.66]) [2001:db8::9] P=smtp S=5",
     {**V6, "kind": "reception", "queue_id": OLD, "sender": "a@example.net", "helo": "[192.0.2.66]"}),
    (f"{OLD} <= \"a b\"@example.net H=(x) [2001:db8::9] P=smtp S=5",
     {**V6, "kind": "reception", "queue_id": OLD, "sender": '"a b"@example.net', "helo": "x"}),
    (f"{OLD} <= a@example.net H=(a b) [192.0.2.66] [2001:db8::9] P=smtp S=5", {"kind": "reception", "queue_id": OLD, "sender": "a@example.net"}),
    (f"{OLD} => u@example.com R=dnslookup T=remote_smtp H=mx1.example.com [2001:db8::25] X=TLS1.3:C:256 CV=yes C=\"250 2.0.0 Ok: queued as 4BzQ3t1mZvz9s\" QT=1m2.5s DT=0.1s",
     {**HOP, "kind": "delivery", "queue_id": OLD, "next_queue_id": "4BzQ3t1mZvz9s", "recipient": "u@example.com", "status": "sent",
      "code": 250, "dsn": "2.0.0", "text": "250 2.0.0 Ok: queued as 4BzQ3t1mZvz9s", "tls": "TLS1.3:C:256", "delay": 62.5}),
    (f"{OLD} => u <u@example.com> R=localuser T=local_delivery",
     {"kind": "delivery", "queue_id": OLD, "recipient": "u", "original_recipient": "u@example.com", "status": "sent", "relay": "local_delivery"}),
    (f"{OLD} -> u@example.com R=dnslookup T=remote_smtp H=mx1.example.com [2001:db8::25]:25* C=\"250 OK id={NEW}\"",
     {**HOP, "kind": "delivery", "queue_id": OLD, "recipient": "u@example.com", "status": "sent", "relay_port": 25, "code": 250,
      "next_queue_id": NEW, "text": f"250 OK id={NEW}"}),
    (f"{OLD} >> u@example.com R=r T=t", {"kind": "delivery", "queue_id": OLD, "recipient": "u@example.com", "status": "sent", "relay": "t"}),
    (f"{OLD} Frozen (delivery error message)", {"kind": "held", "queue_id": OLD, "text": "Frozen (delivery error message)"}),
    (f"{OLD} => :blackhole: <u@example.com> R=b", {"kind": "delivery", "queue_id": OLD, "recipient": "u@example.com", "status": "discarded"}),
    (f"{OLD} => blackhole (DATA ACL discarded recipients)", {"kind": "delivery", "queue_id": OLD, "status": "discarded"}),
    (f"{OLD} => blackhole <blackhole@example.com> R=r T=t",
     {"kind": "delivery", "queue_id": OLD, "recipient": "blackhole", "original_recipient": "blackhole@example.com", "status": "sent", "relay": "t"}),
    (f"{OLD} *> u@example.com R=r T=t", {"kind": "other", "queue_id": OLD, "text": "*> u@example.com R=r T=t"}),
    (f"{OLD} ** u@example.com R=dnslookup T=remote_smtp H=mx1.example.com [2001:db8::25]: SMTP error from remote mail server after RCPT TO:<u@example.com>: 550 5.1.1 no such user",
     {**HOP, "kind": "delivery", "queue_id": OLD, "recipient": "u@example.com", "status": "bounced", "code": 550, "dsn": "5.1.1",
      "text": "SMTP error from remote mail server after RCPT TO:<u@example.com>: 550 5.1.1 no such user"}),
    (f"{OLD} ** u@example.com: Unrouteable address",
     {"kind": "delivery", "queue_id": OLD, "recipient": "u@example.com", "status": "bounced", "text": "Unrouteable address"}),
    (f"{OLD} ** u@example.com <v@example.com>: retry timeout exceeded",
     {"kind": "delivery", "queue_id": OLD, "recipient": "u@example.com", "original_recipient": "v@example.com", "status": "bounced",
      "text": "retry timeout exceeded"}),
    (f"{OLD} == u@example.com R=r1 T=t1 defer (-45) H=mx1.example.com [2001:db8::25]: SMTP error from remote mail server after MAIL FROM:<a@example.net>: 450 4.2.1 later",
     {**HOP, "kind": "delivery", "queue_id": OLD, "recipient": "u@example.com", "status": "deferred", "code": 450, "dsn": "4.2.1",
      "text": "defer (-45) H=mx1.example.com [2001:db8::25]: SMTP error from remote mail server after MAIL FROM:<a@example.net>: 450 4.2.1 later"}),
    (f"{OLD} == u@example.com routing defer (-51): retry time not reached",
     {"kind": "delivery", "queue_id": OLD, "recipient": "u@example.com", "status": "deferred", "text": "defer (-51): retry time not reached"}),
    (f"{OLD} Completed", {"kind": "removed", "queue_id": OLD}),
    (f"{OLD} Completed QT=3s", {"kind": "removed", "queue_id": OLD}),
    (f"{OLD} H=mx1.example.com [2001:db8::25] Connection timed out",
     {**HOP, "kind": "unreachable", "queue_id": OLD, "text": "Connection timed out"}),
    (f"{OLD} Message is frozen", {"kind": "held", "queue_id": OLD, "text": "Message is frozen"}),
    ("H=(x) [2001:db8::9] F=<a@example.net> temporarily rejected RCPT <u@example.com>: greylisted",
     {**V6, "kind": "reject", "helo": "x", "sender": "a@example.net", "recipient": "u@example.com", "code": 450,
      "text": "temporarily rejected RCPT <u@example.com>: greylisted"}),
    ("H=host9.example.net (x) [2001:db8::9]:4025 F=<a@example.net> rejected RCPT <u@example.com>: 554 5.7.1 relay not permitted",
     {**NAMED, "kind": "reject", "helo": "x", "sender": "a@example.net", "recipient": "u@example.com", "client_port": 4025, "code": 554,
      "dsn": "5.7.1", "text": "rejected RCPT <u@example.com>: 554 5.7.1 relay not permitted"}),
    (f"{OLD} H=(x) [2001:db8::9] F=<a@example.net> rejected after DATA: spam",
     {**V6, "kind": "reject", "queue_id": OLD, "helo": "x", "sender": "a@example.net", "code": 550, "text": "rejected after DATA: spam"}),
    ("SMTP connection from [2001:db8::9]:4025 (TCP/IP connection count = 1)",
     {**V6, "kind": "connect", "client_port": 4025, "text": "SMTP connection from [2001:db8::9]:4025 (TCP/IP connection count = 1)"}),
    ("SMTP connection from (x) [2001:db8::9] closed by QUIT",
     {**V6, "kind": "disconnect", "helo": "x", "text": "SMTP connection from (x) [2001:db8::9] closed by QUIT"}),
    ("SMTP connection Ci=39 from (x) [2001:db8::9]:58728 I=[2001:db8::25]:25 D=0.013s closed by QUIT",
     {**V6, "kind": "disconnect", "helo": "x", "client_port": 58728,
      "text": "SMTP connection Ci=39 from (x) [2001:db8::9]:58728 I=[2001:db8::25]:25 D=0.013s closed by QUIT"}),
    ("SMTP connection from (x) [2001:db8::9] lost", {**V6, "kind": "lost", "helo": "x", "text": "SMTP connection from (x) [2001:db8::9] lost"}),
    ("unexpected disconnection while reading SMTP command from (x) [2001:db8::9] D=3s",
     {**V6, "kind": "lost", "helo": "x", "text": "unexpected disconnection while reading SMTP command from (x) [2001:db8::9] D=3s"}),
]  # fmt: skip


@pytest.mark.parametrize("before", ["", "Nov 22 18:00:01 mx1 exim[77]: ", "Nov 22 18:00:01 mx1 exim4[77]: "])
@pytest.mark.parametrize(("text", "expected"), LINES, ids=range(len(LINES)))
def test_every_form(before: str, text: str, expected: dict[str, object]) -> None:
    assert said(f"{before}2026-11-22 18:00:01 {text}", "exim") == expected


@pytest.mark.parametrize("stamp", ["2026-11-22 18:00:01.123 +0000", "2026-11-22 19:00:01.123 +0100 [77]"])
def test_stamps_with_fractions_zones_and_process_ids(stamp: str) -> None:
    event = parse_line(f"{stamp} {OLD} Completed")
    assert event is not None
    assert str(event.time) == "2026-11-22 18:00:01.123000+00:00"
    assert event.pid == (77 if "[" in stamp else None)


def test_syslog_without_a_stamp_of_its_own() -> None:
    assert said(f"Nov 22 18:00:01 mx1 exim[77]: {OLD} Completed", "exim") == {"kind": "removed", "queue_id": OLD}


@pytest.mark.parametrize("text", ["INFO server started", "Received: from x", "-", ""])
def test_a_line_without_a_sign_of_exim_is_none(text: str) -> None:
    assert parse_line(f"2026-11-22 18:00:01 {text}") is None
