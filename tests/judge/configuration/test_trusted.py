from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.judge.configuration.trusted import trust
from probe.model.words import Verdict
from tests.configurations import machine

ATTACHED = machine()


@pytest.mark.parametrize(
    ("network", "here", "verdict"),
    [
        ("::/0", False, Verdict.CRITICAL),
        ("2000::/3", False, Verdict.CRITICAL),
        ("2002::/16", False, Verdict.CRITICAL),
        ("64:ff9b::/96", False, Verdict.CRITICAL),
        ("fe80::/10", False, Verdict.CRITICAL),
        ("2001:db8::/47", False, Verdict.CRITICAL),
        ("2001:db8::/48", False, Verdict.WARNING),
        ("2001:db8:25::/48", True, Verdict.CRITICAL),
        ("2001:db8:25::/64", True, Verdict.WARNING),
        ("2001:db8:99::/56", True, Verdict.WARNING),
        ("2001:db8:25::/112", True, Verdict.OK),
        ("2001:db8:25::/120", True, None),
        ("fc00::/7", False, Verdict.WARNING),
        ("fd00::/8", False, Verdict.WARNING),
        ("fd12:3456:789a::/48", False, None),
        ("::1/128", True, None),
        ("::ffff:127.0.0.0/104", False, None),
        ("0.0.0.0/0", False, Verdict.CRITICAL),
        ("10.0.0.0/8", False, None),
    ],
)
def test_who_is_inside(network: str, here: bool, verdict: Verdict | None) -> None:
    found = trust(ip_network(network), ATTACHED if here else None, ())
    assert (found.verdict if found is not None else None) is verdict


def test_what_is_declared_is_ones_own() -> None:
    lan = ("2001:db8:25::/48", "192.0.2.0/24")
    declared = trust(ip_network("2001:db8:25::/64"), ATTACHED, lan)
    assert declared is not None
    assert declared.verdict is Verdict.OK
    beyond = trust(ip_network("2001:db8::/32"), ATTACHED, lan)
    assert beyond is not None
    assert beyond.verdict is Verdict.CRITICAL


@given(st.ip_addresses(v=6), st.integers(0, 128))
def test_any_range_can_be_judged(address: object, length: int) -> None:
    trust(ip_network(f"{address}/{length}", strict=False), ATTACHED, ("2001:db8::/48", "192.0.2.0/24"))
