"""Dovecot: LMTP and the delivery agent, sieve, the forms before and since 2.3, its own file."""

# ruff: noqa: E501 - a log line stands on one line, as it is written

import pytest

from tests.grammar.maillog.table import said

SID = "qYyyBMsl9FRuZQAA15QOA"
HERE = {
    "kind": "delivery",
    "queue_id": SID,
    "session": SID,
    "message_id": "p6abc@a.example",
    "recipient": "user",
    "relay": "lmtp",
}
INBOX = {"status": "sent", "text": "saved mail to INBOX"}

LINES: list[tuple[str, dict[str, object]]] = [
    (f"lmtp(user)<77><{SID}>: msgid=<p6abc@a.example>: saved mail to INBOX", {**HERE, **INBOX}),
    (f"lmtp(77, user): {SID}: msgid=<p6abc@a.example>: saved mail to INBOX", {**HERE, **INBOX}),
    (f"lmtp(user)<77><{SID}>: sieve: msgid=<p6abc@a.example>: stored mail into mailbox 'Junk'",
     {**HERE, "status": "sent", "text": "stored mail into mailbox 'Junk'"}),
    (f"lmtp(user)<77><{SID}>: msgid=<p6abc@a.example>: save failed to INBOX: Quota exceeded (mailbox for user is full)",
     {**HERE, "status": "deferred", "text": "save failed to INBOX: Quota exceeded (mailbox for user is full)"}),
    (f"lmtp(user)<77><{SID}>: sieve: msgid=<p6abc@a.example>: marked message to be discarded if not explicitly delivered (discard action)",
     {**HERE, "status": "discarded", "text": "marked message to be discarded if not explicitly delivered (discard action)"}),
    (f"lmtp(user)<77><{SID}>: sieve: msgid=<p6abc@a.example>: something new", {"kind": "other", "queue_id": SID, "text": "sieve: msgid=<p6abc@a.example>: something new"}),
    (f"lmtp(user)<77><{SID}>: msgid=unspecified: saved mail to INBOX", {**{name: HERE[name] for name in HERE if name != "message_id"}, **INBOX}),
    ("lda(user)<77><>: msgid=<p6abc@a.example>: saved mail to INBOX",
     {"kind": "delivery", "message_id": "p6abc@a.example", "recipient": "user", "relay": "lda", **INBOX}),
    ("lmtp(77): Connect from 2001:DB8::9", {"kind": "connect", "client": "2001:db8::9", "family": "ipv6"}),
    ("lmtp(77): Connect from local", {"kind": "connect"}),
    ("lmtp(77): Disconnect from 2001:db8::9: Client has quit the connection (state=READY)",
     {"kind": "disconnect", "client": "2001:db8::9", "family": "ipv6", "text": "Client has quit the connection (state=READY)"}),
    ("imap-login: Login: user=<u>, method=PLAIN, rip=2001:db8::9, lip=2001:db8::25, TLS",
     {"kind": "other", "client": "2001:db8::9", "family": "ipv6", "text": "imap-login: Login: user=<u>, method=PLAIN, rip=2001:db8::9, lip=2001:db8::25, TLS"}),
    ("master: Warning: Killed with signal 15", {"kind": "other", "text": "master: Warning: Killed with signal 15"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LINES, ids=range(len(LINES)))
def test_every_form(text: str, expected: dict[str, object]) -> None:
    assert said(f"Nov 22 18:00:01 mx1 dovecot: {text}", "dovecot") == expected


@pytest.mark.parametrize("stamp", ["Nov 22 18:00:01", "2026-11-22 18:00:01"])
def test_its_own_file(stamp: str) -> None:
    assert said(f"{stamp} lmtp(user)<77><{SID}>: Info: msgid=<p6abc@a.example>: saved mail to INBOX", "dovecot") == {
        **HERE,
        **INBOX,
    }
