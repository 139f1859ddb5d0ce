"""What a run leaves for the next ones: proofs, greylist tuples, hosts to leave alone, mailboxes that do not exist.

In: a measurement. Out: a ``Memory`` to be kept; each thing in it takes the place of what was known of the same thing.
What went through a submission server teaches nothing: it is asked whenever somebody asks for it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from probe.grammar.come_back import wait
from probe.grammar.mailbox_words import says_unknown
from probe.judge.facts.attribution import SMTP_PORT, Deferral, deferral
from probe.judge.facts.conversations import ending, got_past
from probe.judge.facts.remembered import moment, tuple_of
from probe.judge.wording import quote
from probe.model.measurement import Measurement
from probe.model.memory import Greeted, Greylisted, Memory, Served, Silenced, UnknownRecipient
from probe.model.smtp import Session
from probe.model.words import Failure, Purpose, Stage

BACK_OFF = timedelta(minutes=1)  # after a 421: for so long anvil(8) counts; who mends and looks again wants to see
UNKNOWN_FOR = timedelta(days=7)
FORGOTTEN = timedelta(hours=24)  # greylists drop a tuple nobody came back with (RFC 6647 2.1; postgrey: two days)
_BUSY = 421


def lessons(measurement: Measurement) -> Memory:
    """What ``measurement`` teaches."""
    own = [item for item in measurement.sessions if item.purpose is not Purpose.VIA]
    everyone = [*own, *measurement.references]
    return Memory(
        greeted=tuple(item for session in everyone for item in _greeted(measurement, session)),
        greylisted=_greylisted(measurement, own),
        silenced=tuple(item for session in everyone for item in _silenced(measurement, session)),
        unknown=tuple(item for session in own for item in _unknown(measurement, session)),
        served=tuple(item for session in own for item in _served(measurement, session)),
    )


def _greeted(measurement: Measurement, session: Session) -> Iterator[Greeted]:
    """Any greeting proves that the port gets out, a refusal too; one that was dialled elsewhere proves nothing."""
    banner = session.banner
    if banner is None or session.source is None or session.port != SMTP_PORT or session.redirected:
        return
    if banner.code // 100 in {2, 4, 5}:
        at = moment(measurement, session)
        yield Greeted(session.family, session.source, session.mx, session.address, at)


def _served(measurement: Measurement, session: Session) -> Iterator[Served]:
    banner = session.banner
    if banner is not None and banner.code == 220 and session.source is not None and not session.redirected:
        yield Served(session.source, session.address, session.port, moment(measurement, session))


def _silenced(measurement: Measurement, session: Session) -> Iterator[Silenced]:
    if any(step.reply is not None and step.reply.code == _BUSY for step in session.steps):
        at = moment(measurement, session)
        yield Silenced(session.mx, at, at + BACK_OFF)


def _unknown(measurement: Measurement, session: Session) -> Iterator[UnknownRecipient]:
    """A mailbox nobody knows, or one that was not known and is now."""
    recipient, end = measurement.settings.recipient, ending(session)
    if recipient is None or session.reached.rank < Stage.RCPT.rank:
        return
    at = moment(measurement, session)
    if end is not None and end.stage is Stage.RCPT and says_unknown(end.reply) and end.reply is not None:
        yield UnknownRecipient(session.address, recipient, quote(end.reply), at, at + UNKNOWN_FOR)
    elif _taken(session):
        for item in measurement.memory.unknown:
            if (item.address, item.recipient) == (session.address, recipient):
                yield replace(item, at=at, until=at)


def _greylisted(measurement: Measurement, sessions: list[Session]) -> tuple[Greylisted, ...]:
    """The tuples that were put off, and those known that were let in; in the order of the conversations."""
    found: dict[tuple[str, str], Greylisted] = {}
    for session in sorted(sessions, key=lambda item: item.started):
        if session.source is None:
            continue
        key = (session.source, session.address)
        known = found.get(key) or tuple_of(measurement, session)
        now = moment(measurement, session)
        if (text := _put_off(measurement, session)) is not None:
            found[key] = _again(known, now, text) or _first(measurement, session, now, text)
        elif known is not None and _taken(session):
            found[key] = replace(known, last_try=now, passed=now)
    return tuple(found.values())


def _put_off(measurement: Measurement, session: Session) -> str | None:
    """The words of a greylist; None where none spoke."""
    end = ending(session)
    if end is None or end.failure is not Failure.DEFERRED or end.reply is None or end.stage.rank < Stage.MAIL.rank:
        return None
    return end.reply.text if deferral(measurement, session, end) is Deferral.GREYLISTED else None


def _again(known: Greylisted | None, now: datetime, text: str) -> Greylisted | None:
    """The tuple once more; None where the greylist has begun anew: it let us in before, or it has forgotten us."""
    if known is None or known.passed is not None or now - known.last_try > FORGOTTEN:
        return None
    tries = known.tries + 1
    next_try = known.next_try if now < known.next_try else now + timedelta(seconds=wait(text, tries))
    return replace(known, last_try=now, next_try=next_try, tries=tries)


def _first(measurement: Measurement, session: Session, now: datetime, text: str) -> Greylisted:
    settings = measurement.settings
    return Greylisted(
        family=session.family,
        source=session.source or "",
        sender=settings.sender,
        recipient=settings.recipient or "",
        address=session.address,
        first_seen=now,
        last_try=now,
        next_try=now + timedelta(seconds=wait(text, 1)),
    )


def _taken(session: Session) -> bool:
    """True when the server took the recipient."""
    return session.reached.rank >= Stage.RCPT.rank and (ending(session) is None or got_past(session, Stage.RCPT))
