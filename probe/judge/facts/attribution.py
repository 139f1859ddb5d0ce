"""Is it them or us? What must be held against this machine before a mail host is blamed.

In: a measurement and one thing that went wrong in it. Out: yes or no, or the class of a refusal. Three questions: does
port 25 get out of our network at all; who sent the ICMP error; does a refusal speak of the host, or of us as a client
(RFC 7372, and the words of the servers that give no enhanced code)?
"""

from enum import StrEnum

from probe.address import same_network
from probe.judge.facts import refusal_words as words
from probe.judge.facts.conversations import ending, greeted, is_address, paths
from probe.judge.facts.remembered import proof
from probe.model.measurement import Measurement
from probe.model.memory import Greeted
from probe.model.smtp import Observation, Reply, Session
from probe.model.words import Failure, Family, Port25, Purpose

SMTP_PORT = 25


class Blame(StrEnum):
    """What a refusal holds against the client."""

    REVERSE = "reverse"  # our source has no reverse name, or it does not confirm
    HELO = "helo"  # the name we gave
    AUTHENTICATION = "authentication"  # SPF, DKIM or DMARC of the sender
    LISTED = "listed"  # our source stands on a list, or has a bad name
    SENDER = "sender"  # the domain of our envelope sender
    EXCESS = "excess"  # our source, or the network it is in, has sent too much


class Deferral(StrEnum):
    """What a 4xx reply means."""

    CLIENT = "client"  # it blames us, see Blame
    GREYLISTED = "greylisted"
    RATE = "rate"
    RELAY = "relay"  # it takes no mail for that domain, and will not tomorrow either
    OTHER = "other"


_ENHANCED = {
    "7.20": Blame.AUTHENTICATION,
    "7.21": Blame.AUTHENTICATION,
    "7.22": Blame.AUTHENTICATION,
    "7.23": Blame.AUTHENTICATION,
    "7.24": Blame.AUTHENTICATION,
    "7.25": Blame.REVERSE,
    "7.26": Blame.AUTHENTICATION,
    "7.27": Blame.AUTHENTICATION,
    "7.30": Blame.AUTHENTICATION,  # Google: DKIM
    "7.32": Blame.AUTHENTICATION,  # Google: the From header is not aligned
    "1.7": Blame.SENDER,
    "1.8": Blame.SENDER,
}


def proven(measurement: Measurement, family: Family, elsewhere: str | None = None, port: int = SMTP_PORT) -> bool:
    """True when a host was heard to greet on ``port`` over ``family``; given ``elsewhere``, one of another network.

    Of port 25 the last day's runs count as well as this one.
    """
    if port == SMTP_PORT and proof(measurement, family, elsewhere) is not None:
        return True
    return proven_now(measurement, family, elsewhere, port)


def proven_now(measurement: Measurement, family: Family, elsewhere: str | None = None, port: int = SMTP_PORT) -> bool:
    """The same for this run alone."""
    return any(
        session.family is family
        and session.port == port
        and not session.redirected
        and session.banner is not None
        and session.banner.code // 100 in {2, 4, 5}
        and (elsewhere is None or not _same_network(session.address, elsewhere))
        for session in greeted(measurement)
    )


def port25(measurement: Measurement) -> tuple[tuple[Family, Port25], ...]:
    """Per family asked for: is port 25 proven to get out of this network?"""
    return tuple(
        (family, Port25.PROVEN if proven(measurement, family) else Port25.UNPROVEN)
        for family in measurement.settings.families
    )


def port25_by(measurement: Measurement) -> tuple[tuple[Family, Greeted], ...]:
    """Who proved port 25 in an earlier run, for each family where this one did not."""
    found = (
        (family, proof(measurement, family))
        for family in measurement.settings.families
        if not proven_now(measurement, family)
    )
    return tuple((family, greeted) for family, greeted in found if greeted is not None)


def unreachable_by_us(measurement: Measurement, session: Session, step: Observation) -> bool:
    """True when an ``unreachable`` or ``prohibited`` was said by our own side, or by nobody who can be named."""
    source = session.source or measurement.vantage_of(session.family).source
    if step.icmp is None or step.icmp.offender is None:
        return True
    if source is None:
        return False
    if step.icmp.offender == source:
        return True
    # A router of our own network speaks for us, except about a target that lives in that network itself.
    return _same_network(step.icmp.offender, source) and not _same_network(session.address, source)


