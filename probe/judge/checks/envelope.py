"""The envelope: MAIL FROM and RCPT TO.

WHY
    Many receivers let IPv6 clients in only when these have a reverse name and a passing SPF record, and some take no
    mail over IPv6 at all. The same sender and the same mailbox are therefore offered over each family. A refusal that
    speaks of the client is held against this probe first; a 4xx means "later" and breaks nothing.

FINDS
mail-from-rejected: the sender was refused.
rcpt-rejected: the mailbox was refused. Critical when the other family takes it, unless the refusal may be this probe's
    own fault (then unknown).
rcpt-unknown-both: the mailbox does not exist, whichever way one asks. A list of targets does not ask again for a week.
rcpt-rate-limited: the server wants fewer connections for now, so nothing is known. After a 421 it is left alone for
    one minute; a later run of a target that was named on the command line calls it again after half of that.

FIX
    Look for rules that treat one family differently (Postfix):
        postconf -n | grep -E 'sender_restrictions|recipient_restrictions|client_restrictions'
    Microsoft 365, to take mail over IPv6:
        Enable-IPv6ForAcceptedDomain -Domain example.com

SEE
    RFC 5321 4.2 and 4.5.1, RFC 3463, RFC 7372 (authentication and reverse names).
"""

from collections.abc import Iterator
from datetime import datetime

from probe.grammar.date_time import clock
from probe.grammar.mailbox_words import says_unknown
from probe.judge.facts.attribution import Blame, Deferral, deferral, denies_relay, held_against_us, refuses_ipv6
from probe.judge.facts.conversations import asked, ending, of, paths
from probe.judge.facts.remembered import moment
from probe.judge.facts.submitting import refusal
from probe.judge.standing import mailbox_named, weigh
from probe.judge.wording import Case, argument, fold, quote, short, told
from probe.model.measurement import Measurement
from probe.model.memory import Silenced, UnknownRecipient
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Observation, Reply, Session
from probe.model.words import Failure, Family, Stage, Verdict

_OUR_CHOICE = frozenset({Failure.DEADLINE, Failure.NOT_TRIED})
_ENVELOPE = frozenset({Stage.MAIL, Stage.RCPT})
_WHY = {
    Blame.REVERSE: "it wants a reverse name for our source",
    Blame.HELO: "it objects to our EHLO name",
    Blame.AUTHENTICATION: "it wants SPF or DKIM to pass for our sender",
    Blame.LISTED: "it has our source on a list",
    Blame.SENDER: "it objects to the domain of our sender",
    Blame.EXCESS: "it has had too much from our source or the network around it",
}
_SEE = {
    "mail-from-rejected": "RFC 5321 3.3, RFC 7372",
    "rcpt-rejected": "RFC 5321 3.3, RFC 7372",
    "rcpt-unknown-both": "RFC 3463 X.1.1, RFC 5321 4.5.1",
    "rcpt-rate-limited": "RFC 5321 4.3.2, postconf(5) smtpd_client_ipv6_prefix_length",
}


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What the server says to our sender and to the mailbox."""
    cases: dict[str, list[Case]] = {code: [] for code in _SEE}
    nowhere = _unknown_everywhere(measurement)
    for session in paths(measurement):
        end = ending(session)
        _of_earlier_runs(measurement, session, end, cases)
        if end is None or end.failure in _OUR_CHOICE or refusal(measurement, session, end) is not None:
            continue
        if end.failure is Failure.DEFERRED and end.reply is not None:
            _put_off(measurement, session, end, cases)
        elif end.stage in _ENVELOPE and end.reply is not None and nowhere:
            cases["rcpt-unknown-both"].append(_no_such_mailbox(measurement, session, end))
        elif end.stage in _ENVELOPE:
            code = "mail-from-rejected" if end.stage is Stage.MAIL else "rcpt-rejected"
            cases[code].append(_stopped(measurement, session, end))
    for code, mine in cases.items():
        yield from fold(measurement, code, _SEE[code], mine)


def _put_off(measurement: Measurement, session: Session, end: Observation, cases: dict[str, list[Case]]) -> None:
    """A 4xx after the greeting: greylisting, a limit, or something else that is theirs to say."""
    if end.stage in {Stage.CONNECT, Stage.BANNER}:
        return
    kind = deferral(measurement, session, end)
    if kind is Deferral.RATE:
        cases["rcpt-rate-limited"].append(_limited(session, end))
    elif end.stage in _ENVELOPE and kind is not Deferral.GREYLISTED:
        code = "mail-from-rejected" if end.stage is Stage.MAIL else "rcpt-rejected"
        cases[code].append(_stopped(measurement, session, end))


def _limited(session: Session, end: Observation) -> Case:
    said = quote(end.reply) if end.reply is not None else ""
    return Case(
        session,
        Verdict.UNKNOWN,
        "limited",
        lambda who, over: f"{who} wants fewer connections from us {over} for now; it said: {said}",
        (told(end),),
        "Wait, and set a longer --pause. On your own server allow the probe:\n"
        f"  postconf -e 'smtpd_client_event_limit_exceptions = $mynetworks, {_as_client(session)}'",
    )


def _as_client(session: Session) -> str:
    """Our address in a list of Postfix's: IPv6 in brackets, else it is taken for a table (match_list)."""
    if session.source is None:
        return "PROBE-ADDRESS"
    return f"[{session.source}]" if session.family is Family.IPV6 else session.source


