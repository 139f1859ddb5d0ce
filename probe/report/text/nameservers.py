"""What the name servers said themselves, the way to them over IPv6, and the state of DNSSEC: for who wants all of it.

In: a measurement. Out: lines that fit the paper; none where nobody was asked.
"""

from collections.abc import Iterator

from probe.model.measurement import Measurement
from probe.model.network import Transport
from probe.model.walk import Walk, WalkEnd
from probe.model.zones import ServerAddress, Zone
from probe.report._shown.wording import counted, seconds
from probe.report.text.layout import Paper

_MOST_ZONES, _MOST_SERVERS, _MOST_LINES = 6, 8, 20
_INDENT = "        "


def name_servers(measurement: Measurement, paper: Paper) -> Iterator[str]:
    """The section, with a blank line and its heading before it."""
    asked = measurement.inquiries
    if asked is None or not (asked.zones or asked.walk or asked.dnssec):
        return
    yield ""
    yield paper.heading("Name servers")
    for zone in (asked.zones or ())[:_MOST_ZONES]:
        yield from _zone(zone, paper)
    for walk in (asked.walk or ())[:_MOST_LINES]:
        yield from paper.wrap(_walk(walk, paper), _INDENT, "  ")
    for item in (asked.dnssec or ())[:_MOST_LINES]:
        yield from paper.wrap(f"DNSSEC {paper.say(item.name, 120)} {item.rrtype}: {item.security}", _INDENT, "  ")


def _zone(zone: Zone, paper: Paper) -> Iterator[str]:
    unasked = f", {zone.left_out} more not asked" if zone.left_out else ""
    late = "" if zone.finished else ", and no time to ask them everything"
    heading = f"zone {paper.say(zone.name, 120)}: {counted(len(zone.servers), 'name server')}{unasked}{late}"
    yield from paper.wrap(heading, _INDENT, "  ")
    for server in zone.servers[:_MOST_SERVERS]:
        if not server.addresses:
            yield from paper.wrap(f"{paper.say(server.name, 120)}: no address of a family asked for", _INDENT, "    ")
        for place in server.addresses:
            said = f"{paper.say(server.name, 120)} [{place.address}]: {_said(zone, place, paper)}"
            yield from paper.wrap(said, _INDENT, "    ", limit=600)


def _said(zone: Zone, place: ServerAddress, paper: Paper) -> str:
    """How it answered over each transport, and what of, in one line."""
    if place.skipped is not None:
        return f"not asked: {paper.say(place.skipped, 120)}"
    parts = []
    for transport in (Transport.UDP, Transport.TCP):
        mine = [item for item in place.answers if item.transport is transport]
        heard = [item for item in mine if item.heard]
        if not heard:
            why = paper.say((mine[0].detail or str(mine[0].failure)) if mine else "not asked", 120)
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
    return "; ".join((*parts, *(paper.say(answer, 160) for answer in answers)))


def _walk(walk: Walk, paper: Paper) -> str:
    """``from the root over IPv6: . > com > example.com``, and where it ended."""
    way = " > ".join(paper.say(cut.zone, 120) for cut in walk.cuts)
    start = f"{paper.say(walk.name, 120)} from the root over {walk.family.label}: "
    match walk.end:
        case WalkEnd.ARRIVED:
            return f"{start}{way}"
        case WalkEnd.STUCK:
            return f"{start}{way}; not into {paper.say(walk.stuck or '?', 120)} ({walk.barrier})"
        case WalkEnd.NO_ROOT:
            return f"{start}no root server answers here"
    return f"{start}there was no time"
