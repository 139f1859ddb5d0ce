"""The domain as a sender, out of what was looked up: SPF evaluated for each address, the DMARC policy, the lists.

In: a measurement. Out: an ``Outbox``, or None where nobody asked. The look-ups are all in the measurement, so an old
one can be evaluated again; what time did not allow to look up counts as not known.
"""

from ipaddress import IPv4Address

from probe.grammar.dmarc import parse as dmarc_policy
from probe.grammar.spf.evaluation import evaluate, replay
from probe.grammar.spf.terms import VERSION
from probe.grammar.txt import joined
from probe.judge.facts.conversations import is_address, paths
from probe.judge.facts.normal import greeting_name
from probe.model.dns import Resolution
from probe.model.measurement import Measurement
from probe.model.outbound import Listing, Outbound, SendingAddress
from probe.model.report import Outbox, Outgoing
from probe.model.spf import Evaluation, SpfCause
from probe.model.words import Family

_LISTINGS = (int(IPv4Address("127.0.0.0")) >> 24, int(IPv4Address("127.255.255.0")) >> 8)


def asked(measurement: Measurement) -> Outbound | None:
    """What was looked up about the domain as a sender."""
    return measurement.inquiries.outbound if measurement.inquiries is not None else None


def outbox(measurement: Measurement) -> Outbox | None:
    """All of it at a glance."""
    given = asked(measurement)
    if given is None:
        return None
    dmarc, at = _dmarc(given)
    return Outbox(given.domain, record_of(given), senders(measurement), dmarc, at)


def senders(measurement: Measurement) -> tuple[Outgoing, ...]:
    """Every sending address, and what receivers find out about it."""
    given = asked(measurement)
    if given is None:
        return ()
    known = _known(given)
    return tuple(_outgoing(measurement, given, known, item) for item in given.senders if is_address(item.address))


def own(measurement: Measurement) -> tuple[Evaluation, ...]:
    """What the domain of our envelope sender says of our own addresses; empty for the null sender."""
    given, sender = asked(measurement), measurement.settings.sender
    if given is None or not sender:
        return ()
    known = _known(given)
    origin = sender.rpartition("@")[2]
    return tuple(replay(known, evaluate(address, origin, sender)) for address in given.own if is_address(address))


def record_of(given: Outbound) -> str | None:
    """The SPF record of the domain; None where there is none or more than one."""
    answer = _known(given).get((given.domain.lower(), "TXT"))
    found = [text for text in map(joined, answer.records if answer else ()) if VERSION.match(text)]
    return found[0] if len(found) == 1 else None


def is_listed(listing: Listing) -> bool:
    """True for a listing (RFC 5782 2.1): 127.0.0.0/8, but for 127.255.255.0/24, which refuses the question."""
    return bool(codes(listing))


def refuses(listing: Listing) -> bool:
    """True when the list says that it does not answer us: our resolver is too busy, or not known there."""
    return any(number >> 8 == _LISTINGS[1] for number in _numbers(listing))


def codes(listing: Listing) -> tuple[str, ...]:
    """The answers that mean a listing."""
    numbers = _numbers(listing)
    return tuple(
        str(IPv4Address(number))
        for number in numbers
        if number >> 24 == _LISTINGS[0] and number >> 8 != _LISTINGS[1] and not refuses(listing)
    )


def _numbers(listing: Listing) -> tuple[int, ...]:
    found = []
    for record in listing.answer.records:
        try:
            found.append(int(IPv4Address(record)))
        except ValueError:
            continue
    return tuple(found)


def _known(given: Outbound) -> dict[tuple[str, str], Resolution]:
    return {(answer.name.lower(), answer.rrtype): answer for answer in given.spf}


def _outgoing(
    measurement: Measurement, given: Outbound, known: dict[tuple[str, str], Resolution], item: SendingAddress
) -> Outgoing:
    found: Evaluation | None = replay(known, evaluate(item.address, given.domain))
    if given.unfinished and found is not None and found.cause is SpfCause.DNS:
        found = None
    return Outgoing(
        address=item.address,
        family=item.family,
        named=item.named,
        host=item.host,
        spf=found,
        ptr=item.ptr,
        fcrdns=item.fcrdns,
        helo=_helo(measurement, item),
        listed=tuple(one.zone for one in given.listings if one.address == item.address and is_listed(one)),
    )


def _helo(measurement: Measurement, item: SendingAddress) -> str | None:
    """The name the host at this address greets with: most servers say the same name in EHLO."""
    for session in paths(measurement):
        if session.address == item.address and session.banner is not None and session.banner.code == 220:
            return greeting_name(session.banner)
    return None


def forward(given: Outbound, name: str, family: Family) -> Resolution | None:
    """The look-up of a greeting name, where it was made."""
    rrtype = "AAAA" if family is Family.IPV6 else "A"
    return next((it for it in given.helo if it.name == name.lower().rstrip(".") and it.rrtype == rrtype), None)


def _dmarc(given: Outbound) -> tuple[str | None, str | None]:
    for answer in given.dmarc:
        for record in answer.records:
            policy = dmarc_policy(joined(record))
            if policy is not None:
                at = answer.name.removeprefix("_dmarc.")
                return policy.domain if at == given.domain else policy.subdomains, at
    return None, None