def _of_earlier_runs(
    measurement: Measurement, session: Session, end: Observation | None, cases: dict[str, list[Case]]
) -> None:
    """What this conversation leaves out because of what they heard: a host or a mailbox was left alone."""
    now = moment(measurement, session)
    busy = measurement.memory.silence(session.mx, now)
    if busy is not None and end is not None and end.failure is Failure.NOT_TRIED:
        cases["rcpt-rate-limited"].append(_left_alone(measurement, session, end, busy))
    gone = measurement.memory.no_such_mailbox(session.address, measurement.settings.recipient or "", now)
    spared = end is None and session.until is Stage.MAIL and measurement.settings.until is not Stage.MAIL
    if gone is not None and spared:
        cases["rcpt-unknown-both"].append(_not_asked_again(measurement, session, gone, now))


def _left_alone(measurement: Measurement, session: Session, end: Observation, busy: Silenced) -> Case:
    now = moment(measurement, session)
    return Case(
        session,
        Verdict.UNKNOWN,
        "left alone",
        lambda who, over: (
            f"{who} was not called {over}, because it answered 421 at {clock(busy.at, now)}; nothing is known of it."
        ),
        (told(end),),
        f"Wait until {clock(busy.until, now)}, or call it now:\n  probe6 --no-state {measurement.target.text}",
    )


def _not_asked_again(measurement: Measurement, session: Session, gone: UnknownRecipient, now: datetime) -> Case:
    """The answer of that day stands until somebody asks again: a verdict that comes and goes would be worse."""
    mailbox = _mailbox(measurement)
    return Case(
        session,
        Verdict.CRITICAL if mailbox_named(measurement) else Verdict.WARNING,
        "unknown",
        lambda who, over: f"{who} knew no mailbox {mailbox} {over} at {clock(gone.at, now)} and was not asked again.",
        (short(gone.said),),
        f"Create the mailbox, then ask for it by name:\n  probe6 {argument(mailbox, 'MAILBOX')}",
    )


def _unknown_everywhere(measurement: Measurement) -> bool:
    """True when every address of every family that got to say so says that there is no such mailbox."""
    ends = [end for session in paths(measurement) if (end := ending(session)) is not None and end.stage is Stage.RCPT]
    families = {session.family for session in paths(measurement) if session.reached.rank >= Stage.RCPT.rank}
    accepted = any(
        session.reached.rank >= Stage.RCPT.rank and ending(session) is None for session in paths(measurement)
    )
    tested = {
        family for family in asked(measurement) if any(session.family is family for session in paths(measurement))
    }
    return bool(ends) and not accepted and families == tested and all(says_unknown(end.reply) for end in ends)


def _no_such_mailbox(measurement: Measurement, session: Session, end: Observation) -> Case:
    mailbox = _mailbox(measurement)
    named = mailbox_named(measurement)
    aside = "" if named else "; every domain has to take mail for its postmaster"
    return Case(
        session,
        Verdict.CRITICAL if named else Verdict.WARNING,
        "unknown",
        lambda who, over: f"{who} knows no mailbox {mailbox}, {over}{aside}.",
        (told(end),),
        f"Create it (Postfix):\n  echo '{mailbox.partition('@')[0]}: root' >> /etc/aliases && newaliases"
        if argument(mailbox, "")
        else "Create the mailbox.",
    )


