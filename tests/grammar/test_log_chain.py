"""Following a message: every daemon's chain, reused ids, refusals, memory that does not grow."""

# ruff: noqa: E501 - a log line stands on one line, as it is written

import doctest
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import log_chain
from probe.grammar.log_chain import EACH, IDS, OWN, Follower, follow
from probe.grammar.maillog import events
from probe.model.log import Daemon, DeliveryStatus, Fate, LogChain, LogEvent, LogKind

NOW = datetime(2026, 11, 23, tzinfo=UTC)
V6 = "host9.example.net[2001:db8::9]"
HOP = "relay=mx1.example.com[2001:db8::25]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent"
LAST = "relay=virtual, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (delivered to maildir)"


def logged(*lines: str, clock: str = "18:00:01") -> Iterable[LogEvent]:
    return events((f"Nov 22 {line if line[2:3] == ':' else f'{clock} mx1 {line}'}" for line in lines), NOW)


def chain(*lines: str, token: str | None = "p6abc", queue_id: str | None = None) -> LogChain:
    found = follow(logged(*lines), token=token if queue_id is None else None, queue_id=queue_id)
    assert found is not None
    return found


POSTFIX = (
    f"postfix/smtpd[1]: AAAAAAAAAA: client={V6}",
    "postfix/smtpd[1]: BBBBBBBBBB: client=other.example[192.0.2.66]",
    "postfix/cleanup[2]: AAAAAAAAAA: message-id=<P6ABC@a.example>",
    "postfix/qmgr[3]: AAAAAAAAAA: from=<a@example.net>, size=400, nrcpt=1 (queue active)",
    "postfix/smtpd[4]: CCCCCCCCCC: client=localhost[::1]",
    "postfix/cleanup[5]: CCCCCCCCCC: message-id=<replaced@filter.example>",
    f"postfix/smtp[6]: AAAAAAAAAA: to=<u@example.com>, {HOP} (250 2.0.0 Ok: queued as CCCCCCCCCC)",
    "postfix/qmgr[3]: AAAAAAAAAA: removed",
    f"postfix/virtual[7]: CCCCCCCCCC: to=<u@example.com>, {LAST}",
    "postfix/qmgr[3]: CCCCCCCCCC: removed",
    f"postfix/virtual[7]: BBBBBBBBBB: to=<v@example.com>, {LAST.replace('sent', 'deferred')}",
)


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(log_chain).failed == 0


@pytest.mark.parametrize(
    "start", [{"token": "p6abc"}, {"token": "P6Abc@A.example"}, {"token": None, "queue_id": "AAAAAAAAAA"}]
)
def test_postfix_from_reception_through_a_filter_to_the_mailbox(start: dict[str, str | None]) -> None:
    found = chain(*POSTFIX, **start)
    assert (found.fate, found.family, found.client, found.client_name) == (
        Fate.DELIVERED,
        "ipv6",
        "2001:db8::9",
        "host9.example.net",
    )
    assert found.queue_ids == ("AAAAAAAAAA", "CCCCCCCCCC")
    assert len(found.events) == 9
    assert [event.raw for event in found.events] == [
        f"Nov 22 18:00:01 mx1 {line}" for line in POSTFIX if "BBBB" not in line
    ]


def test_the_second_id_alone_is_the_second_half() -> None:
    found = chain(*POSTFIX, queue_id="CCCCCCCCCC")
    assert (found.queue_ids, found.client) == (("CCCCCCCCCC",), "::1")


def test_a_filter_that_tells_the_first_id() -> None:
    lines = (
        f"postfix/smtpd[1]: AAAAAAAAAA: client={V6}",
        f"postfix/smtpd[1]: CCCCCCCCCC: client=localhost[::1], orig_queue_id=AAAAAAAAAA, orig_client={V6}",
        f"postfix/virtual[7]: CCCCCCCCCC: to=<u@example.com>, {LAST}",
    )
    assert chain(*lines, queue_id="AAAAAAAAAA").queue_ids == ("AAAAAAAAAA", "CCCCCCCCCC")


