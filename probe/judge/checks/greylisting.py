"""Greylisting: who is asked to come back, and what comes of it.

WHY
    A greylist puts off the first message of each client, sender and recipient, and takes it when it comes again. Over
    IPv6 the same machine is another client, so each family waits for itself; a server that counts every address of a
    /64 as a client of its own puts some senders off for ever. What earlier runs waited for the same tuple counts: it is
    kept between runs, for each family.

FINDS
rcpt-greylisted: the server asks strangers to come back later. Pending, a note: each family is a stranger of its own. A
    warning when the very same was put off for more than a day, run after run.

FIX
    Let greylisting treat a /64 as one client: postgrey --lookup-by-subnet --ipv6cidr=64
    To wait for the end of it: probe6 --greylist 600

SEE
    RFC 6647 (greylisting).
"""

from collections.abc import Iterator

from probe.grammar.date_time import clock
from probe.judge.facts.attribution import Deferral, deferral
from probe.judge.facts.conversations import ending, paths, replaced
from probe.judge.facts.remembered import greylisted_so_far, moment, never_ends, tuple_of
from probe.judge.facts.submitting import refusal
from probe.judge.wording import Case, fold, quote, told
from probe.model.measurement import Measurement
from probe.model.memory import Greylisted
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Observation, Session
from probe.model.words import Failure, Stage, Verdict

_CODE = "rcpt-greylisted"
_WAIT = "To wait for the answer: --greylist 600"


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Who puts us off, and who let us in after a wait."""
    cases: list[Case] = []
    for session in paths(measurement):
        for earlier in replaced(measurement, session):
            cases += _came_back(measurement, session, earlier)
        end, known = ending(session), tuple_of(measurement, session)
        if end is None and not replaced(measurement, session):
            if known is not None and known.passed is None and session.reached.rank >= Stage.RCPT.rank:
                cases.append(_let_in(measurement, session, known))
        elif end is not None and _puts_off(measurement, session, end):
            cases.append(_pending(measurement, session, end))
    yield from fold(measurement, _CODE, "RFC 6647", cases)


def _puts_off(measurement: Measurement, session: Session, end: Observation) -> bool:
    if end.failure is not Failure.DEFERRED or end.reply is None or end.stage.rank < Stage.MAIL.rank:
        return False
    return refusal(measurement, session, end) is None and deferral(measurement, session, end) is Deferral.GREYLISTED


_ENDLESS = (
    "See whether the server's greylist ever lets this client in, with the same sender and recipient each time "
    "(postgrey):\n  journalctl -t postgrey --since -2d | grep action="
)


def _pending(measurement: Measurement, session: Session, end: Observation) -> Case:
    """Put off: what is known of it, and whether it ever ends."""
    said = quote(end.reply) if end.reply is not None else ""
    known = tuple_of(measurement, session)
    if known is None:
        return Case(
            session,
            Verdict.OK,
            "pending",
            lambda who, over: f"{who} greylists us {over}, so the answer is pending; it said: {said}",
            (told(end),),
            _WAIT,
        )
    endless = never_ends(measurement, session, known)
    return Case(
        session,
        Verdict.WARNING if endless else Verdict.OK,
        "endless" if endless else "pending",
        lambda who, over: f"{who} {greylisted_so_far(measurement, session, known, over)}; it said: {said}",
        (told(end), f"first put off {known.first_seen:%Y-%m-%d %H:%M} UTC, tries {known.tries + 1}"),
        _ENDLESS if endless else _WAIT,
    )


def _came_back(measurement: Measurement, session: Session, earlier: Session) -> list[Case]:
    """Greylisted at first; the retry says how it went on."""
    end = ending(earlier)
    if end is None or end.failure is not Failure.DEFERRED or end.stage.rank < Stage.MAIL.rank:
        return []
    if ending(session) is not None or deferral(measurement, earlier, end) is not Deferral.GREYLISTED:
        return []
    waited = session.started - earlier.started
    return [
        Case(
            session,
            Verdict.OK,
            "passed",
            lambda who, over: f"{who} greylisted us {over} and let us in when we came back after {waited:.0f} s.",
            (told(end),),
        )
    ]


def _let_in(measurement: Measurement, session: Session, known: Greylisted) -> Case:
    """Greylisted in an earlier run."""
    now = moment(measurement, session)
    return Case(
        session,
        Verdict.OK,
        "passed",
        lambda who, over: f"{who} greylisted us {over} since {clock(known.first_seen, now)} and lets us in now.",
        (f"tries put off: {known.tries}",),
    )
