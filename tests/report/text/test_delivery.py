from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from probe.model.bounce import Action, Bounce, BouncedRecipient
from probe.model.delivery import Arrival, Hop, LogTrace
from probe.model.log import Fate
from probe.model.report import Report
from probe.model.words import Failure, Family
from probe.report.text.delivery import deliveries
from probe.report.text.layout import Paper
from tests.report import measurements


def changed(**more: object) -> Report:
    report = measurements.report("delivered")
    attempt = replace(report.measurement.attempts[0], **more)  # type: ignore[arg-type]
    return replace(report, measurement=replace(report.measurement, attempts=(attempt,)))


def arrival() -> Arrival:
    found = measurements.report("delivered").measurement.attempts[0].arrival
    assert found is not None
    return found


def said(report: Report) -> str:
    return " ".join(line.strip() for line in list(deliveries(report, Paper()))[2:])


def test_an_arrival_stands_beside_its_received_line() -> None:
    lines = list(deliveries(measurements.report("delivered"), Paper()))
    assert lines[:4] == [
        "",
        "Test messages to jane@example.com",
        "  + arrived over IPv6 in 0.4 s, seen by mx1.example.com as 2001:db8::9",
        "    Received: from probe.example.net (probe.example.net [IPv6:2001:db8::9])",
    ]


def test_without_a_message_there_is_no_section() -> None:
    assert list(deliveries(measurements.report("healthy"), Paper())) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"arrival": None, "failure": Failure.NOT_ARRIVED},
            "x not arrived over IPv6: mx1.example.com took it as 4ABCDEF, not found in maildir:/home/jane/Maildir",
        ),
        (
            {"arrival": None, "watched": ()},
            "+ accepted over IPv6 by mx1.example.com as 4ABCDEF; whether it arrived was not watched (--proof)",
        ),
        (
            {"arrival": None, "accepted": False, "failure": Failure.REJECTED},
            "x not accepted over IPv6 by mx1.example.com: rejected",
        ),
        (
            {"arrival": None, "accepted": None, "failure": Failure.TIMEOUT},
            "? sent over IPv6 to mx1.example.com, no reply to the final dot: it may arrive or not",
        ),
    ],
)
def test_every_other_end_has_its_words(change: dict[str, object], words: str) -> None:
    assert said(changed(**change)) == words


def test_two_copies_are_a_warning() -> None:
    arrival = measurements.report("delivered").measurement.attempts[0].arrival
    assert arrival is not None
    assert said(changed(arrival=replace(arrival, copies=2))).startswith(
        "! arrived over IPv6 in 0.4 s, seen by mx1.example.com as 2001:db8::9, 2 copies"
    )


def test_the_received_line_shown_is_the_one_the_judge_names() -> None:
    report = measurements.report("delivered")
    token = report.measurement.attempts[0].token
    named = replace(
        report, receiving=((token, Hop("by the tested host", by="mx9.example.com", address="2001:db8::7")),)
    )
    assert "seen by mx9.example.com as 2001:db8::7 Received: by the tested host" in said(named)


def test_without_such_a_line_an_arrival_is_told_alone() -> None:
    report = replace(changed(), receiving=())
    assert said(report) == "+ arrived over IPv6 in 0.4 s"


def test_a_bounce_is_told_with_who_sent_it_back_and_why() -> None:
    one = BouncedRecipient(Action.FAILED, "jane@example.com", diagnostic="550 5.1.1 no")
    bounce = Bounce(standard=True, recipients=(one,), reporting_mta="mx1.example.com")
    assert said(changed(arrival=None, failure=Failure.NOT_ARRIVED, bounce=bounce)) == (
        "x came back over IPv6: mx1.example.com took it as 4ABCDEF, then it was "
        "returned by mx1.example.com: 550 5.1.1 no"
    )


def test_the_junk_folder_and_what_the_receiver_judged() -> None:
    report = changed(arrival=replace(arrival(), junk=True))
    report = replace(report, results=((report.measurement.attempts[0].token, (("spf", "fail"), ("dkim", "none"))),))
    told = said(report)
    assert told.startswith("! arrived over IPv6 in 0.4 s, seen by mx1.example.com as 2001:db8::9, in the junk folder")
    assert told.endswith("judged there: spf=fail dkim=none")


def test_the_hops_on_request_put_right_where_clocks_contradict_each_other() -> None:
    now = datetime(2026, 11, 22, 18, tzinfo=UTC)
    hops = (
        Hop("c", by="c.example", time=now + timedelta(seconds=3), delay=-5.0, family=Family.IPV4),
        Hop("b", by="b.example", time=now + timedelta(seconds=8), delay=8.0, tls=True, family=Family.IPV6),
        Hop("a", by="a.example", time=now),
    )
    lines = list(deliveries(changed(arrival=replace(arrival(), hops=hops)), Paper(), verbose=1))
    assert lines[-3:] == [
        "    hop 1: a.example",
        "    hop 2: b.example over IPv6 inside TLS, after 3 s (8 s by the clocks)",
        "    hop 3: c.example over IPv4, after 0 s (-5 s by the clocks)",
    ]


LOG = "log:/var/log/mail.log"
LINES = ("first", "to=<jane@example.com>, status=what it says", "4ABCDEF: removed")


def test_several_proofs_are_all_named() -> None:
    maildir = "maildir:/home/jane/Maildir"
    report = replace(changed(watched=(LOG, maildir, "mbox:/x"), seen=(LOG, maildir)), receiving=())
    assert said(report) == f"+ arrived over IPv6 in 0.4 s seen by {maildir}, {LOG}; not by mbox:/x"


@pytest.mark.parametrize(
    ("trace", "words"),
    [
        (
            LogTrace(LOG, Fate.FAILED, LINES, reason="bounced: it is full"),
            "x {taken}, then given up: bounced: it is full {log}: failed: to=<jane@example.com>, status=what it says",
        ),
        (
            LogTrace(LOG, Fate.DEFERRED, LINES),
            "! {taken}, then held in its queue {log}: deferred: to=<jane@example.com>, status=what it says",
        ),
        (
            LogTrace(LOG),
            "x not arrived over IPv6: mx1.example.com took it as 4ABCDEF, not found in {log} {log}: no line about it",
        ),
    ],
)
def test_a_log_tells_why_it_is_not_there(trace: LogTrace, words: str) -> None:
    report = changed(arrival=None, failure=Failure.NOT_ARRIVED, watched=(LOG,), traces=(trace,))
    taken = "accepted over IPv6 by mx1.example.com as 4ABCDEF"
    assert said(replace(report, receiving=())) == words.format(log=LOG, taken=taken)


def test_handed_on_is_not_called_arrived() -> None:
    arrival = measurements.report("delivered").measurement.attempts[0].arrival
    assert arrival is not None
    report = replace(changed(arrival=replace(arrival, relayed="mx9.example.org [2001:db8::9] as 5C")), receiving=())
    assert said(report) == "+ handed on over IPv6 in 0.4 s, to mx9.example.org [2001:db8::9] as 5C"


def test_the_line_of_a_log_stands_where_a_header_would() -> None:
    report = changed(arrival=None, failure=Failure.NOT_ARRIVED)
    token = report.measurement.attempts[0].token
    hop = Hop("postfix/smtpd[7]: 4ABCDEF: client=x[2001:db8::9]", address="2001:db8::9", logged=True)
    assert said(replace(report, receiving=((token, hop),))).endswith(f"Log: {hop.raw}")