def test_postfix_to_dovecot() -> None:
    sent = "relay=mx1[private/dovecot-lmtp], delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 <u@example.com> qYyyBMsl9FRuZQAA15QOA Saved)"
    lines = (
        *POSTFIX[:1], POSTFIX[2],
        "dovecot: lmtp(u)<7><qYyyBMsl9FRuZQAA15QOA>: msgid=<P6ABC@a.example>: saved mail to INBOX",
        f"postfix/lmtp[6]: AAAAAAAAAA: to=<u@example.com>, {sent}",
    )  # fmt: skip
    for start in ({"token": "p6abc"}, {"queue_id": "AAAAAAAAAA"}):
        found = chain(*lines, **start)
        assert (found.fate, found.queue_ids) == (Fate.DELIVERED, ("AAAAAAAAAA", "qYyyBMsl9FRuZQAA15QOA"))


def test_exim() -> None:
    lines = (
        "exim[1]: 1VnnFx-0008Lk-Gt <= a@example.net H=(x) [2001:db8::9] P=esmtp S=5 id=p6abc@a.example",
        "exim[1]: 1VnnFx-0008Lk-Gt == u@example.com R=r T=t defer (-44): 450 later",
        "exim[1]: 1VnnFx-0008Lk-Gt => u@example.com R=r T=t",
        "exim[1]: 1VnnFx-0008Lk-Gt Completed",
    )
    assert chain(*lines[:2]).fate is Fate.DEFERRED
    assert (chain(*lines).fate, chain(*lines).family) == (Fate.DELIVERED, "ipv6")


def test_opensmtpd_tells_the_client_only_in_the_connection() -> None:
    lines = (
        "smtpd[1]: f7a2e6aa567530c9 smtp connected address=[2001:db8::9] host=host9.example.net",
        "smtpd[1]: f7a2e6aa567530ca smtp connected address=192.0.2.66 host=other.example",
        "smtpd[1]: f7a2e6aa567530c9 smtp envelope evpid=e858df7512345678 from=<a@example.net> to=<probe+p6abc@example.com>",
        "smtpd[1]: f7a2e6aa567530c9 smtp message msgid=e858df75 size=400 nrcpt=1 proto=ESMTP",
        "smtpd[1]: f7a2e6aa567530cb mda delivery evpid=e858df7512345678 from=<a@example.net> to=<u@example.com> user=u delay=1s result=Ok stat=Delivered",
    )
    for start in ({"token": "p6abc"}, {"queue_id": "e858df75"}):
        found = chain(*lines, **start)
        assert (found.fate, found.client, found.client_name) == (Fate.DELIVERED, "2001:db8::9", "host9.example.net")
        assert len(found.events) == 4


def test_sendmail() -> None:
    lines = (
        "sm-mta[1]: 06QDQnNf050438: from=<a@example.net>, size=1, msgid=<p6abc@a.example>, relay=x [IPv6:2001:db8:0:0:0:0:0:9]",
        "sm-mta[1]: 06QDQnNf050438: to=<u@example.com>, delay=00:00:01, mailer=local, dsn=2.0.0, stat=Sent",
    )
    assert (chain(*lines).fate, chain(*lines).client) == (Fate.DELIVERED, "2001:db8::9")


