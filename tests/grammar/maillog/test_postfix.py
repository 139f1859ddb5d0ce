"""Postfix, each daemon's lines: short and long queue ids, the forms up to 3.11, names of instances and services."""

# ruff: noqa: E501 - a log line stands on one line, as it is written

import pytest

from probe.grammar.maillog import parse_line
from tests.grammar.maillog.table import NAMED, V6, said

LONG = "4BzQ3t1mZvz9s"
PEER = "host9.example.net[2001:db8::9]"
REJECTED = {
    **NAMED,
    "kind": "reject",
    "sender": "a@example.net",
    "recipient": "u@example.com",
    "helo": "probe.example.net",
}
ACTED = {key: value for key, value in REJECTED.items() if key not in {"kind", "helo"}}
HOP = {"relay": "mx1.example.com", "relay_address": "2001:db8::25", "relay_family": "ipv6", "relay_port": 25}
SENT = {
    "kind": "delivery",
    "queue_id": LONG,
    "recipient": "u@example.com",
    "status": "sent",
    "dsn": "2.0.0",
    "delay": 0.5,
}
ENVELOPE = "from=<a@example.net> to=<u@example.com> proto=ESMTP helo=<probe.example.net>"
TIMES = "delay=0.5, delays=0.07/0.01/0.11/0.31"

