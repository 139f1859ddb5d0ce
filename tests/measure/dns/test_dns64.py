"""Which IPv6 addresses are of our own resolver's making."""

import pytest

from probe.measure.dns.dns64 import prefixes, synthesised
from probe.model.dns import Resolution
from probe.model.words import Outcome, Provenance

WELL_KNOWN = ("64:ff9b::/96",)


def answer(*records: str, rrtype: str = "AAAA", outcome: Outcome = Outcome.ANSWER) -> Resolution:
    return Resolution("ipv4only.arpa", rrtype, outcome, records)


@pytest.mark.parametrize(
    ("address", "prefix"),
    [  # 192.0.0.170 under each length of RFC 6052
        ("64:ff9b::c000:aa", "64:ff9b::/96"),
        ("2001:db8:122:344::c000:aa", "2001:db8:122:344::/96"),
        ("2001:db8:122:344:c0:0:aa00:0", "2001:db8:122:344::/64"),
        ("2001:db8:122:3c0:0:aa::", "2001:db8:122:300::/56"),
        ("2001:db8:122:c000:0:aa00::", "2001:db8:122::/48"),
        ("2001:db8:1c0:0:aa::", "2001:db8:100::/40"),
        ("2001:db8:c000:aa::", "2001:db8::/32"),
    ],
)
def test_prefix(address: str, prefix: str) -> None:
    assert prefixes(answer(address)) == (prefix,)


def test_no_prefix() -> None:
    assert prefixes(answer(outcome=Outcome.NO_DATA)) == ()
    assert prefixes(answer(outcome=Outcome.TIMEOUT)) == ()
    assert prefixes(answer("2001:db8::1")) == ()


def test_both_well_known_addresses_show_one_prefix() -> None:
    assert prefixes(answer("64:ff9b::c000:aa", "64:ff9b::c000:ab")) == WELL_KNOWN
    assert prefixes(answer("64:ff9b::c000:aa", "2001:db8:1::c000:ab")) == ("64:ff9b::/96", "2001:db8:1::/96")


A = answer("192.0.2.25", rrtype="A")


def test_made_of_the_hosts_own_address() -> None:
    assert synthesised("64:ff9b::192.0.2.25", WELL_KNOWN, A)
    assert not synthesised("64:ff9b::192.0.2.26", WELL_KNOWN, A)
    assert not synthesised("2001:db8::25", WELL_KNOWN, A)
    assert not synthesised("64:ff9b::192.0.2.25", (), A)


@pytest.mark.parametrize(("outcome", "expected"), [(Outcome.SERVFAIL, True), (Outcome.NO_DATA, False)])
def test_without_addresses_to_compare(outcome: Outcome, expected: bool) -> None:
    assert synthesised("64:ff9b::192.0.2.25", WELL_KNOWN, answer(outcome=outcome)) is expected


def test_assumed_ipv4_tells_nothing_of_what_the_dns64_saw() -> None:
    assumed = Resolution("mx.example", "A", Outcome.ANSWER, ("192.0.2.99",), provenance=Provenance.OPTION)
    assert synthesised("64:ff9b::192.0.2.25", WELL_KNOWN, assumed)