@pytest.mark.parametrize(
    ("more", "fate"),
    [
        ((), Fate.UNKNOWN),
        (("postfix/smtp[6]: AAAAAAAAAA: to=<u@example.com>, relay=none, delay=1, dsn=4.4.1, status=deferred (later)",), Fate.DEFERRED),
        (("postfix/smtp[6]: AAAAAAAAAA: to=<u@example.com>, relay=none, delay=1, dsn=4.4.1, status=deferred (later)",
          f"postfix/smtp[6]: AAAAAAAAAA: to=<u@example.com>, {HOP} (250 ok)"), Fate.DELIVERED),
        (("postfix/smtp[6]: AAAAAAAAAA: to=<u@example.com>, relay=none, delay=1, dsn=4.4.1, status=deferred (later)",
          "postfix/qmgr[3]: AAAAAAAAAA: from=<a@example.net>, status=expired, returned to sender"), Fate.FAILED),
        ((f"postfix/smtp[6]: AAAAAAAAAA: to=<u@example.com>, {HOP} (250 ok)",
          "postfix/smtp[6]: AAAAAAAAAA: to=<v@example.com>, relay=none, delay=1, dsn=5.1.1, status=bounced (no)",
          "postfix/bounce[8]: AAAAAAAAAA: sender non-delivery notification: DDDDDDDDDD",
          f"postfix/virtual[7]: DDDDDDDDDD: to=<a@example.net>, {LAST}"), Fate.FAILED),
        (("postfix/cleanup[2]: AAAAAAAAAA: milter-reject: END-OF-MESSAGE from x[2001:db8::9]: 5.7.1 no; from=<>",), Fate.REJECTED),
        (("postfix/cleanup[2]: AAAAAAAAAA: canceled",), Fate.REJECTED),
        ((f"postfix/smtp[6]: AAAAAAAAAA: to=<u@example.com>, {HOP} (250 2.0.0 Ok: queued as CCCCCCCCCC)",
          "postfix/smtpd[4]: CCCCCCCCCC: client=localhost[::1]"), Fate.UNKNOWN),
    ],
    ids=range(8),
)  # fmt: skip
def test_the_fate_is_that_of_the_worst_recipient(more: tuple[str, ...], fate: Fate) -> None:
    found = chain(POSTFIX[0], POSTFIX[2], *more)
    assert found.fate is fate
    assert "DDDDDDDDDD" not in found.queue_ids


def test_a_refused_message_is_found_by_its_sender() -> None:
    found = chain(
        f"postfix/smtpd[1]: NOQUEUE: reject: RCPT from {V6}: 550 5.7.1 no; from=<probe+p6abc@a.example> to=<u@example.com>"
    )
    assert (found.fate, found.client, found.family, found.queue_ids) == (Fate.REJECTED, "2001:db8::9", "ipv6", ())


def test_what_is_not_there_is_none() -> None:
    assert follow(logged(*POSTFIX), token="p6abd") is None
    assert follow(logged(*POSTFIX), queue_id="EEEEEEEEEE") is None
    assert follow([], token="p6abc") is None


def test_an_id_used_again_is_another_message() -> None:
    again = (
        "20:00:01 mx1 postfix/smtpd[1]: AAAAAAAAAA: client=other.example[192.0.2.66]",
        f"20:00:02 mx1 postfix/virtual[7]: AAAAAAAAAA: to=<v@example.com>, {LAST}",
    )
    for lines in ((*POSTFIX, *again), (*POSTFIX[:4], *again)):
        found = chain(*lines)
        assert not any("20:00" in event.raw for event in found.events)


def test_an_id_used_before_is_another_message() -> None:
    before = ("postfix/smtpd[1]: AAAAAAAAAA: client=other.example[192.0.2.66]", "postfix/qmgr[3]: AAAAAAAAAA: removed")
    assert chain(*before, *POSTFIX).client == "2001:db8::9"


def test_a_line_long_after_the_end_is_not_ours() -> None:
    found = chain(
        *POSTFIX,
        "18:00:03 mx1 postfix/smtp[6]: AAAAAAAAAA: host x said: y",
        "18:01:00 mx1 postfix/smtp[6]: AAAAAAAAAA: z",
    )
    assert [event.text for event in found.events if event.kind == "other"] == ["host x said: y"]