LINES: list[tuple[str, str, dict[str, object]]] = [
    ("smtpd", f"connect from {PEER}", {**NAMED, "kind": "connect"}),
    ("smtpd", f"connect from {PEER}:41234", {**NAMED, "kind": "connect", "client_port": 41234}),
    ("smtpd", "connect from unknown[unknown]", {"kind": "connect"}),
    ("smtpd", "connect from unknown[192.0.2.9]", {"kind": "connect", "client": "192.0.2.9", "family": "ipv4"}),
    ("smtpd", "connect from a.example[::ffff:192.0.2.9]",
     {"kind": "connect", "client": "192.0.2.9", "family": "ipv4", "client_name": "a.example"}),
    ("smtpd", f"disconnect from {PEER} ehlo=2 starttls=1 mail=1 rcpt=0/1 quit=1 commands=5/6",
     {**NAMED, "kind": "disconnect", "text": "ehlo=2 starttls=1 mail=1 rcpt=0/1 quit=1 commands=5/6"}),
    ("smtpd", f"disconnect from {PEER} ehlo=1 commands=1 notes=bare_lf",
     {**NAMED, "kind": "disconnect", "text": "ehlo=1 commands=1 notes=bare_lf"}),
    ("smtpd", f"{LONG}: client={PEER}", {**NAMED, "kind": "reception", "queue_id": LONG}),
    ("smtpd", f"3C5A21B7F: client={PEER}, sasl_method=PLAIN, sasl_username=u", {**NAMED, "kind": "reception", "queue_id": "3C5A21B7F"}),
    ("smtpd", f"{LONG}: client=localhost[::1], orig_queue_id=3C5A21B7F, orig_client={PEER}",
     {"kind": "reception", "queue_id": LONG, "previous_queue_id": "3C5A21B7F", "client": "::1", "family": "ipv6", "client_name": "localhost"}),
    ("smtpd", f"NOQUEUE: reject: RCPT from {PEER}: 450 4.2.0 <u@example.com>: Recipient address rejected: Greylisted; {ENVELOPE}",
     {**REJECTED, "code": 450, "dsn": "4.2.0", "text": "450 4.2.0 <u@example.com>: Recipient address rejected: Greylisted"}),
    ("smtpd", f"{LONG}: reject: DATA from {PEER}: 550 5.7.1 <DATA>: Data command rejected: no; {ENVELOPE}",
     {**REJECTED, "queue_id": LONG, "code": 550, "dsn": "5.7.1", "text": "550 5.7.1 <DATA>: Data command rejected: no"}),
    ("smtpd", f"NOQUEUE: reject: CONNECT from {PEER}: 554 5.7.1 <{PEER}>: Client host rejected; proto=SMTP",
     {**NAMED, "kind": "reject", "code": 554, "dsn": "5.7.1",
      "text": f"554 5.7.1 <{PEER}>: Client host rejected"}),
    ("smtpd", f"NOQUEUE: hold: RCPT from {PEER}: <{PEER}>: Client host triggers HOLD action; {ENVELOPE}",
     {**ACTED, "kind": "held", "text": f"hold: RCPT from {PEER}: <{PEER}>: Client host triggers HOLD action; {ENVELOPE}"}),
    ("smtpd", f"NOQUEUE: discard: RCPT from {PEER}: <{PEER}>: Client host triggers DISCARD action; {ENVELOPE}",
     {**ACTED, "kind": "delivery", "status": "discarded",
      "text": f"discard: RCPT from {PEER}: <{PEER}>: Client host triggers DISCARD action; {ENVELOPE}"}),
    ("smtpd", f"NOQUEUE: redirect: RCPT from {PEER}: <{PEER}>: Client host triggers REDIRECT x@example.com; {ENVELOPE}",
     {**ACTED, "kind": "redirected",
      "text": f"redirect: RCPT from {PEER}: <{PEER}>: Client host triggers REDIRECT x@example.com; {ENVELOPE}"}),
    ("smtpd", f"lost connection after UNKNOWN from {PEER}",
     {**NAMED, "kind": "lost", "text": f"lost connection after UNKNOWN from {PEER}"}),
    ("smtpd", f"{LONG}: timeout after DATA (1234 bytes) from {PEER}",
     {**NAMED, "kind": "lost", "queue_id": LONG, "text": f"timeout after DATA (1234 bytes) from {PEER}"}),
    ("smtpd", f"Anonymous TLS connection established from {PEER}: TLSv1.3 with cipher X (256/256 bits)",
     {**NAMED, "kind": "tls", "tls": "TLSv1.3 with cipher X (256/256 bits)"}),
    ("smtpd", f"SSL_accept error from {PEER}: -1", {**NAMED, "kind": "tls", "text": "-1"}),
    ("smtpd", "warning: hostname a.example does not resolve to address 2001:db8::9",
     {**V6, "kind": "other", "text": "warning: hostname a.example does not resolve to address 2001:db8::9"}),
    ("cleanup", f"{LONG}: message-id=<p6abc@a.example>", {"kind": "message-id", "queue_id": LONG, "message_id": "p6abc@a.example"}),
    ("cleanup", f"{LONG}: message-id=", {"kind": "message-id", "queue_id": LONG, "message_id": ""}),
    ("cleanup", f"{LONG}: resent-message-id=<p6abc@a.example>", {"kind": "message-id", "queue_id": LONG, "message_id": "p6abc@a.example"}),
    ("cleanup", f"{LONG}: message-id==?UTF-8?B?PHA2YWJjQGEuZXhhbXBsZT4=?=", {"kind": "message-id", "queue_id": LONG, "message_id": "p6abc@a.example"}),
    ("cleanup", f"{LONG}: message-id==?utf-8?Q?=3Cp6abc=40a.example=3E?=", {"kind": "message-id", "queue_id": LONG, "message_id": "p6abc@a.example"}),
    ("cleanup", f"{LONG}: message-id==?UTF-8?B?x?=", {"kind": "message-id", "queue_id": LONG, "message_id": "=?UTF-8?B?x?="}),
    ("cleanup", f"{LONG}: message-id==?UTF-8?B?GwA=?=", {"kind": "message-id", "queue_id": LONG, "message_id": r"\x1b\x00"}),
    ("cleanup", f"{LONG}: canceled", {"kind": "canceled", "queue_id": LONG}),
    ("cleanup", f"{LONG}: reject: header Subject: x from {PEER}; {ENVELOPE}: 5.7.1 no such subject",
     {**REJECTED, "queue_id": LONG, "dsn": "5.7.1", "text": "5.7.1 no such subject"}),
    ("cleanup", f"{LONG}: hold: header Subject: x from {PEER}; {ENVELOPE}: by a check",
     {**ACTED, "kind": "held", "queue_id": LONG, "text": f"hold: header Subject: x from {PEER}; {ENVELOPE}: by a check"}),
    ("cleanup", f"{LONG}: milter-hold: END-OF-MESSAGE from {PEER}: milter triggers HOLD action; {ENVELOPE}",
     {**ACTED, "kind": "held", "queue_id": LONG,
      "text": f"milter-hold: END-OF-MESSAGE from {PEER}: milter triggers HOLD action; {ENVELOPE}"}),
    ("cleanup", f"{LONG}: milter-reject: END-OF-MESSAGE from {PEER}: 5.7.1 spam; {ENVELOPE}",
     {**REJECTED, "queue_id": LONG, "dsn": "5.7.1", "text": "5.7.1 spam"}),
    ("qmgr", f"{LONG}: from=<a@example.net>, size=400, nrcpt=1 (queue active)", {"kind": "queued", "queue_id": LONG, "sender": "a@example.net"}),
    ("qmgr", f"{LONG}: from=<>, status=expired, returned to sender",
     {"kind": "delivery", "queue_id": LONG, "sender": "", "status": "expired", "text": "returned to sender"}),
    ("qmgr", f"{LONG}: from=<a@example.net>, status=force-expired, returned to sender",
     {"kind": "delivery", "queue_id": LONG, "sender": "a@example.net", "status": "expired", "text": "returned to sender"}),
    ("qmgr", f"{LONG}: removed", {"kind": "removed", "queue_id": LONG}),
    ("postsuper", f"{LONG}: removed", {"kind": "removed", "queue_id": LONG}),
    ("pickup", f"{LONG}: uid=0 from=<root>", {"kind": "reception", "queue_id": LONG, "sender": "root"}),
    ("smtp", f"{LONG}: to=<u@example.com>, relay=mx1.example.com[2001:db8::25]:25, {TIMES}, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 3C5A21B7F)",
     {**SENT, **HOP, "next_queue_id": "3C5A21B7F", "code": 250, "text": "250 2.0.0 Ok: queued as 3C5A21B7F"}),
    ("smtp", f"{LONG}: to=<u@example.com>, orig_to=<root>, relay=mx1.example.com[2001:db8::25]:25, conn_use=2, {TIMES}, tls=verified, dsn=2.0.0, status=sent (250 OK id=1tsNIS-00000002QEt-2cM2)",
     {**SENT, **HOP, "original_recipient": "root", "tls": "verified", "next_queue_id": "1tsNIS-00000002QEt-2cM2", "code": 250,
      "text": "250 OK id=1tsNIS-00000002QEt-2cM2"}),
    ("smtp", f"{LONG}: to=<u@example.com>, relay=127.0.0.1[127.0.0.1]:10024, {TIMES}, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 3C5A21B7F)",
     {**SENT, "relay": "127.0.0.1", "relay_address": "127.0.0.1", "relay_family": "ipv4", "relay_port": 10024, "code": 250,
      "next_queue_id": "3C5A21B7F", "text": "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 3C5A21B7F"}),
    ("smtp", f'{LONG}: to=<"u>, relay=x[192.0.2.1]:25, \\"y"@example.com>, relay=none, delay=7, delays=7/0/0/0, dsn=4.4.1, status=deferred (connect to mx1.example.com[2001:db8::25]:25: Connection refused)',
     {"kind": "delivery", "queue_id": LONG, "recipient": '"u>, relay=x[192.0.2.1]:25, \\\\"y"@example.com', "status": "deferred",
      "dsn": "4.4.1", "delay": 7.0, "text": "connect to mx1.example.com[2001:db8::25]:25: Connection refused"}),
    ("smtp", f"{LONG}: to=<u@example.com>, relay=mx1.example.com[2001:db8::25]:25, {TIMES}, dsn=5.7.26, status=bounced (host mx1.example.com[2001:db8::25] said: 550-5.7.26 no (in reply to end of DATA command))",
     {**SENT, **HOP, "status": "bounced", "dsn": "5.7.26", "code": 550,
      "text": "host mx1.example.com[2001:db8::25] said: 550-5.7.26 no (in reply to end of DATA command)"}),
    ("smtp", "connect to mx1.example.com[2001:db8::25]:25: Network is unreachable", {**HOP, "kind": "unreachable", "text": "Network is unreachable"}),
    ("smtp", "Verified TLS connection established to mx1.example.com[2001:db8::25]:25: TLSv1.2 with cipher X (256/256 bits)",
     {**HOP, "kind": "tls", "tls": "TLSv1.2 with cipher X (256/256 bits)"}),
    ("lmtp", f"{LONG}: to=<u@example.com>, relay=mx1.example.com[private/dovecot-lmtp], {TIMES}, dsn=2.0.0, status=sent (250 2.0.0 <u@example.com> qYyyBMsl9FRuZQAA15QOA Saved)",
     {**SENT, "relay": "mx1.example.com", "next_queue_id": "qYyyBMsl9FRuZQAA15QOA", "code": 250,
      "text": "250 2.0.0 <u@example.com> qYyyBMsl9FRuZQAA15QOA Saved"}),
    ("local", f"{LONG}: to=<u@example.com>, relay=local, {TIMES}, dsn=2.0.0, status=sent (forwarded as 3C5A21B7F)",
     {**SENT, "relay": "local", "next_queue_id": "3C5A21B7F", "text": "forwarded as 3C5A21B7F"}),
    ("virtual", f"{LONG}: to=<u@example.com>, relay=virtual, {TIMES}, dsn=2.0.0, status=sent (delivered to maildir)",
     {**SENT, "relay": "virtual", "text": "delivered to maildir"}),
    ("pipe", f"{LONG}: to=<u@example.com>, relay=dovecot, {TIMES}, dsn=2.0.0, status=sent (delivered via dovecot service)",
     {**SENT, "relay": "dovecot", "text": "delivered via dovecot service"}),
    ("error", f"{LONG}: to=<u@example.com>, relay=none, {TIMES}, dsn=5.1.1, status=undeliverable (no)",
     {**SENT, "dsn": "5.1.1", "status": "undeliverable", "text": "no"}),
    ("smtp", f"{LONG}: to=<u@example.com>, relay=none, {TIMES}, dsn=5.1.1, status=new (no)",
     {"kind": "other", "queue_id": LONG, "text": f"to=<u@example.com>, relay=none, {TIMES}, dsn=5.1.1, status=new (no)"}),
    ("bounce", f"{LONG}: sender non-delivery notification: 3C5A21B7F",
     {"kind": "notification", "queue_id": LONG, "next_queue_id": "3C5A21B7F", "text": "non-delivery"}),
    ("bounce", f"{LONG}: sender delivery status notification: 3C5A21B7F",
     {"kind": "notification", "queue_id": LONG, "next_queue_id": "3C5A21B7F", "text": "delivery status"}),
    ("postscreen", "CONNECT from [2001:db8::9]:41234 to [2001:db8::25]:25",
     {**V6, "kind": "connect", "client_port": 41234, "text": "CONNECT from [2001:db8::9]:41234 to [2001:db8::25]:25"}),
    ("postscreen", "PASS NEW [2001:db8::9]:41234", {**V6, "kind": "postscreen", "client_port": 41234, "text": "PASS NEW [2001:db8::9]:41234"}),
    ("postscreen", "PREGREET 11 after 0.1 from [2001:db8::9]:41234: EHLO x\\r\\n",
     {**V6, "kind": "postscreen", "client_port": 41234, "text": r"PREGREET 11 after 0.1 from [2001:db8::9]:41234: EHLO x\\r\\n"}),
    ("postscreen", "HANGUP after 1.5 from [2001:db8::9]:41234 in tests before SMTP handshake",
     {**V6, "kind": "lost", "client_port": 41234, "text": "HANGUP after 1.5 from [2001:db8::9]:41234 in tests before SMTP handshake"}),
    ("postscreen", "NOQUEUE: reject: RCPT from [2001:db8::9]:41234: 450 4.3.2 Service currently unavailable; from=<a@example.net>, to=<u@example.com>, proto=ESMTP, helo=<probe.example.net>",
     {**V6, "kind": "reject", "client_port": 41234, "sender": "a@example.net", "recipient": "u@example.com", "helo": "probe.example.net",
      "code": 450, "dsn": "4.3.2", "text": "450 4.3.2 Service currently unavailable"}),
    ("postscreen", "NOQUEUE: reject: CONNECT from [2001:db8::9]:41234: too many connections",
     {**V6, "kind": "reject", "client_port": 41234, "text": "too many connections"}),
    ("postscreen", "DISCONNECT [2001:db8::9]:41234", {**V6, "kind": "disconnect", "client_port": 41234, "text": "DISCONNECT [2001:db8::9]:41234"}),
    ("anvil", "statistics: max connection count 1 for (smtpd:2001:db8::9) at Nov 22 18:00:01",
     {"kind": "other", "text": "statistics: max connection count 1 for (smtpd:2001:db8::9) at Nov 22 18:00:01"}),
]  # fmt: skip


@pytest.mark.parametrize(("service", "text", "expected"), LINES, ids=range(len(LINES)))
def test_every_form(service: str, text: str, expected: dict[str, object]) -> None:
    assert said(f"Nov 22 18:00:01 mx1 postfix/{service}[77]: {text}", "postfix") == expected


@pytest.mark.parametrize(
    "tag",
    [
        "postfix/smtpd",
        "postfix-out/smtpd",
        "postfix/submission/smtpd",
        "postfix/25/smtpd",
        "mx.a-b/smtps/smtpd",
        "submission/smtpd",
    ],
)
def test_every_instance_and_service(tag: str) -> None:
    assert said(f"Nov 22 18:00:01 mx1 {tag}[77]: connect from {PEER}", "postfix")["kind"] == "connect"


@pytest.mark.parametrize("tag", ["postfix/kernel", "a/b", "sshd", "postfixer"])
def test_other_programs_are_not_postfix(tag: str) -> None:
    assert parse_line(f"Nov 22 18:00:01 mx1 {tag}[77]: connect from {PEER}") is None
