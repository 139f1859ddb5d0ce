"""What the receiving host wrote of the conversation: was it inside TLS, and what did we call ourselves?

WHY
    We know what we did; the Received header says what the host saw of it. A proxy that ends TLS, or that speaks SMTP of
    its own, stands between the two, often in front of one family alone. Then the host decides about mail by what the
    proxy says: without TLS, with another name.

FINDS
rt-received-tls: we spoke inside TLS, and the host recorded a conversation without it. A warning when it did so for one
    family alone; else a note.
rt-received-helo: the host recorded another name than the one we gave in EHLO. A warning when it did so for one family
    alone; else a note.

FIX
    Let the proxy pass the connection on as it is (PROXY protocol, no SMTP inspection):
        postconf -e 'smtpd_upstream_proxy_protocol = haproxy'

SEE
    RFC 3848 (ESMTPS), RFC 5321 4.4.
"""

from collections.abc import Callable, Iterator

from probe.judge.facts.receiving_hop import receiving_hop, same_name, session_of
from probe.judge.wording import address_subject, short
from probe.model.delivery import Attempt, Hop
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Session
from probe.model.words import Verdict

_SEE = "RFC 3848, RFC 5321 4.4"
_FIX = "Let what stands in front of the host pass connections on as they are: no SMTP inspection, no TLS of its own."

Facts = tuple[Attempt, Session, Hop]


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Each family's header beside the conversation it is about."""
    facts = list(_facts(measurement))
    yield from _compared(facts, "rt-received-tls", _lost_tls, _tls)
    yield from _compared(facts, "rt-received-helo", _renamed, _name)


def _facts(measurement: Measurement) -> Iterator[Facts]:
    for attempt in measurement.attempts:
        session = session_of(measurement, attempt)
        hop, certain = receiving_hop(measurement, attempt)
        if session is not None and hop is not None and certain and measurement.settings.via is None:
            yield attempt, session, hop


def _compared(
    facts: list[Facts], code: str, wrong: Callable[[Session, Hop], bool | None], say: Callable[[Session, Hop], str]
) -> Iterator[Finding]:
    """``wrong`` is None where the header does not tell."""
    fine = {attempt.family for attempt, session, hop in facts if wrong(session, hop) is False}
    for attempt, session, hop in facts:
        if wrong(session, hop):
            who = address_subject(attempt.mx, attempt.address)
            alone = attempt.family.other in fine
            beside = f", and not so over {attempt.family.other.label}" if alone else ""
            yield Finding(
                code,
                Verdict.WARNING if alone else Verdict.OK,
                attempt.family,
                who,
                f"Over {attempt.family.label} {who} {say(session, hop)}{beside}.",
                (f"Received: {short(hop.raw, 500)}",),
                _FIX,
                _SEE,
            )


def _lost_tls(session: Session, hop: Hop) -> bool | None:
    return None if session.tls is None or hop.tls is None else not hop.tls


def _tls(_session: Session, hop: Hop) -> str:
    return f"recorded {short(hop.protocol or 'a conversation', 40)} without TLS, where we had spoken inside TLS"


def _renamed(session: Session, hop: Hop) -> bool | None:
    if not session.helo or not hop.helo or hop.helo.lower() == "unknown":
        return None  # some write the looked-up name in its place, or that there is none
    return not same_name(session.helo, hop.helo)


def _name(session: Session, hop: Hop) -> str:
    return f"recorded that we called ourselves {short(hop.helo or '', 120)}, where we had said {session.helo}"
