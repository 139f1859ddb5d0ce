"""What a submission server's refusal means: no relaying for this client, a login that failed, a password not risked.

In: a conversation of ``--via`` and the step that ended it. Out: one word, or None where the refusal is like any other
server's. Where the same code serves for many things (550, 554) the words decide.
"""

import re
from enum import StrEnum

from probe.judge.facts.attribution import Blame, Deferral, blame, deferral
from probe.model.measurement import Measurement
from probe.model.smtp import Observation, Reply, Session
from probe.model.words import Failure, Purpose, Stage

_ENVELOPE = frozenset({Stage.MAIL, Stage.RCPT})
_NO_TLS = frozenset({Failure.NOT_OFFERED, Failure.TLS_CERTIFICATE, Failure.REJECTED, Failure.DEFERRED})
# Postfix (relay and client restrictions), Exim, Sendmail, Exchange, Haraka, qmail; and those that ask for a login.
_NO_RELAY = re.compile(
    r"relay access denied|client host rejected: access denied|relay(ing)? (is )?(not permitted|not allowed|denied)"
    r"|unable to relay|cannot relay|isn't in my list of allowed rcpthosts|authentication (is )?required"
    r"|not authenticated|must (first )?authenticate|authenticate first",
    re.IGNORECASE,
)
_MOST_TEXT = 2000  # characters of a reply that are searched


class Refusal(StrEnum):
    """Why a submission server did not take the message."""

    RELAY = "relay"  # it takes mail for elsewhere from hosts and users it knows, and we are none of them
    LOGIN = "login"  # AUTH was refused, or none that we know is offered
    UNSAFE = "unsafe"  # no verified TLS, so the password was not sent


def refusal(measurement: Measurement, session: Session, step: Observation) -> Refusal | None:
    """What ``step``, the end of ``session``, says of us as a client; None for any other end or session."""
    if session.purpose is not Purpose.VIA:
        return None
    if step.stage is Stage.STARTTLS and step.failure in _NO_TLS:
        return Refusal.UNSAFE
    if step.stage not in _ENVELOPE:
        return None
    if is_login(step):
        return Refusal.LOGIN if step.failure is Failure.NOT_OFFERED or step.reply is not None else None
    if step.failure is Failure.DEFERRED:
        return Refusal.RELAY if deferral(measurement, session, step) is Deferral.RELAY else None
    if step.failure is Failure.REJECTED and step.reply is not None and _no_relay(step.reply):
        return Refusal.RELAY
    return None


def is_login(step: Observation) -> bool:
    """True for AUTH, which is written down as a step of stage ``mail``."""
    return step.stage is Stage.MAIL and (step.command or "").startswith("AUTH")


def _no_relay(reply: Reply) -> bool:
    if blame(reply) in {Blame.REVERSE, Blame.LISTED, Blame.HELO}:
        return False
    return _NO_RELAY.search(reply.text[:_MOST_TEXT]) is not None or (reply.code == 554 and reply.enhanced == "5.7.1")
