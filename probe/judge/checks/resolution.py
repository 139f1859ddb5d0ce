"""Can a resolver that has one address family alone find the mail hosts at all?

WHY
    Before a sender with IPv6 alone can use an AAAA record its resolver has to get to it: from the root down, at every
    zone to a name server with an IPv6 address that the zone above tells and that answers. Where everybody has IPv4 too
    a gap is not noticed, until a sender comes that has not. With IPv4 it is the same the other way round.

FINDS
dns-ns-family: the first zone that cannot be entered over one family while it can over the other (no name server with
    AAAA or with A, no glue record for it in the zone above, or none that answers); or a name server that is dead over
    one family alone. A domain without mail hosts of that family gets a note.

FIX
    Give at least two name servers of the zone an IPv6 address, have the zone above publish it where the server's name
    is inside the zone (glue: at the registrar), and open port 53 over UDP and TCP:
        ns1.example.com. AAAA 2001:db8::53

SEE
    RFC 3901 (BCP 91: every zone reachable over both), RFC 9471 (glue), RFC 1034 4.2.2.
"""

from collections.abc import Iterator

from probe.judge.facts.matrix import authoritative, places, proven, where, zones
from probe.judge.wording import argument, over
from probe.model.measurement import Measurement
from probe.model.network import Transport
from probe.model.report import Finding, JudgeOptions
from probe.model.walk import Barrier, Walk, WalkEnd
from probe.model.words import Family, Verdict
from probe.model.zones import ServerAddress, Zone, ZoneServer

_CODE = "dns-ns-family"
_WHY = {
    Barrier.NO_ADDRESS: "none of its name servers has an {label} address",
    Barrier.NO_GLUE: "the zone above does not tell the {label} addresses of its name servers (no glue)",
    Barrier.NOT_GLOBAL: "the {label} addresses of its name servers are not for use on the Internet",
    Barrier.SILENT: "none of its name servers answers over {label}",
    Barrier.LAME: "no name server that answers over {label} knows the zone",
    Barrier.NAMES: "the names of its name servers cannot be looked up over {label}",
}
_FIX = {
    Barrier.NO_ADDRESS: "Give two of the name servers an {label} address, and have it entered in the zone above where "
    "glue is needed:\n  NAMESERVER. {rrtype} {label}-ADDRESS",
    Barrier.NO_GLUE: "Have the {label} addresses of the name servers entered in the zone above (at the registrar: host "
    "records, glue):\n  dig +norecurse NS {zone} @NAMESERVER-OF-THE-ZONE-ABOVE",
    Barrier.NOT_GLOBAL: "Publish global {label} addresses for the name servers:\n"
    "  NAMESERVER. {rrtype} {label}-ADDRESS",
    Barrier.SILENT: "Let the name servers listen on their {label} addresses (BIND: {listen}; NSD: ip-address), and "
    "open UDP and TCP port 53:\n  dig +norecurse SOA {zone} @{label}-ADDRESS",
    Barrier.LAME: "Load the zone on the servers behind the {label} addresses too:\n"
    "  dig +norecurse SOA {zone} @{label}-ADDRESS",
    Barrier.NAMES: "Mend the zones of the name servers' own names, or use name servers whose names can be looked up "
    "over {label}:\n  probe6 NAMESERVER",
}
_WORDS = {
    Family.IPV6: {"label": "IPv6", "rrtype": "AAAA", "listen": "listen-on-v6"},
    Family.IPV4: {"label": "IPv4", "rrtype": "A", "listen": "listen-on"},
}


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """The way from the root, then each server."""
    walks = (measurement.inquiries.walk if measurement.inquiries else None) or ()
    ends = {(walk.name, walk.family): walk.end for walk in walks}
    barred: dict[tuple[str, Family], list[Walk]] = {}
    for walk in walks:
        control = ends.get((walk.name, walk.family.other))
        if walk.end is WalkEnd.STUCK and walk.stuck is not None and control is WalkEnd.ARRIVED:
            barred.setdefault((walk.stuck, walk.family), []).append(walk)
    for (zone, family), mine in barred.items():
        yield _barred(measurement, zone, family, mine)
    told: set[str] = set()
    for item in zones(measurement):
        if any(item.name == zone for zone, _ in barred) or not any(
            authoritative(item, place) for _, place in places(item)
        ):
            continue
        for server in item.servers:
            for finding in _dead(measurement, item, server):
                if finding.subject not in told:
                    told.add(finding.subject)
                    yield finding


def _barred(measurement: Measurement, zone: str, family: Family, walks: list[Walk]) -> Finding:
    barrier = walks[0].barrier or Barrier.SILENT
    wanted = any(host.of(family) for host in measurement.resolved.hosts)
    names = ", ".join(dict.fromkeys(walk.name for walk in walks))
    passed = " > ".join(cut.zone for cut in walks[0].cuts)
    verdict = Verdict.WARNING if wanted or barrier is not Barrier.NO_ADDRESS else Verdict.OK
    words = _WORDS[family]
    return Finding(
        _CODE,
        verdict,
        family,
        zone,
        f"A resolver with {family.label} alone cannot find {names}: it gets no further than {zone}, where "
        f"{_WHY[barrier].format(**words)}. Over {family.other.label} the same way is open.",
        (f"{over(family)} from the root: {passed or 'nothing'} > {zone}", *walks[0].tried[:10]),
        _FIX[barrier].format(zone=argument(zone, "ZONE"), **words),
        "RFC 3901 (BCP 91)",
    )


def _dead(measurement: Measurement, zone: Zone, server: ZoneServer) -> Iterator[Finding]:
    """A server that answers over one family and is silent over the other, where that family works for us."""
    asked = [place for place in server.addresses if place.skipped is None and place.answers]
    living = {place.family for place in asked if authoritative(zone, place)}
    for place in asked:
        if place.family in living or place.heard() or place.family.other not in living:
            continue
        if not proven(measurement, place.family, [place.address]):
            continue
        yield Finding(
            _CODE,
            Verdict.WARNING,
            place.family,
            where(server, place),
            f"{server.name} answers for {zone.name} over {place.family.other.label} and not {over(place.family)}; "
            f"resolvers that prefer {place.family.label} wait for it in vain before they ask elsewhere.",
            _seen(server, place),
            f"Let it listen on that address, and open UDP and TCP port 53:\n"
            f"  dig +norecurse SOA {argument(zone.name, 'ZONE')} @{place.address}",
            "RFC 3901 (BCP 91)",
        )


def _seen(server: ZoneServer, place: ServerAddress) -> tuple[str, ...]:
    lines = []
    for item in place.answers[:4]:
        tries = f" in {item.tries} tries" if item.transport is Transport.UDP and item.tries > 1 else ""
        said = item.detail or str(item.failure)
        lines.append(f"{where(server, place)}: {item.name} {item.rrtype} over {item.transport.upper()}: {said}{tries}")
    return tuple(lines)
