"""Our own machine: can it judge mail over IPv6 and IPv4 at all?

WHY
    A probe without working IPv6 sees every mail host as broken over IPv6. A probe whose own address has no reverse name
    is turned away by hosts that are in perfect order. So this machine is looked at first, and what it lacks is never
    held against the domain.

FINDS
self-route: this machine has no usable route or source address towards the mail hosts over the family. The verdict for
    that family is unknown; the other family is judged as usual.
self-nat64: our own resolver makes up IPv6 addresses (DNS64). They are not published by the domain and were left out.
self-ptr: our source address has no reverse name, or the name does not lead back to it. Many hosts refuse such clients
    over IPv6. A note, until a host refuses us for it.
self-source-temp-addr: our source is a temporary or deprecated IPv6 address, so no reverse name, SPF record or greylist
    entry will ever fit it. A note, until a host refuses us for what we are.

FIX
    Give this machine a static global address of each family, with a PTR record whose name has the matching AAAA or A
    record. Bind to it with --source6 and --source4. Against DNS64, ask another resolver with --nameserver.

SEE
    RFC 6724 5 (source selection), RFC 8981 (temporary addresses), RFC 7050 and 6147 (DNS64), RFC 8601 2.7.3 (iprev).
"""

from collections.abc import Iterator

from probe.address import literal, reverse_name
from probe.judge.facts.attribution import Blame, client_blamed, held_against_us
from probe.judge.facts.conversations import asked, ending, is_address, paths
from probe.judge.wording import short, subject
from probe.model.measurement import Measurement, Vantage
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Failure, Family, Verdict

_MACHINE = "this machine"


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What this machine lacks, per family."""
    yield from _dns64(measurement)
    for family in asked(measurement):
        vantage = measurement.vantage_of(family)
        yield from _route(measurement, vantage)
        if vantage.usable and vantage.source is not None and is_address(vantage.source):
            yield from _reverse(measurement, vantage, vantage.source)
            yield from _temporary(measurement, vantage, vantage.source)


def _route(measurement: Measurement, vantage: Vantage) -> Iterator[Finding]:
    family = vantage.family
    lost = [
        session for session in paths(measurement) if session.family is family and session.failure is Failure.NO_ROUTE
    ]
    reasons = [short(vantage.reason)] if vantage.reason else []
    reasons += [short(route.reason) for route in vantage.routes if route.reason and not route.usable]
    for session in lost:
        end = ending(session)
        if end is not None and end.detail:
            reasons.append(short(end.detail))
    if vantage.usable is not False and not lost:
        return
    if vantage.usable is False:
        subjects = [_MACHINE]
        sentence = (
            f"This machine cannot judge mail over {family.label}: {reasons[0] if reasons else 'it has no route'}."
        )
    else:
        subjects = list(dict.fromkeys(subject(session) for session in lost))
        sentence = (
            f"This machine has no route over {family.label} to {', '.join(subjects[:3])}, so nothing is known there."
        )
    wide = "2000::/3" if family is Family.IPV6 else "0.0.0.0/0"
    for who in subjects:
        yield Finding(
            "self-route",
            Verdict.UNKNOWN,
            family,
            who,
            sentence,
            tuple(dict.fromkeys(reasons))[:6],
            f"Run the probe where {family.label} works, or leave the family out with "
            f"{'-4' if family is Family.IPV6 else '-6'}. See what this machine has:\n"
            f"  ip {'-6' if family is Family.IPV6 else '-4'} address show scope global\n"
            f"  ip {'-6' if family is Family.IPV6 else '-4'} route show match {wide}",
            "RFC 6724 5",
        )


def _dns64(measurement: Measurement) -> Iterator[Finding]:
    dropped = [
        f"{host.host} AAAA {item.address}"
        for host in measurement.resolved.hosts
        for item in host.addresses
        if item.synthesised
    ]
    if not dropped:
        return
    prefixes = ", ".join(measurement.resolved.dns64) or "an unknown prefix"
    yield Finding(
        "self-nat64",
        Verdict.WARNING,
        Family.IPV6,
        measurement.target.name,
        f"Our own resolver makes up IPv6 addresses (DNS64, {short(prefixes)}); {len(dropped)} of them "
        f"for {measurement.target.name} were left out, since the domain does not publish them.",
        tuple(dropped[:12]),
        "Ask a resolver without DNS64, for example:\n  probe6 --nameserver 2620:fe::fe " + measurement.target.text,
        "RFC 7050, RFC 6147",
    )


def _reverse(measurement: Measurement, vantage: Vantage, source: str) -> Iterator[Finding]:
    blamed = _blamed_for_name(measurement, vantage.family)
    unknown = vantage.fcrdns is None and not vantage.ptr
    if vantage.nat or vantage.fcrdns or (unknown and not blamed):
        return
    names = ", ".join(short(name, 80) for name in vantage.ptr[:4])
    if not names:
        what = "has no reverse name" if vantage.fcrdns is False else "has no reverse name that could be found"
    elif vantage.fcrdns is False:
        what = f"has the reverse name {names}, which does not lead back to it"
    else:
        what = f"has the reverse name {names}, of which nobody knows whether it leads back"
    name = names.split(", ", maxsplit=1)[0] or "probe.example.net"
    rrtype = "AAAA" if vantage.family is Family.IPV6 else "A"
    yield Finding(
        "self-ptr",
        Verdict.WARNING if blamed else Verdict.OK,
        vantage.family,
        _MACHINE,
        f"This machine's {vantage.family.label} source {source} {what}; many hosts refuse such clients"
        f"{', and one of them just did' if blamed else ''}.",
        (f"source {source}", f"PTR {names or 'none'}"),
        f"{reverse_name(source)}. PTR {name}.\n{name}. {rrtype} {source}",
        "RFC 8601 2.7.3",
    )


def _blamed_for_name(measurement: Measurement, family: Family) -> bool:
    """True when a host turned us away for having no reverse name, or no better EHLO name than a literal for want of it.

    An EHLO name that somebody chose may be refused whatever the reverse name.
    """
    for session in paths(measurement):
        end = ending(session)
        if session.family is not family or end is None or end.reply is None:
            continue
        kind = held_against_us(measurement, family, end.reply)
        if kind is Blame.REVERSE or (kind is Blame.HELO and (session.helo or "").startswith("[")):
            return True
    return False


def _temporary(measurement: Measurement, vantage: Vantage, source: str) -> Iterator[Finding]:
    if not vantage.temporary and not vantage.deprecated:
        return
    kind = "temporary" if vantage.temporary else "deprecated"
    yield Finding(
        "self-source-temp-addr",
        Verdict.WARNING if client_blamed(measurement, vantage.family) else Verdict.OK,
        vantage.family,
        _MACHINE,
        f"This machine speaks from {literal(source)}, a {kind} address, which no reverse name or SPF record can fit.",
        (f"source {source} ({kind})",),
        "Bind to this machine's stable address:\n  probe6 --source6 ADDRESS " + measurement.target.text,
        "RFC 8981, RFC 6724 5 rule 7",
    )