def test_the_next_hops_id_counts_only_near_the_time_it_was_told() -> None:
    lines = (
        *POSTFIX[:1], POSTFIX[2],
        f"postfix/smtp[6]: AAAAAAAAAA: to=<u@example.com>, {HOP} (250 2.0.0 Ok: queued as 3C5A21)",
    )  # fmt: skip
    late = "Nov 24 18:00:02 mx1 postfix/smtp[6]: 3C5A21: to=<x@example.com>, relay=none, delay=1, dsn=5.1.1, status=bounced (no)"
    all_lines = [*(f"Nov 22 18:00:01 mx1 {line}" for line in lines), late]
    found = follow(events(all_lines, datetime(2026, 11, 25, tzinfo=UTC)), token="p6abc")
    assert found is not None
    assert found.fate is Fate.DELIVERED


def test_memory_does_not_grow_with_the_log() -> None:
    follower = Follower(token="p6abc")
    for number in range(2 * IDS):
        for _ in range(2 * EACH):
            follower.feed(LogEvent("x", Daemon.POSTFIX, LogKind.QUEUED, queue_id=f"ID{number}"))
        follower.feed(LogEvent("x", Daemon.OPENSMTPD, LogKind.CONNECT, session=f"S{number}"))
    assert len(follower._recent) <= IDS
    assert all(len(lines) <= EACH for lines in follower._recent.values())
    for number in range(OWN + 10):
        follower.feed(LogEvent("x", Daemon.POSTFIX, LogKind.QUEUED, queue_id=f"ID{number}", sender="p6abc@a.example"))
    assert follower.chain is not None
    assert len(follower.chain.events) == OWN


def test_a_token_that_is_only_quoted_names_no_message() -> None:
    lines = (
        'exim[1]: 1VnnFx-0008Lk-Gt <= <> H=(x) [2001:db8::9] P=esmtp S=5 id=1@b.example T="Undeliverable: p6abc"',
        "postfix/smtp[6]: AAAAAAAAAA: to=<u@example.com>, relay=none, delay=1, dsn=5.1.1, status=bounced (p6abc)",
    )
    assert follow(logged(*lines), token="p6abc") is None


IDS_OF_FEW = st.sampled_from([None, "A", "B", "C"])


@given(
    st.lists(
        st.builds(
            LogEvent, st.just("x"), st.sampled_from(Daemon), st.sampled_from(LogKind),
            time=st.none() | st.datetimes(timezones=st.just(UTC)), queue_id=IDS_OF_FEW, next_queue_id=IDS_OF_FEW,
            previous_queue_id=IDS_OF_FEW, session=IDS_OF_FEW, message_id=st.sampled_from([None, "A", "a tok b"]), status=st.none() | st.sampled_from(DeliveryStatus),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_no_order_of_events_raises(found: list[LogEvent]) -> None:
    for start in ({"token": "tok"}, {"queue_id": "A"}):
        told = follow(found, **start)
        if told is not None:
            assert len(told.events) <= len(found)
            places = {id(event): place for place, event in enumerate(found)}
            assert [places[id(event)] for event in told.events] == sorted(places[id(event)] for event in told.events)


def test_a_queue_id_learned_late_brings_the_lines_remembered_of_it() -> None:
    follower = Follower(token="no such token")
    lines = [
        "Nov 22 18:00:01 mx1 smtpd[7]: f7a2e6aa567530c9 smtp connected address=[2001:db8::9] host=a.example",
        "Nov 22 18:00:01 mx1 smtpd[7]: f7a2e6aa567530c9 smtp message msgid=e858df75 size=812 nrcpt=1 proto=ESMTP",
        "Nov 22 18:00:01 mx1 smtpd[7]: f7a2e6ab2f3d1c9a mda delivery evpid=e858df75a1b2c3d4 to=<u@b.example> result=Ok",
    ]
    for event in events(lines):
        follower.feed(event)
    assert follower.chain is None
    assert len(follower.remembers("e858df75")) == 2
    follower.named("e858df75")
    follower.named("e858df75")
    assert follower.chain is not None
    assert (follower.chain.fate, follower.chain.client) == (Fate.DELIVERED, "2001:db8::9")
    assert len(follower.chain.events) == 3
    assert follower.remembers("e858df75") == ()
