"""Do the name servers of a zone know it, and answer over TCP too?

WHY
    Every sender asks one of them, by lot. One that is named and does not know the zone costs each look-up that meets it
    time, and when the good ones are away it costs mail. Answers too large for a datagram (DNSSEC, TLSA, long TXT) come
    over TCP alone: where that is closed they do not come at all.

FINDS
dns-ns-lame: a name server of the zone does not answer for it, or not at all, while others do; or its name is an alias
    (CNAME), which resolvers need not follow.
dns-tcp-edns: a name server answers over UDP and not over TCP, or leaves a question put with EDNS without an answer,
    over one family or both.

FIX
    Let the NS records, here and in the parent zone, name exactly the servers that have the zone, and open port 53 for
    both:
        dig +norecurse SOA example.com @NAMESERVER
        dig +norecurse +tcp SOA example.com @NAMESERVER
        dig +norecurse +edns=0 SOA example.com @NAMESERVER

SEE
    RFC 1912 2.8 (lame delegation), RFC 7766 (DNS over TCP is not optional), RFC 6891 7 (EDNS), RFC 9715.
"""

from collections.abc import Iterator

from probe.judge.facts.matrix import authoritative, places, proven, where, zones
from probe.judge.wording import argument, over, short
from probe.model.measurement import Measurement
from probe.model.network import Transport
from probe.model.report import Finding, JudgeOptions
from probe.model.walk import WalkEnd
from probe.model.words import Failure, Family, Verdict
from probe.model.zones import DirectAnswer, ServerAddress, Zone, ZoneServer


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Each server of each zone."""
    for zone in zones(measurement):
        if not any(authoritative(zone, place) for _, place in places(zone)):
            continue  # somebody between us and them answers in their place, or bars the way
        for server in zone.servers:
            yield from _lame(measurement, zone, server)
            yield from _alias(zone, server)
            yield from _no_tcp(measurement, zone, server)
            yield from _no_edns(measurement, zone, server)


def _asked(server: ZoneServer) -> list[ServerAddress]:
    return [place for place in server.addresses if place.skipped is None and place.answers]


def _lame(measurement: Measurement, zone: Zone, server: ZoneServer) -> Iterator[Finding]:
    asked = _asked(server)
    heard = [place for place in asked if place.heard(Transport.UDP)]
    lame = [place for place in heard if not authoritative(zone, place) and _spoke_of_zone(zone, place)]
    dead = bool(asked) and not any(place.heard() for place in asked)
    if dead and all(proven(measurement, place.family, [place.address]) for place in asked):
        lame = asked
    if not lame:
        return
    everywhere = len(lame) == len(asked) or {place.family for place in lame} == set(Family)
    family = None if everywhere else lame[0].family
    what = "does not answer at all" if dead else "does not know it"
    yield Finding(
        "dns-ns-lame",
        Verdict.WARNING,
        family,
        server.name,
        f"{server.name} is named as a name server of {zone.name} and {what}"
        f"{'' if family is None else f' {over(family)}'}; look-ups that meet it lose time, or fail.",
        tuple(f"{where(server, place)}: {_told(item)}" for place in lame for item in place.said(zone.name, "SOA"))[:12],
        f"Load the zone there, or take the server out of the NS records and out of the parent zone:\n"
        f"  dig +norecurse SOA {argument(zone.name, 'ZONE')} @{lame[0].address}",
        "RFC 1912 2.8",
    )


def _alias(zone: Zone, server: ZoneServer) -> Iterator[Finding]:
    """Our resolver followed it. BIND does not, and where all are aliases it finds the zone nowhere."""
    if not server.cnames:
        return
    every = all(other.cnames for other in zone.servers)
    yield Finding(
        "dns-ns-lame",
        Verdict.WARNING,
        None,
        server.name,
        f"{server.name} is named as a name server of {zone.name} and is an alias, which resolvers need not follow; "
        + ("those that do not cannot find the zone." if every else "those that do not ask the others."),
        (f"{server.name} CNAME {short(' CNAME '.join(server.cnames))}",),
        f"Name the server itself in the NS record, here and in the parent zone:\n"
        f"  {argument(zone.name, 'ZONE')}. NS {argument(server.cnames[-1], 'NAMESERVER')}.",
        "RFC 2181 10.3",
    )


def _spoke_of_zone(zone: Zone, place: ServerAddress) -> bool:
    """Its word on the SOA was heard, and whole."""
    return any(item.heard and not item.truncated for item in place.said(zone.name, "SOA"))


def _no_tcp(measurement: Measurement, zone: Zone, server: ZoneServer) -> Iterator[Finding]:
    alive = [place for place in _asked(server) if place.heard(Transport.UDP)]
    tried = [place for place in alive if place.said(zone.name, "SOA", Transport.TCP)]
    closed = [place for place in tried if not place.heard(Transport.TCP)]
    if not closed or not all(_believed(measurement, server, place) for place in closed):
        return
    family = None if {place.family for place in closed} == {place.family for place in alive} else closed[0].family
    how = "" if family is None else f" {over(family)}"
    seen = [(place, item) for place in closed for item in place.said(zone.name, "SOA")]
    yield Finding(
        "dns-tcp-edns",
        Verdict.WARNING,
        family,
        server.name,
        f"{server.name} answers for {zone.name} over UDP and not over TCP{how}; an answer that does not fit into a "
        "datagram cannot be had from it.",
        tuple(f"{where(server, place)}: {_told(item)}" for place, item in seen[:12]),
        f"Let the server listen on TCP port 53, and the firewall let it through:\n"
        f"  dig +norecurse +tcp SOA {argument(zone.name, 'ZONE')} @{closed[0].address}",
        "RFC 7766 5",
    )


def _believed(measurement: Measurement, server: ZoneServer, place: ServerAddress) -> bool:
    """A refusal is the server's word. Silence may be our own network's, unless TCP got through to somebody."""
    if any(item.failure is Failure.REFUSED for item in place.answers if item.transport is Transport.TCP):
        return True
    if any(other.heard(Transport.TCP) for other in server.addresses if other is not place):
        return True
    return any(
        other.heard(Transport.TCP) and other.family is place.family
        for zone in zones(measurement)
        for _, other in places(zone)
    )


def _no_edns(measurement: Measurement, zone: Zone, server: ZoneServer) -> Iterator[Finding]:
    """Silent whenever EDNS was in the question; believed of a family over which somebody answered one with it."""
    alive = [place for place in _asked(server) if place.heard(Transport.UDP)]
    dropping = [
        place for place in alive if _drops_edns(place) and _edns_gets_through(measurement, place.family, place.address)
    ]
    if not dropping:
        return
    family = None if {place.family for place in dropping} == {place.family for place in alive} else dropping[0].family
    how = "" if family is None else f" {over(family)}"
    yield Finding(
        "dns-tcp-edns",
        Verdict.WARNING,
        family,
        server.name,
        f"{server.name} leaves questions about {zone.name} that are put with EDNS without an answer{how}; resolvers "
        "put all of theirs so, and take it for dead.",
        tuple(
            f"{where(server, place)}: silent to {item.name} {item.rrtype} with EDNS, without it {_told(item)}"
            for place in dropping
            for item in place.answers
            if item.without_edns
        )[:12],
        f"Let the server, and the firewall before it, pass datagrams with an OPT record:\n"
        f"  dig +norecurse +edns=0 SOA {argument(zone.name, 'ZONE')} @{dropping[0].address}",
        "RFC 6891 7",
    )


def _drops_edns(place: ServerAddress) -> bool:
    heard = [item for item in place.answers if item.heard]
    return len(heard) > 1 and all(item.without_edns for item in heard)


def _edns_gets_through(measurement: Measurement, family: Family, but: str) -> bool:
    walks = (measurement.inquiries.walk if measurement.inquiries else None) or ()
    if any(walk.family is family and walk.end is not WalkEnd.NO_ROOT for walk in walks):
        return True  # root servers are asked with EDNS
    return any(
        item.heard and not item.without_edns
        for zone in zones(measurement)
        for _, place in places(zone)
        if place.family is family and place.address != but
        for item in place.answers
    )


def _told(answer: DirectAnswer) -> str:
    if answer.rcode is None:
        said = answer.detail or str(answer.failure)
    elif answer.rcode == "NOERROR" and not answer.aa:
        said = "NOERROR without authority (no AA)"
    else:
        said = f"{answer.rcode}{', authoritative' if answer.aa else ''}"
    return f"{answer.name} {answer.rrtype} over {answer.transport.upper()}: {said} ({answer.elapsed:.3f} s)"
