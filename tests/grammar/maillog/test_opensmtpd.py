"""OpenSMTPD: the conversation that comes in, its message and envelopes, the two ways of delivery."""

# ruff: noqa: E501 - a log line stands on one line, as it is written

import pytest

from tests.grammar.maillog.table import said

SID, EVP = "f7a2e6aa567530c9", "e858df7512345678"
BASE = {"session": SID}
OUT = {**BASE, "kind": "delivery", "queue_id": "e858df75", "sender": "a@example.net", "recipient": "u@example.com"}
HOP = {"relay": "mx.example.net", "relay_address": "2001:db8::25", "relay_family": "ipv6"}

LINES: list[tuple[str, dict[str, object]]] = [
    (f"{SID} smtp connected address=[2001:db8::9] host=host9.example.net",
     {**BASE, "kind": "connect", "client": "2001:db8::9", "family": "ipv6", "client_name": "host9.example.net"}),
    (f"{SID} smtp connected address=192.0.2.9 host=<unknown>", {**BASE, "kind": "connect", "client": "192.0.2.9", "family": "ipv4"}),
    (f"{SID} smtp connected address=local host=mx1.example.com", {**BASE, "kind": "connect", "client_name": "mx1.example.com"}),
    (f"{SID} smtp tls ciphers=TLSv1.3:AEAD-AES256-GCM-SHA384:256", {**BASE, "kind": "tls", "tls": "TLSv1.3:AEAD-AES256-GCM-SHA384:256"}),
    (f"{SID} smtp message msgid=e858df75 size=400 nrcpt=1 proto=ESMTP", {**BASE, "kind": "reception", "queue_id": "e858df75"}),
    (f"{SID} smtp envelope evpid={EVP} from=<a@example.net> to=<u@example.com>",
     {**BASE, "kind": "queued", "queue_id": "e858df75", "sender": "a@example.net", "recipient": "u@example.com"}),
    (f'{SID} smtp failed-command command="RCPT TO:<x@example.com>" result="550 5.1.1 Invalid "recipient""',
     {**BASE, "kind": "reject", "code": 550, "dsn": "5.1.1", "text": '550 5.1.1 Invalid "recipient"'}),
    (f"{SID} smtp disconnected reason=quit", {**BASE, "kind": "disconnect", "text": "quit"}),
    (f'{SID} smtp disconnected reason="io-error: Connection reset by peer"', {**BASE, "kind": "lost", "text": "io-error: Connection reset by peer"}),
    (f"{SID} mta connecting address=smtp+tls://[2001:db8::25]:25 host=mx.example.net",
     {**BASE, **HOP, "kind": "other", "relay_port": 25, "text": "connecting"}),
    (f"{SID} mta connected", {**BASE, "kind": "other", "text": "connected"}),
    (f"{SID} mta tls ciphers=TLSv1.3:X:256", {**BASE, "kind": "tls", "tls": "TLSv1.3:X:256", "text": "tls"}),
    (f"{SID} mta error reason=Connection timed out", {**BASE, "kind": "unreachable", "text": "Connection timed out"}),
    (f'{SID} mta delivery evpid={EVP} from=<a@example.net> to=<u@example.com> rcpt=<-> source="2001:db8::9" relay="2001:db8::25 (mx.example.net)" delay=2s result="Ok" stat="250 2.0.0 Ok: queued as 4BzQ3t1mZvz9s"',
     {**OUT, **HOP, "status": "sent", "code": 250, "dsn": "2.0.0", "delay": 2.0, "next_queue_id": "4BzQ3t1mZvz9s",
      "text": "250 2.0.0 Ok: queued as 4BzQ3t1mZvz9s"}),
    (f'{SID} mta delivery evpid={EVP} from=<a@example.net> to=<u@example.com> rcpt=<v@example.com> source="-" relay="mx.example.net" delay=1d2h3m4s result="TempFail" stat="Network error on destination MXs"',
     {**OUT, "original_recipient": "v@example.com", "relay": "mx.example.net", "status": "deferred", "delay": 93784.0,
      "text": "Network error on destination MXs"}),
    (f'{SID} mta delivery evpid={EVP} from=<a@example.net> to=<u@example.com> rcpt=<-> source="192.0.2.9" relay="192.0.2.25 (mx.example.net)" delay=0s result="PermFail" stat="550 no"',
     {**OUT, "relay": "mx.example.net", "relay_address": "192.0.2.25", "relay_family": "ipv4", "status": "bounced", "code": 550,
      "delay": 0.0, "text": "550 no"}),
    (f"{SID} mda delivery evpid={EVP} from=<a@example.net> to=<u@example.com> rcpt=<v@example.com> user=u delay=1s result=Ok stat=Delivered",
     {**OUT, "original_recipient": "v@example.com", "relay": "local", "status": "sent", "delay": 1.0, "text": "Delivered"}),
    ("smtp-out: Address family mismatch on [x]", {"kind": "other", "text": "smtp-out: Address family mismatch on [x]"}),
    (f"{SID} smtp proxy address=x", {**BASE, "kind": "other", "text": f"{SID} smtp proxy address=x"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LINES, ids=range(len(LINES)))
def test_every_form(text: str, expected: dict[str, object]) -> None:
    assert said(f"Nov 22 18:00:01 mx1 smtpd[77]: {text}", "opensmtpd") == expected
