"""Is it them or us? What must be held against this machine before a mail host is blamed.

In: a measurement and one thing that went wrong in it. Out: yes or no, or the class of a refusal. Three questions: does
port 25 get out of our network at all; who sent the ICMP error; does a refusal speak of the host, or of us as a client
(RFC 7372, and the words of the servers that give no enhanced code)?
"""

import re
from enum import StrEnum

from probe.address import same_network
from probe.judge.conversations import ending, greeted, is_address, paths
from probe.judge.remembered import proof
from probe.model.measurement import Measurement
from probe.model.memory import Greeted
from probe.model.smtp import Observation, Reply, Session
from probe.model.words import Failure, Family, Port25, Purpose

SMTP_PORT = 25
_MOST_TEXT = 2000  # characters of a reply that are searched; nobody needs more to make a point


class Blame(StrEnum):
    """What a refusal holds against the client."""

    REVERSE = "reverse"  # our source has no reverse name, or it does not confirm
    HELO = "helo"  # the name we gave
    AUTHENTICATION = "authentication"  # SPF, DKIM or DMARC of the sender
    LISTED = "listed"  # our source stands on a list


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
}
# Words of Postfix, Exim, Sendmail, Google, Microsoft, Spectrum and the lists. The first that matches counts.
_TEXTS = (
    (
        Blame.REVERSE,
        re.compile(
            r"reverse (dns|hostname|lookup|mapping|name)|\bptr\b|\brdns\b|fcrdns|no reverse"
            r"|cannot find your (reverse )?host|forward[- ]confirmed|client host rejected: cannot find",
            re.IGNORECASE,
        ),
    ),
    (
        Blame.LISTED,
        re.compile(
            r"blocked using|black ?list|block ?list|deny ?list|\bdnsbl\b|\brbl\b|spamhaus|spamcop|barracudacentral"
            r"|\bsorbs\b|banned sending ip|poor reputation|low reputation|bad reputation|(ip|address|host) is listed",
            re.IGNORECASE,
        ),
    ),
    (
        Blame.AUTHENTICATION,
        re.compile(
            r"\bspf\b|\bdkim\b|\bdmarc\b|unauthenticated|not authenticated|sender authentication", re.IGNORECASE
        ),
    ),
    (Blame.HELO, re.compile(r"\b(helo|ehlo)\b.{0,60}(reject|invalid|not found|need|denied|refused)", re.IGNORECASE)),
)
_NO_IPV6 = re.compile(r"(not (accept|allow|support)\w*|no) (e-?mail |mail )?(over|via|from) ipv6", re.IGNORECASE)
_GREY = re.compile(r"gr[ae]y-? ?list", re.IGNORECASE)
_RATE = re.compile(
    r"too (many|much|fast|frequent)|rate[- ]?limit|\brate\b|throttl|limit exceeded|exceeded .{0,20}limit|slow down"
    r"|unusual rate|concurren",
    re.IGNORECASE,
)
_COME_BACK = re.compile(
    r"try again|try later|retry|temporarily (rejected|deferred|unavailable)|deferred|service currently unavailable"
    r"|come back",
    re.IGNORECASE,
)
# Postfix denies relaying with a 454 by default (postconf(5) smtpd_relay_restrictions): only the digit says "later".
_NO_RELAY = re.compile(r"relay(ing)? (access )?(is )?(denied|not (permitted|allowed)|prohibited)", re.IGNORECASE)
# Details greylisting shares with a denial under soft_bounce and with a mail filter that is down (postconf(5)
# milter_default_action = tempfail, whose words these are): nothing that waiting by itself would end.
_NOT_GREY = re.compile(r"access denied|service unavailable - try again later", re.IGNORECASE)
_GREY_DETAILS = {"2.0", "7.0", "7.1"}  # X.Y of the 4.X.Y that greylisting servers give (RFC 6647 2)
_FIRST_CONTACT = ("3.2", re.compile(r"service currently unavailable", re.IGNORECASE))  # postscreen


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
    text = reply.text[:_MOST_TEXT]
    if refuses_ipv6(reply):
        return None
    if reply.enhanced is not None and reply.enhanced[2:] in _ENHANCED:
        return _ENHANCED[reply.enhanced[2:]]
    return next((kind for kind, pattern in _TEXTS if pattern.search(text)), None)


def refuses_ipv6(reply: Reply) -> bool:
    """True when the server says that it takes no mail over IPv6 (Microsoft 5.7.510 among others): their choice."""
    return reply.enhanced == "5.7.510" or _NO_IPV6.search(reply.text[:_MOST_TEXT]) is not None


def denies_relay(reply: Reply) -> bool:
    """True when the server says that the domain is none of those it takes mail for."""
    return _NO_RELAY.search(reply.text[:_MOST_TEXT]) is not None


def held_against_us(measurement: Measurement, family: Family, reply: Reply) -> Blame | None:
    """The blame in ``reply`` where this machine cannot show that it is unfounded; None when it is the server's affair.

    A complaint about a reverse name is unfounded when our source has one that confirms. A list, or the sender's SPF,
    cannot be seen from here.
    """
    kind = blame(reply)
    if kind in {Blame.REVERSE, Blame.HELO} and _presentable(measurement, family):
        return None
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
    text, detail = reply.text[:_MOST_TEXT], (reply.enhanced or "")[2:]
    if _GREY.search(text):
        return Deferral.GREYLISTED
    if blame(reply) is not None:
        return Deferral.CLIENT
    if denies_relay(reply):
        return Deferral.RELAY
    if reply.code == 421 or _RATE.search(text):
        return Deferral.RATE
    if _NOT_GREY.search(text):
        return Deferral.OTHER
    first_contact = detail == _FIRST_CONTACT[0] and _FIRST_CONTACT[1].search(text)
    if detail in _GREY_DETAILS or first_contact or (not detail and _COME_BACK.search(text)):
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