def _mailbox(measurement: Measurement) -> str:
    return short(measurement.settings.recipient or measurement.target.recipient or "the mailbox", 120)


def _stopped(measurement: Measurement, session: Session, end: Observation) -> Case:
    verdict = weigh(measurement, session, end)
    what = "our sender" if end.stage is Stage.MAIL else f"the mailbox {_mailbox(measurement)}"
    if end.reply is None:
        hangs = "does not answer" if end.failure is Failure.TIMEOUT else "hangs up"
        sentence = f"{hangs} when {what} is named"
        detail = f"; {short(end.detail)}" if end.detail else ""
        return Case(
            session,
            verdict,
            str(end.failure),
            lambda who, over: f"{who} {sentence} {over}{detail}",
            (told(end),),
            _RULES,
        )
    said = quote(end.reply)
    blame = held_against_us(measurement, session.family, end.reply)
    later = end.failure is Failure.DEFERRED and deferral(measurement, session, end) is not Deferral.RELAY
    sentence = f"{'puts off' if later else 'refuses'} {what}"
    aside = _aside(measurement, session, end.stage)
    if blame is not None:
        aside = f"; {_WHY[blame]}, so it may be this probe's own fault"
    return Case(
        session,
        verdict,
        f"{end.reply.code} {end.reply.enhanced} {verdict}",
        lambda who, over: f"{who} {sentence} {over}{aside}; it said: {said}",
        (told(end), *_own_names(measurement, session)),
        _fix(measurement, end.reply, blame),
    )


_RULES = (
    "Look for rules that treat one family differently (Postfix):\n"
    "  postconf -n | grep -E 'sender_restrictions|recipient_restrictions|client_restrictions'"
)


def _aside(measurement: Measurement, session: Session, stage: Stage) -> str:
    """What the other family of the host was told, when it was let through."""
    others = of(measurement, session.mx, session.family.other)
    through = [
        other
        for other in others
        if other.reached.rank > stage.rank or (other.reached is stage and ending(other) is None)
    ]
    return f", while over {session.family.other.label} it is taken" if through else ""


def _own_names(measurement: Measurement, session: Session) -> tuple[str, ...]:
    vantage = measurement.vantage_of(session.family)
    confirmed = {True: "confirmed", False: "not confirmed", None: "not known"}[vantage.fcrdns]
    names = ", ".join(short(name, 80) for name in vantage.ptr[:4]) or "none"
    helo = f", EHLO {short(session.helo, 80)}" if session.helo else ""
    return (f"our source {session.source or 'unknown'}, reverse name {names} ({confirmed}){helo}",)


def _fix(measurement: Measurement, reply: Reply, blame: Blame | None) -> str:
    if blame is Blame.AUTHENTICATION:
        return (
            "Add this probe's addresses to the SPF records of its sender and EHLO name:\n"
            "  v=spf1 ip6:IPV6-ADDRESS ip4:IPV4-ADDRESS -all"
        )
    if blame is Blame.LISTED:
        return "Look this probe's address up in the list that the reply names, and ask for its removal."
    if blame is Blame.SENDER:
        return "Send as a mailbox whose domain has an MX or address record, with --from ADDR, or as nobody: --from ''"
    if blame is Blame.EXCESS:
        return "Wait, or run the probe from another network; over IPv6 all of a /64 and more is counted as one client."
    if blame is not None:
        return "Give this probe's source a PTR record whose name leads back to it, or run the probe elsewhere."
    if denies_relay(reply):
        return (
            "Let the server take mail for the domain, or see why this client meets another one (Postfix):\n"
            "  postconf -n | grep -E 'mydestination|relay_domains|virtual_(alias|mailbox)_domains'"
        )
    if refuses_ipv6(reply):
        return (
            "The domain's provider takes no IPv6 mail for it. Microsoft 365:\n"
            f"  Enable-IPv6ForAcceptedDomain -Domain {measurement.target.name}"
        )
    return _RULES
