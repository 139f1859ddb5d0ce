from dataclasses import replace

import pytest

from probe.judge.facts.inquired import Lifetime, answered_over_ipv6, lifetime, resolutions
from probe.model.inquiries import Inquiries
from probe.model.measurement import Measurement
from probe.model.network import Transport
from probe.model.words import AddressClass, Outcome, Provenance
from probe.model.zones import DirectAnswer, ServerAddress, Zone, ZoneServer
from tests.builders import MX1, MX4, V4, V6, healthy, host, measurement, resolution


def served(*ttls: int, aa: bool = True, skipped: str | None = None, heard: bool = True) -> Measurement:
    """example.com has a server at an IPv6 address for each TTL its MX is said with."""
    addresses = tuple(
        ServerAddress(
            f"2001:db8:53::{number}",
            V6,
            AddressClass.GLOBAL,
            skipped,
            (
                DirectAnswer(
                    Transport.UDP, "example.com", "MX", Outcome.ANSWER, "NOERROR" if heard else None, aa, ("x",), ttl
                ),
            ),
        )
        for number, ttl in enumerate(ttls, 1)
    )
    zone = Zone("example.com", ("example.com",), (ZoneServer("ns", Outcome.ANSWER, Outcome.ANSWER, addresses),))
    return replace(healthy(), inquiries=Inquiries(zones=(zone,)))


@pytest.mark.parametrize(
    ("given", "name", "rrtype", "expected"),
    [
        (served(3600, 86400), "example.com", "MX", Lifetime(86400, source=True)),
        (served(3600, aa=False), "example.com", "MX", Lifetime(300, source=False)),
        (healthy(), MX1, "AAAA", Lifetime(300, source=False)),
        (measurement(hosts=[host(MX1, MX4)]), MX1, "AAAA", Lifetime(300, source=False)),
        (
            measurement(hosts=[host(MX1, MX4, ipv6=resolution(MX1, "AAAA", outcome=Outcome.SERVFAIL))]),
            MX1,
            "AAAA",
            None,
        ),
        (
            measurement(hosts=[host(MX1, MX4, ipv4=resolution(MX1, "A", MX4, provenance=Provenance.OVERLAY))]),
            MX1,
            "A",
            None,
        ),
        (healthy(), "other.example.com", "A", None),
    ],
)
def test_how_long_a_record_is_kept(given: Measurement, name: str, rrtype: str, expected: Lifetime | None) -> None:
    assert lifetime(given, name, rrtype) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (healthy(), ()),
        (served(300), (("example.com", True),)),
        (served(300, heard=False), (("example.com", False),)),
        (served(300, skipped="no route"), (("example.com", None),)),
        (served(), (("example.com", False),)),
    ],
)
def test_zones_over_ipv6(given: Measurement, expected: tuple[tuple[str, bool | None], ...]) -> None:
    assert answered_over_ipv6(given) == expected


def test_look_ups_are_found_wherever_they_are() -> None:
    one, other = resolution("a", "TXT", "x"), resolution("b", "MX", "10 c.")
    assert list(resolutions(Inquiries(tlsrpt=one, wildcard=(other,)))) == [one, other]
    assert list(resolutions(None)) == []
    assert V4 is not V6
