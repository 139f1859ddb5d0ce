"""What the name servers said themselves, the way to them over IPv6, and the state of DNSSEC, in lines.

In: a measurement, and how a format says foreign text. Out: lines with their depth: 0 for a zone, a way or a name, 1 for
a server of the zone before it; none where nobody was asked. Nothing raises.
"""

from collections.abc import Iterator

from probe.model.measurement import Measurement
from probe.model.network import Transport
from probe.model.walk import Walk, WalkEnd
from probe.model.zones import ServerAddress, Zone
from probe.report._shown.wording import Say, counted, seconds

_MOST_ZONES, _MOST_SERVERS, _MOST_LINES = 6, 8, 20


def told_by_servers(measurement: Measurement, say: Say) -> Iterator[tuple[int, str]]:
    """The lines."""
    asked = measurement.inquiries
    if asked is None:
        return
    for zone in (asked.zones or ())[:_MOST_ZONES]:
        yield from _zone(zone, say)
    for walk in (asked.walk or ())[:_MOST_LINES]:
        yield 0, _walk(walk, say)
    for item in (asked.dnssec or ())[:_MOST_LINES]:
        yield 0, f"DNSSEC {say(item.name, 120)} {item.rrtype}: {item.security}"


def _zone(zone: Zone, say: Say) -> Iterator[tuple[int, str]]:
    unasked = f", {zone.left_out} more not asked" if zone.left_out else ""
    late = "" if zone.finished else ", and no time to ask them everything"
    yield 0, f"zone {say(zone.name, 120)}: {counted(len(zone.servers), 'name server')}{unasked}{late}"
    for server in zone.servers[:_MOST_SERVERS]:
        if not server.addresses:
            yield 1, f"{say(server.name, 120)}: no address of a family asked for"
        for place in server.addresses:
            yield 1, f"{say(server.name, 120)} [{place.address}]: {_said(zone, place, say)}"


def _said(zone: Zone, place: ServerAddress, say: Say) -> str:
    """How it answered over each transport, and what of, in one line."""
    if place.skipped is not None:
        return f"not asked: {say(place.skipped, 120)}"
    parts = []
    for transport in (Transport.UDP, Transport.TCP):
        mine = [item for item in place.answers if item.transport is transport]
        heard = [item for item in mine if item.heard]
        if not heard:
            why = say((mine[0].detail or str(mine[0].failure)) if mine else "not asked", 120)
            parts.append(f"{transport.upper()} {why}")
            continue
        slowest = max(item.elapsed for item in heard)
        parts.append(f"{transport.upper()} {len(heard)} of {len(mine)} answered, at most {seconds(slowest)}")
    answers = dict.fromkeys(
        f"{item.rrtype if item.name == zone.name else f'{item.name} {item.rrtype}'} "
        f"{item.outcome}{'' if item.aa else ' without authority'}{'' if item.ttl is None else f' (TTL {item.ttl})'}"
        for item in place.answers
        if item.heard and item.transport is Transport.UDP
    )
    return "; ".join((*parts, *(say(answer, 160) for answer in answers)))


def _walk(walk: Walk, say: Say) -> str:
    """``from the root over IPv6: . > com > example.com``, and where it ended."""
    way = " > ".join(say(cut.zone, 120) for cut in walk.cuts)
    start = f"{say(walk.name, 120)} from the root over {walk.family.label}: "
    match walk.end:
        case WalkEnd.ARRIVED:
            return f"{start}{way}"
        case WalkEnd.STUCK:
            return f"{start}{way}; not into {say(walk.stuck or '?', 120)} ({walk.barrier})"
        case WalkEnd.NO_ROOT:
            return f"{start}no root server answers here"
    return f"{start}there was no time"
