"""Sendmail: uncompressed and tagged IPv6, names that are addresses, several recipients, every ending of ``stat``."""

# ruff: noqa: E501 - a log line stands on one line, as it is written

import pytest

from tests.grammar.maillog.table import NAMED, V6, said

ID = "06QDQnNf050438"
TO = f"{ID}: to=<u@example.com>, ctladdr=<a@example.net> (1000/1000), delay=00:00:02, xdelay=00:00:01, mailer=esmtp, pri=31235"
OUT = {"kind": "delivery", "queue_id": ID, "recipient": "u@example.com", "delay": 2.0}
HOP = {"relay": "mx1.example.com", "relay_address": "2001:db8::25", "relay_family": "ipv6"}
FULL = "[IPv6:2001:DB8:0:0:0:0:0:9]"

LINES: list[tuple[str, dict[str, object]]] = [
    (f"{ID}: from=<a@example.net>, size=1, class=0, nrcpts=1, msgid=<p6abc@a.example>, proto=ESMTPS, daemon=MTA-v6, tls_verify=NO, relay=host9.example.net {FULL} (may be forged)",
     {**NAMED, "kind": "reception", "queue_id": ID, "sender": "a@example.net", "message_id": "p6abc@a.example"}),
    (f"{ID}: from=<>, size=1, class=0, nrcpts=1, msgid=<a, b@a.example>, proto=ESMTP, daemon=MTA, relay={FULL}",
     {**V6, "kind": "reception", "queue_id": ID, "sender": "", "message_id": "a, b@a.example"}),
    (f"{ID}: from=<a@example.net>, size=1, class=0, nrcpts=0, proto=ESMTP, daemon=MTA, relay=[{FULL}]",
     {**V6, "kind": "reception", "queue_id": ID, "sender": "a@example.net"}),
    (f"{ID}: from=a, size=1, class=0, nrcpts=1, msgid=<p6abc@a.example>, relay=a@localhost",
     {"kind": "reception", "queue_id": ID, "sender": "a", "message_id": "p6abc@a.example", "client_name": "localhost"}),
    (f"{ID}: from=<a@example.net>, size=1, class=0, nrcpts=1, proto=SMTP, daemon=MTA, relay=host9.example.net [192.0.2.9]",
     {"kind": "reception", "queue_id": ID, "sender": "a@example.net", "client": "192.0.2.9", "family": "ipv4", "client_name": "host9.example.net"}),
    (f"{TO}, relay=mx1.example.com. [IPv6:2001:db8:0:0:0:0:0:25], dsn=2.0.0, stat=Sent (Ok: queued as 4BzQ3t1mZvz9s)",
     {**OUT, **HOP, "status": "sent", "dsn": "2.0.0", "next_queue_id": "4BzQ3t1mZvz9s", "text": "Sent (Ok: queued as 4BzQ3t1mZvz9s)"}),
    (f"{TO}, relay=mx1.example.com. [2001:db8::25], dsn=2.0.0, stat=Sent (x9PE1234012345 Message accepted for delivery)",
     {**OUT, **HOP, "status": "sent", "dsn": "2.0.0", "next_queue_id": "x9PE1234012345", "text": "Sent (x9PE1234012345 Message accepted for delivery)"}),
    (f"{ID}: to=<u@example.com>,<v@example.com>, delay=1+00:00:02, xdelay=00:00:00, mailer=local, pri=3, dsn=2.0.0, stat=Sent",
     {**OUT, "recipient": "u@example.com,v@example.com", "delay": 86402.0, "relay": "local", "status": "sent", "dsn": "2.0.0", "text": "Sent"}),
    (f"{TO}, relay=mx1.example.com., dsn=4.0.0, stat=Deferred: Connection refused by mx1.example.com.",
     {**OUT, "relay": "mx1.example.com", "status": "deferred", "dsn": "4.0.0", "text": "Deferred: Connection refused by mx1.example.com."}),
    (f"{TO}, relay=mx1.example.com., dsn=5.1.2, stat=Host unknown (Name server: mx1.example.com: host not found)",
     {**OUT, "relay": "mx1.example.com", "status": "bounced", "dsn": "5.1.2", "text": "Host unknown (Name server: mx1.example.com: host not found)"}),
    (f"{TO}, relay=mx1.example.com. [IPv6:2001:db8:0:0:0:0:0:25], dsn=5.1.1, reply=550 5.1.1 <u@example.com>... User unknown, stat=User unknown",
     {**OUT, **HOP, "status": "bounced", "dsn": "5.1.1", "code": 550, "text": "User unknown"}),
    (f"{ID}: to=u, delay=00:00:02, mailer=relay, pri=1, stat=queued", {"kind": "queued", "queue_id": ID, "recipient": "u"}),
    (f"{ID}: ruleset=check_rcpt, arg1=<u@example.com>, relay=host9.example.net {FULL}, reject=550 5.7.1 <u@example.com>... Relaying denied",
     {**NAMED, "kind": "reject", "queue_id": ID, "recipient": "u@example.com", "code": 550, "dsn": "5.7.1", "text": "550 5.7.1 <u@example.com>... Relaying denied"}),
    (f"NOQUEUE: connect from host9.example.net {FULL}", {**NAMED, "kind": "connect"}),
    (f"{ID}: host9.example.net {FULL} did not issue MAIL/EXPN/VRFY/ETRN during connection to MTA-v6",
     {**NAMED, "kind": "lost", "queue_id": ID, "text": f"host9.example.net {FULL} did not issue MAIL/EXPN/VRFY/ETRN during connection to MTA-v6"}),
    (f"{ID}: lost input channel from host9.example.net {FULL} to MTA-v6 after rcpt",
     {**NAMED, "kind": "lost", "queue_id": ID, "text": f"lost input channel from host9.example.net {FULL} to MTA-v6 after rcpt"}),
    (f"STARTTLS=server, relay=host9.example.net {FULL}, version=TLSv1.3, verify=NO, cipher=X, bits=256/256",
     {**NAMED, "kind": "tls", "tls": "TLSv1.3 X 256/256", "text": f"STARTTLS=server, relay=host9.example.net {FULL}, version=TLSv1.3, verify=NO, cipher=X, bits=256/256"}),
    (f"{ID}: 06QDQnNf050439: DSN: User unknown", {"kind": "notification", "queue_id": ID, "next_queue_id": "06QDQnNf050439", "text": "DSN: User unknown"}),
    ("starting daemon (8.17.1): SMTP+queueing@00:10:00", {"kind": "other", "text": "starting daemon (8.17.1): SMTP+queueing@00:10:00"}),
]  # fmt: skip


@pytest.mark.parametrize("tag", ["sm-mta", "sendmail"])
@pytest.mark.parametrize(("text", "expected"), LINES, ids=range(len(LINES)))
def test_every_form(tag: str, text: str, expected: dict[str, object]) -> None:
    assert said(f"Nov 22 18:00:01 mx1 {tag}[77]: {text}", "sendmail") == expected
