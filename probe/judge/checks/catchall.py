"""Mailboxes nobody has, and the one everybody must have (--catchall).

WHY
    Where a server takes mail for any mailbox, what it says to RCPT proves nothing: a slip in an address is told by a
    bounce days later, or by nobody. And mail to the postmaster, who has to be reachable without doubt, is sometimes
    refused over one family alone. Only the owner may ask: each family is asked for the postmaster, and one of them for
    one mailbox with a name nobody has. No message is sent.

FINDS
rcpt-catchall: a mailbox that does not exist was accepted. A note, for some want it so; that it was refused is one too.
    Put off, or refused for another reason: unknown.
postmaster-accept: the postmaster of the domain is refused. A warning; unknown where he is only put off, or where it is
    us that are refused.

FIX
    Refuse what nobody has while the sender is there to be told (Postfix), and give the postmaster a mailbox:
        postconf -e 'local_recipient_maps = proxy:unix:passwd.byname $alias_maps'
        echo 'postmaster: root' >> /etc/aliases && newaliases

SEE
    RFC 5321 4.5.1 (postmaster), postconf(5) local_recipient_maps, luser_relay.
"""

from collections.abc import Iterator

from probe.grammar.mailbox_words import says_unknown
from probe.judge.facts.attribution import held_against_us
from probe.judge.facts.trying import Shown, evidence, findings, held, nobody_asked, stopped, why
from probe.judge.wording import quote, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Observation, Session
from probe.model.words import Purpose, Stage, Verdict

_POSTMASTER = "RCPT TO:<postmaster@"
_SEES = {"rcpt-catchall": "postconf(5) local_recipient_maps", "postmaster-accept": "RFC 5321 4.5.1"}
_FIX = "Give the postmaster a mailbox, and exempt him from what refuses others:\n  postmaster: root    # /etc/aliases"
_AGAIN = "Ask again later."


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What was said to the postmaster, and to nobody."""
    sessions = held(measurement, Purpose.CATCHALL)
    postmaster = [_postmaster(measurement, item) for item in sessions]
    yield from findings("postmaster-accept", _SEES["postmaster-accept"], postmaster)
    asked = [(item, step) for item in sessions if (step := _nobody(item)) is not None]
    yield from findings("rcpt-catchall", _SEES["rcpt-catchall"], [_stranger(*pair) for pair in asked])
    yield from nobody_asked(measurement, Purpose.CATCHALL, "rcpt-catchall", _SEES["rcpt-catchall"])


def _asked_for(session: Session) -> list[Observation]:
    return [step for step in session.steps if step.stage is Stage.RCPT]


def _nobody(session: Session) -> Observation | None:
    """The answer to the mailbox nobody has, where it was asked for."""
    found = [step for step in _asked_for(session) if not (step.command or "").lower().startswith(_POSTMASTER.lower())]
    return found[-1] if found else None


def _postmaster(measurement: Measurement, session: Session) -> Shown:
    step = next((step for step in _asked_for(session) if step is not _nobody(session)), None)
    reply = step.reply if step is not None else None
    ours = reply is not None and held_against_us(measurement, session.family, reply) is not None
    if step is None or reply is None or reply.code // 100 == 4 or (ours and reply.code // 100 == 5):
        how = "it refuses us" if ours else "it was put off"
        reason = f"{how}: {quote(reply)}" if reply is not None else why(session)
        return Shown(
            session,
            Verdict.UNKNOWN,
            f"unknown {reason}",
            lambda who, over: f"Whether {who} takes mail for the postmaster {over} is not known: {reason}.",
            evidence(session),
            _AGAIN,
        )
    if reply.code // 100 == 2:
        return Shown(
            session,
            Verdict.OK,
            "taken",
            lambda who, over: f"{who} takes mail for the postmaster {over}.",
            (told(step),),
        )
    return Shown(
        session,
        Verdict.WARNING,
        "refused",
        lambda who, over: f"{who} refuses mail for the postmaster {over}, whom everybody must be able to reach.",
        (told(step),),
        _FIX,
    )


def _stranger(session: Session, step: Observation) -> Shown:
    reply = step.reply
    if reply is not None and reply.code // 100 == 2:
        sentence = "{who} takes mail for a mailbox nobody has {over}, so an accepted RCPT proves nothing."
        return Shown(session, Verdict.OK, "any", lambda who, over: sentence.format(who=who, over=over), (told(step),))
    if reply is not None and says_unknown(reply):
        refuses = "{who} refuses a mailbox nobody has {over}."
        return Shown(session, Verdict.OK, "none", lambda who, over: refuses.format(who=who, over=over), (told(step),))
    reason = quote(reply) if reply is not None else why(session)
    return Shown(
        session,
        Verdict.UNKNOWN,
        f"unknown {reason}",
        lambda who, over: f"Whether {who} takes mail for any mailbox {over} is not known: {reason}.",
        (told(step),) if stopped(session) is None else evidence(session),
        _AGAIN,
    )
