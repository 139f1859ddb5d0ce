from dataclasses import replace

from probe.model.delivery import LogTrace
from probe.model.log import Fate
from probe.model.words import Failure, Verdict
from probe.report._shown.messages import fate, outcome, proof, recipient, unconfirmed, watched
from tests.report import measurements


def say(text: str, limit: int) -> str:
    return text[:limit]


REPORT = measurements.report("delivered")
ATTEMPT = REPORT.measurement.attempts[0]
HELD = LogTrace("log:mail.log", Fate.DEFERRED, ("mx1 postfix/smtp: 4ABCDEF: status=deferred",), reason="no route")


def test_an_arrival_and_the_line_that_proves_it() -> None:
    verdict, said = outcome(REPORT, ATTEMPT, say)
    assert (verdict, said) == (Verdict.OK, "arrived over IPv6 in 0.4 s, seen by mx1.example.com as 2001:db8::9")
    assert next(proof(REPORT, ATTEMPT, say)).startswith("Received: from probe.example.net")
    assert recipient(REPORT, say) == "jane@example.com"


def test_a_log_that_knows_why_it_is_not_there() -> None:
    waiting = replace(ATTEMPT, arrival=None, failure=Failure.NOT_ARRIVED, traces=(HELD,))
    assert fate(waiting, say) == (Verdict.WARNING, "held in its queue: no route")
    assert outcome(REPORT, waiting, say)[1].endswith("as 4ABCDEF, then held in its queue: no route")
    assert fate(replace(waiting, failure=None), say) is None


def test_who_saw_it_and_who_did_not() -> None:
    seen = replace(ATTEMPT, traces=(HELD,), watched=("maildir:/m", "log:mail.log"), seen=("maildir:/m",))
    assert list(watched(seen, say)) == [
        "log:mail.log: deferred: mx1 postfix/smtp: 4ABCDEF: status=deferred",
        "seen by maildir:/m; not by log:mail.log",
    ]
    assert list(watched(replace(seen, traces=(LogTrace("log:mail.log"),), watched=()), say)) == [
        "log:mail.log: no line about it"
    ]


def test_an_arrival_only_a_log_tells_of_says_so_where_a_mailbox_was_watched() -> None:
    alone = replace(ATTEMPT, traces=(LogTrace("log:mail.log"),), watched=("log:mail.log",), seen=("log:mail.log",))
    beside = replace(alone, watched=("maildir:/m", "log:mail.log"))
    assert unconfirmed(alone) == unconfirmed(ATTEMPT) == ""
    assert unconfirmed(replace(beside, seen=("maildir:/m", "log:mail.log"))) == ""
    verdict, said = outcome(REPORT, beside, say)
    assert verdict is Verdict.WARNING
    assert said.endswith(", as the log says; not seen in a mailbox")
