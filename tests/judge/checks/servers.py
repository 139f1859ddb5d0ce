"""Measurements with name servers in them: a zone example.com with two, each at an address of either family."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from probe.model.inquiries import Inquiries
from probe.model.measurement import Measurement
from probe.model.network import Transport
from probe.model.words import AddressClass, Failure, Outcome
from probe.model.zones import DirectAnswer, ServerAddress, Zone, ZoneServer
from tests.builders import MX1, MX4, MX6, V4, V6, healthy

NS1_6, NS1_4, NS2_6, NS2_4 = "2001:db8:c::1", "192.0.2.61", "2001:db8:d::1", "203.0.113.61"
NS1, NS2 = "ns1.example.net", "ns2.example.net"
ALL = (NS1_6, NS1_4, NS2_6, NS2_4)
UDP, TCP = Transport.UDP, Transport.TCP
SERIAL = "ns1.example.net. hostmaster.example.net. {} 7200 1800 604800 60"
GOOD = {
    ("example.com", "SOA"): (SERIAL.format(1),),
    ("example.com", "MX"): (f"10 {MX1}.",),
    (MX1, "AAAA"): (MX6,),
    (MX1, "A"): (MX4,),
}

Change = Callable[[DirectAnswer], DirectAnswer | None]


def answers(records: dict[tuple[str, str], tuple[str, ...]] | None = None, ttl: int = 3600) -> tuple[DirectAnswer, ...]:
    """A good server's answers over both transports; ``records`` are what it has in place of others."""
    return tuple(
        DirectAnswer(transport, *question, kind(found), "NOERROR", True, found, ttl, 0.02, 80)
        for transport in (UDP, TCP)
        for question, found in (GOOD | (records or {})).items()
    )


def kind(records: tuple[str, ...]) -> Outcome:
    return Outcome.ANSWER if records else Outcome.NO_DATA


def place(address: str, said: tuple[DirectAnswer, ...] | None = None, **changes: Any) -> ServerAddress:
    family = V6 if ":" in address else V4
    return replace(
        ServerAddress(address, family, AddressClass.GLOBAL, None, answers() if said is None else said), **changes
    )


def world(changed: Iterable[ServerAddress] = (), given: Measurement | None = None, **more: Any) -> Measurement:
    """The healthy measurement with these places in place of the good ones."""
    places = {address: place(address) for address in ALL} | {item.address: item for item in changed}
    servers = tuple(
        ZoneServer(name, Outcome.ANSWER, Outcome.ANSWER, tuple(places[one] for one in addresses if one in places))
        for name, addresses in ((NS1, ALL[:2]), (NS2, ALL[2:]))
    )
    zone = Zone("example.com", ("example.com", MX1), servers)
    return replace(given or healthy(), inquiries=Inquiries(zones=(zone,), **more))


def where(only: Callable[[DirectAnswer], bool], change: Change) -> tuple[DirectAnswer, ...]:
    """Good answers but for some: changed, or gone."""
    found = (change(item) if only(item) else item for item in answers())
    return tuple(item for item in found if item is not None)


def asked(name: str, rrtype: str) -> Callable[[DirectAnswer], bool]:
    return lambda item: (item.name, item.rrtype) == (name, rrtype)


def error(rcode: str, outcome: Outcome) -> Change:
    return lambda item: replace(item, outcome=outcome, rcode=rcode, aa=rcode == "NXDOMAIN", records=())


def silent(tries: int) -> Change:
    return lambda item: replace(
        item,
        outcome=Outcome.TIMEOUT,
        rcode=None,
        aa=False,
        records=(),
        tries=tries if item.transport is UDP else 1,
        failure=Failure.TIMEOUT,
        detail="no answer within 1 s",
    )


def dead(address: str) -> ServerAddress:
    """Asked for its SOA over both transports, in vain."""
    said = (silent(2)(item) for item in answers() if item.rrtype == "SOA")
    return place(address, tuple(item for item in said if item is not None))


def refused_tcp(address: str, failure: Failure = Failure.REFUSED) -> ServerAddress:
    closed = [
        replace(item, outcome=Outcome.SERVFAIL, rcode=None, aa=False, records=(), failure=failure, detail=str(failure))
        for item in answers()
        if item.transport is TCP and item.rrtype == "SOA"
    ]
    return place(address, (*(item for item in answers() if item.transport is UDP), *closed))


def skipped(address: str) -> ServerAddress:
    return place(address, (), skipped="no route")


def again(said: tuple[DirectAnswer, ...]) -> tuple[DirectAnswer, ...]:
    """What is asked once more where families contradict each other."""
    return (*said, *(item for item in said if item.transport is UDP))