def blame(reply: Reply) -> Blame | None:
    """What ``reply`` holds against the client; None when it speaks of the host or the mailbox."""
    text, detail = words.said(reply), (reply.enhanced or "")[2:]
    if refuses_ipv6(reply):
        return None
    kind = _ENHANCED.get(detail) or next((Blame(key) for key, pattern in words.BLAMES if pattern.search(text)), None)
    if kind is Blame.AUTHENTICATION and words.REVERSE_FIRST.search(text):
        return Blame.REVERSE  # Google says 4.7.23 of a missing PTR record
    if kind is None and reply.code // 100 == 5 and words.EXCESS.search(text):
        return Blame.EXCESS
    return kind


def refuses_ipv6(reply: Reply) -> bool:
    """True when the server says that it takes no mail over IPv6 (Microsoft 5.7.510 among others): their choice."""
    return reply.enhanced == "5.7.510" or words.NO_IPV6.search(words.said(reply)) is not None


def denies_relay(reply: Reply) -> bool:
    """True when the server says that the domain is none of those it takes mail for."""
    return words.NO_RELAY.search(words.said(reply)) is not None


def held_against_us(measurement: Measurement, family: Family, reply: Reply) -> Blame | None:
    """The blame in ``reply`` where this machine cannot show that it is unfounded; None when it is the server's affair.

    A complaint about a reverse name is unfounded when our source has one that confirms. A list, or the sender's SPF,
    cannot be seen from here.
    """
    kind = blame(reply)
    if kind is Blame.HELO and _is_literal(measurement.vantage_of(family).helo or ""):
        return (
            kind  # senders give a name; and Exim takes no IPv6 literal for the client's address, while it does IPv4's
        )
    if kind in {Blame.REVERSE, Blame.HELO} and _presentable(measurement, family):
        return Blame.AUTHENTICATION if words.OR_AUTHENTICATION.search(words.said(reply)) else None
    return kind


def _presentable(measurement: Measurement, family: Family) -> bool:
    """True when our source of ``family`` has a confirmed reverse name and greets as the other family does."""
    mine, other = measurement.vantage_of(family), measurement.vantage_of(family.other)
    names = {vantage.helo for vantage in (mine, other) if vantage.helo is not None}
    return bool(mine.ptr) and mine.fcrdns is True and (len(names) < 2 or all(_is_literal(name) for name in names))


def deferral(measurement: Measurement, session: Session, step: Observation) -> Deferral:
    """What kind of 4xx ``step`` met. Texts only refine; the first digit has decided already (RFC 5321 4.3.2)."""
    reply = step.reply
    if reply is None:
        return Deferral.OTHER
    text, detail = words.said(reply), (reply.enhanced or "")[2:]
    if words.GREY.search(text):
        return Deferral.GREYLISTED
    if blame(reply) is not None:
        return Deferral.CLIENT
    if denies_relay(reply):
        return Deferral.RELAY
    if reply.code == 421 or words.RATE.search(text):
        return Deferral.RATE
    if words.NOT_GREY.search(text):
        return Deferral.OTHER
    first_contact = detail == words.FIRST_CONTACT[0] and words.FIRST_CONTACT[1].search(text)
    if detail in words.GREY_DETAILS or first_contact or (not detail and words.COME_BACK.search(text)):
        return Deferral.GREYLISTED
    if reply.code in {450, 451} and not detail and _other_family_says_the_same(measurement, session, step):
        return Deferral.GREYLISTED
    return Deferral.OTHER


def client_blamed(measurement: Measurement, family: Family) -> bool:
    """True when any server refused or deferred us over ``family`` for what we are."""
    return any(
        session.family is family
        and (end := ending(session)) is not None
        and end.reply is not None
        and blame(end.reply) is not None
        for session in paths(measurement)
    )


def _other_family_says_the_same(measurement: Measurement, session: Session, step: Observation) -> bool:
    ends = [
        end
        for other in paths(measurement)
        if other.family is not session.family and other.mx == session.mx and (end := ending(other)) is not None
    ]
    return any(
        end.stage is step.stage
        and end.failure is Failure.DEFERRED
        and end.reply is not None
        and step.reply is not None
        and end.reply.code == step.reply.code
        for end in ends
    )


def references(measurement: Measurement, family: Family) -> tuple[Session, ...]:
    """The references that were asked over ``family``."""
    return tuple(
        session
        for session in measurement.references
        if session.family is family and session.purpose is Purpose.REFERENCE
    )


def _is_literal(name: str) -> bool:
    return name.startswith("[")


def _same_network(a: str, b: str) -> bool:
    return is_address(a) and is_address(b) and same_network(a, b)
