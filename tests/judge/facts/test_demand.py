"""Who demands TLS of a host."""

import pytest

from probe.judge.facts.demand import Demand, demand
from probe.model.measurement import Measurement
from tests.builders import MX1, V4, V6, both, healthy
from tests.judge.policies import policy, promise, promised, shown

SAME = both(shown(V6), shown(V4))
DANE, STS = Demand("DANE", authority=False), Demand("MTA-STS", authority=True)


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        (healthy(), None),
        (promised(SAME, promise()), DANE),
        (promised(SAME, promise(usage=1)), DANE),  # RFC 7672 2.2: unusable records still ask for TLS
        (promised(SAME), None),
        (promised(SAME, promise(), mx=False), None),
        (promised(SAME, promise(), tlsa=False), None),
        (policy(healthy()), STS),
        (policy(healthy(), "testing"), None),
        (policy(healthy(), "none"), None),
        (policy(healthy(), "enforce", "mail.example.com"), None),
        (policy(promised(SAME, promise())), DANE),
        (policy(promised(SAME, promise(), mx=False)), STS),
    ],
)
def test_who_demands_it(world: Measurement, expected: Demand | None) -> None:
    assert demand(world, MX1) == expected


def test_it_says_what_follows() -> None:
    assert STS.words == "senders that heed MTA-STS do not deliver there"
