"""What the inquiries of a run say of a record: the look-ups among them, and the TTL at the source.

In: a measurement. Out: its ``Resolution``s, wherever an inquiry keeps them; and how long a record may be kept by
resolvers, as its own name servers say, or as far as the resolver shows, which counts down.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from probe.model.dns import Resolution
from probe.model.measurement import Measurement
from probe.model.words import Outcome, Provenance

_SAID = frozenset({Outcome.ANSWER, Outcome.NO_DATA, Outcome.NXDOMAIN})


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Seconds a record, or its absence, may be kept. ``source`` is true when its own name servers said so."""

    seconds: int
    source: bool


def resolutions(value: object) -> Iterator[Resolution]:
    """Every look-up inside ``value``."""
    match value:
        case Resolution():
            yield value
        case tuple():
            for item in value:
                yield from resolutions(item)
        case _ if is_dataclass(value):
            for part in fields(value):
                yield from resolutions(getattr(value, part.name))


def lifetime(measurement: Measurement, name: str, rrtype: str) -> Lifetime | None:
    """The longest time a resolver may keep ``name`` ``rrtype``, or that there is none; None when nobody said."""
    zones = measurement.inquiries.zones if measurement.inquiries is not None else None
    said = [
        answer.ttl
        for zone in zones or ()
        for _, address in zone.addresses()
        for answer in address.said(name, rrtype)
        if answer.aa and answer.ttl is not None
    ]
    if said:
        return Lifetime(max(said), source=True)
    resolved = measurement.resolved
    answers = [*([resolved.mx] if resolved.mx is not None else ())]
    answers += [item for host in resolved.hosts for item in (host.ipv6, host.ipv4)]
    for item in answers:
        told = item.provenance is Provenance.DNS and item.outcome in _SAID
        if told and item.ttl is not None and (item.name, item.rrtype) == (name, rrtype):
            return Lifetime(item.ttl, source=False)
    return None


def answered_over_ipv6(measurement: Measurement) -> tuple[tuple[str, bool | None], ...]:
    """Each zone the mail depends on, and whether a name server of it answers over IPv6; None: nobody could ask."""
    zones = measurement.inquiries.zones if measurement.inquiries is not None else None
    found: list[tuple[str, bool | None]] = []
    for zone in zones or ():
        six = [address for _, address in zone.addresses() if ":" in address.address]
        asked = [address for address in six if address.skipped is None]
        if any(address.heard() for address in asked):
            found.append((zone.name, True))
        elif six and not asked:
            found.append((zone.name, None))
        else:
            found.append((zone.name, False if zone.finished else None))
    return tuple(found)
