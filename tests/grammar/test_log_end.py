import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.log_end import final_host, last_reason
from probe.grammar.maillog import events

POSTFIX = "postfix/{}[9]: 4BzQ3t1mZvz9s: to=<u@b.example>, relay={}, delay=1, dsn={}, status={} ({})"
SENT = "250 2.0.0 Ok: queued as 5CzQ3t1mZvz9s"
MX = "mx.b.example[2001:db8::25]:25"
EXIM = "2026-11-22 18:00:01 1tsNIS-00000002QEt-2cM2 "
OPENSMTPD = "smtpd[7]: f7a2e6ab2f3d1c9a mta delivery evpid=e858df75a1b2c3d4 from=<> to=<u@b.example> rcpt=<-> "
OPENSMTPD += 'relay="192.0.2.25 (mx.b.example)" delay=1s result="Ok" '
SENDMAIL = "sm-mta[7]: 0AMI01ab000007: to=<u@b.example>, delay=00:00:01, xdelay=00:00:01, mailer={}, pri=1, {}"


@pytest.mark.parametrize(
    ("lines", "host"),
    [
        ([POSTFIX.format("smtp", MX, "2.0.0", "sent", SENT)], "mx.b.example [2001:db8::25] as 5CzQ3t1mZvz9s"),
        ([POSTFIX.format("smtp", MX, "2.0.0", "sent", "250 ok")], "mx.b.example [2001:db8::25]"),
        ([POSTFIX.format("virtual", "virtual", "2.0.0", "sent", "delivered to maildir")], None),
        ([POSTFIX.format("lmtp", "[::1]:24", "2.0.0", "sent", "250 2.0.0 <u> a1b2 Saved")], None),
        ([POSTFIX.format("smtp", "mda[192.0.2.7]:24", "2.0.0", "sent", "250 2.0.0 <u> a1b2 Saved")], None),
        ([POSTFIX.format("smtp", MX, "4.4.1", "deferred", "timed out")], None),
        (
            [
                POSTFIX.format("smtp", "127.0.0.1[127.0.0.1]:10025", "2.0.0", "sent", SENT),
                "postfix/smtpd[9]: 5CzQ3t1mZvz9s: client=localhost[127.0.0.1]",
                POSTFIX.format("virtual", "virtual", "2.0.0", "sent", "ok").replace("4Bz", "5Cz"),
            ],
            None,
        ),
        (
            [
                POSTFIX.format("smtp", MX, "4.4.1", "deferred", "timed out"),
                POSTFIX.format("smtp", MX, "2.0.0", "sent", SENT),
            ],
            "mx.b.example [2001:db8::25] as 5CzQ3t1mZvz9s",
        ),
        ([EXIM + "=> u <u@b.example> R=local_user T=mail_spool"], None),
        (
            [
                EXIM
                + '=> u@b.example R=dnslookup T=remote_smtp H=mx.b.example [192.0.2.25] C="250 OK id=1tsNIS-0008Lk-Gt"'
            ],
            "mx.b.example [192.0.2.25] as 1tsNIS-0008Lk-Gt",
        ),
        (
            [OPENSMTPD + 'stat="250 2.0.0 a1b2c3d4 Message accepted for delivery"'],
            "mx.b.example [192.0.2.25] as a1b2c3d4",
        ),
        ([SENDMAIL.format("local", "dsn=2.0.0, stat=Sent")], None),
        (
            [SENDMAIL.format("esmtp", "relay=mx.b.example. [192.0.2.25], dsn=2.0.0, stat=Sent (ok)")],
            "mx.b.example [192.0.2.25]",
        ),
        ([], None),
    ],
)
def test_where_it_ended(lines: list[str], host: str | None) -> None:
    assert final_host(events(lines)) == host


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([POSTFIX.format("smtp", MX, "5.1.1", "bounced", "no such user")], "bounced: no such user"),
        (
            [
                POSTFIX.format("smtp", MX, "4.4.1", "deferred", "timed out"),
                POSTFIX.format("smtp", MX, "2.0.0", "sent", SENT),
            ],
            None,
        ),
        ([f"postfix/smtp[9]: 4BzQ3t1mZvz9s: connect to {MX}: Connection refused"], "mx.b.example: Connection refused"),
        ([SENDMAIL.format("esmtp", "dsn=5.1.2, stat=Host unknown")], "bounced: Host unknown"),
        (
            [
                SENDMAIL.format("local", "dsn=5.3.0, stat=unknown mailer error 2"),
                SENDMAIL.format("local", "dsn=5.1.1, stat=User unknown").replace("u@b", "postmaster@b"),
            ],
            "bounced: unknown mailer error 2",
        ),
        ([], None),
    ],
)
def test_why_it_did_not(lines: list[str], reason: str | None) -> None:
    assert last_reason(events(lines)) == reason


@given(st.lists(st.text(max_size=80), max_size=5))
def test_whatever_is_logged_nothing_raises(texts: list[str]) -> None:
    found = list(events([POSTFIX.format("smtp", MX, "2.0.0", "sent", text) for text in texts]))
    for said in (final_host(found), last_reason(found)):
        assert said is None or said.isprintable()
