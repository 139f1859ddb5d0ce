"""Which headers about the receiver's checks count, and in which order (the check's own table has the rest)."""

from dataclasses import replace

import pytest

from probe.grammar.authres import placed
from probe.judge.facts.verified import results
from probe.model.delivery import Attempt
from probe.model.measurement import Measurement
from tests.builders import MX1, V6, arrival, attempt, delivered

RECEIVED = b"Received: by mx1.example.com\n"


def world(headers: bytes, mx: str = MX1) -> tuple[Measurement, Attempt]:
    mine = attempt(V6, mx=mx, arrival=replace(arrival(V6), verified=placed(headers)))
    return delivered(mine), mine


def test_the_newest_header_counts_for_each_method() -> None:
    older = b"Authentication-Results: mx1.example.com; spf=fail; dkim=pass\n"
    newer = b"Authentication-Results: mx1.example.com; spf=pass; arc=none\n"
    assert results(*world(newer + RECEIVED + older)) == {"spf": "pass", "dkim": "pass"}


def test_authentication_results_and_received_spf_stand_side_by_side() -> None:
    headers = (
        RECEIVED + b"Received-SPF: softfail client-ip=2001:db8::9\nAuthentication-Results: mx1.example.com; dkim=none\n"
    )
    assert results(*world(headers)) == {"spf": "softfail", "dkim": "none"}


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("mx1.example.com", True),
        ("MX1.EXAMPLE.COM.", True),
        ("example.com", True),
        ("filter.example.com", True),
        ("example.org", False),
        ("com", False),
        ("notexample.com", False),
    ],
)
def test_whose_name_counts(name: str, counts: bool) -> None:
    assert bool(results(*world(RECEIVED + f"Authentication-Results: {name}; spf=fail\n".encode()))) is counts


def test_nothing_without_an_arrival() -> None:
    gone = attempt(V6, arrival=None)
    assert results(delivered(gone), gone) == {}
