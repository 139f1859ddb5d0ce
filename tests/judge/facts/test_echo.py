import pytest

from probe.judge.facts.echo import Seen, seen_as
from tests.builders import OWN, V4, V6, healthy, session, vantage

NAT = healthy(vantage=(vantage(V6), vantage(V4, nat=True)))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (OWN[V6], Seen.SAME),
        ("fd00::1", Seen.INNER),
        ("fe80::1", Seen.INNER),
        ("::1", Seen.INNER),
        ("::ffff:203.0.113.9", Seen.INNER),
        ("64:ff9b::cb00:7109", Seen.INNER),
        ("172.17.0.1", Seen.INNER),
        ("100.64.0.1", Seen.INNER),
        ("203.0.113.77", Seen.OTHER_FAMILY),
        ("2001:db8:77::1", Seen.OTHER),
        (None, Seen.NOT_COMPARED),
        ("localhost", Seen.NOT_COMPARED),
    ],
)
def test_whom_the_server_takes_us_for(address: str | None, expected: Seen) -> None:
    assert seen_as(healthy(), session(V6), address) is expected


def test_translation_of_ipv4_is_normal() -> None:
    assert seen_as(NAT, session(V4), "198.51.100.1") is Seen.NOT_COMPARED
    assert seen_as(healthy(), session(V4, source="192.168.1.2"), "198.51.100.1") is Seen.NOT_COMPARED
    assert seen_as(healthy(), session(V4), "198.51.100.1") is Seen.OTHER


def test_a_conversation_dialled_elsewhere_says_nothing() -> None:
    assert seen_as(healthy(), session(V6, redirected=True), "fd00::1") is Seen.NOT_COMPARED
    assert seen_as(healthy(), session(V6, source=None), "fd00::1") is Seen.NOT_COMPARED
