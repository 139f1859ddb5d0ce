"""What name servers said when each was asked itself, read for the checks.

In: the zones of a measurement. Out: answers worth a judgement: whole ones, with what the server said each time it was
asked. Silence is told apart from our own network's: a family counts only where somebody else answered over it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from probe.judge.wording import address_subject, short
from probe.model.measurement import Measurement
from probe.model.network import Transport
from probe.model.walk import WalkEnd
from probe.model.words import Family, Outcome
from probe.model.zones import DirectAnswer, ServerAddress, Zone, ZoneServer

Content = tuple[Outcome, tuple[str, ...]]
"""How a question was answered, and with which records."""

_SAYS = frozenset({Outcome.ANSWER, Outcome.NO_DATA, Outcome.NXDOMAIN})
_TRIES = 4  # of a question in two rounds, before silence is called silence


@dataclass(frozen=True, slots=True)
class Failing:
    """A server that fails on AAAA at one address where it answers A (RFC 4074). ``how`` is the rcode, or silence."""

    server: str
    place: ServerAddress
    how: str
    evidence: str


def zones(measurement: Measurement) -> tuple[Zone, ...]:
    """The zones that were asked about."""
    return (measurement.inquiries.zones if measurement.inquiries else None) or ()


def places(zone: Zone) -> Iterator[tuple[ZoneServer, ServerAddress]]:
    """The addresses that were asked."""
    return (pair for pair in zone.addresses() if pair[1].skipped is None and pair[1].answers)


def whole(place: ServerAddress, name: str, rrtype: str) -> list[DirectAnswer]:
    """The answers of an authority to one question, those that did not fit left out."""
    return [item for item in place.said(name, rrtype) if item.heard and item.aa and not item.truncated]


def contents(place: ServerAddress, name: str, rrtype: str) -> set[Content]:
    """The different things it said, one when it says the same each time; aliases are another zone's matter."""
    return {
        (item.outcome, item.records)
        for item in whole(place, name, rrtype)
        if item.outcome in _SAYS and not (item.detail or "").startswith("alias")
    }


def questions(zone: Zone) -> list[tuple[str, str]]:
    """What was asked besides the SOA, each once."""
    asked = ((item.name, item.rrtype) for _, place in places(zone) for item in place.answers)
    return [one for one in dict.fromkeys(asked) if one[1] != "SOA"]


def authoritative(zone: Zone, place: ServerAddress) -> bool:
    """Whether the server there knows the zone."""
    return any(item.outcome is Outcome.ANSWER or item.truncated for item in place.said(zone.name, "SOA") if item.aa)


def proven(measurement: Measurement, family: Family, but: Iterable[str] = ()) -> bool:
    """Whether name servers elsewhere, or the root, answered us over ``family``."""
    away = set(but)
    heard = any(
        place.heard() and place.family is family and place.address not in away
        for zone in zones(measurement)
        for _, place in places(zone)
    )
    walks = (measurement.inquiries.walk if measurement.inquiries else None) or ()
    return heard or any(walk.family is family and walk.end is not WalkEnd.NO_ROOT for walk in walks)


def failing_on_aaaa(zone: Zone, host: str) -> tuple[list[Failing], int]:
    """The addresses at which AAAA of ``host`` fails while A is answered, and how many are well."""
    found, well = [], 0
    for server, place in places(zone):
        four = [item for item in whole(place, host, "A") if item.outcome is Outcome.ANSWER]
        six = place.said(host, "AAAA")
        if not four or not six:
            continue
        fault = _fault(six)
        if fault is None:
            well += any(item.outcome in {Outcome.ANSWER, Outcome.NO_DATA} for item in six)
            continue
        seen = f"{where(server, place)}: {host} AAAA: {fault}; A: {listed(four[0].records)}"
        found.append(Failing(server.name, place, fault, seen))
    return found, well


def told_by_all(measurement: Measurement, name: str, rrtype: str) -> Outcome | None:
    """How every server that knows the zone of ``name`` answers, each time; None where one fails or they differ."""
    zone = next((one for one in zones(measurement) if name in one.names), None)
    if zone is None:
        return None
    kinds: set[Outcome | None] = set()
    for _, place in places(zone):
        if authoritative(zone, place):
            kinds |= {outcome for outcome, _ in contents(place, name, rrtype)} or {None}
    return kinds.pop() if len(kinds) == 1 else None


def _fault(six: tuple[DirectAnswer, ...]) -> str | None:
    """What is wrong with all answers to AAAA; None when one of them is good, or one lost datagram explains it."""
    if any(item.outcome in {Outcome.ANSWER, Outcome.NO_DATA} or item.truncated for item in six):
        return None
    heard = [item for item in six if item.heard]
    if heard:
        last = heard[-1]
        return last.detail if last.rcode == "NOERROR" else last.rcode
    silent = [item for item in six if item.transport is Transport.UDP and item.tries >= _TRIES]
    return f"no answer in {silent[0].tries} tries" if silent else None


def where(server: ZoneServer, place: ServerAddress) -> str:
    """``ns1.example.net [2001:db8::53]``."""
    return address_subject(server.name, place.address)


def listed(records: Iterable[str]) -> str:
    """Records in one short line."""
    return short(", ".join(records)) or "nothing"
