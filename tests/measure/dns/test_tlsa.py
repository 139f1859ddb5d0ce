"""Which hosts have a certificate that senders hold against their TLSA records."""

import pytest

from probe.measure.dns.tlsa import compared
from probe.model.dns import Resolution
from probe.model.policies import TlsaHost
from probe.model.words import Outcome, Provenance

HOST = "mx1.example.com"
PLACE = f"_25._tcp.{HOST}"
GOOD = "3 1 1 " + "ab" * 32
ANSWER, NOTHING = Outcome.ANSWER, Outcome.NO_DATA


def lookup(*records: str, outcome: Outcome = ANSWER, ad: bool = True, **changes: Provenance) -> Resolution:
    return Resolution(PLACE, "TLSA", outcome, records, ad=ad, **changes)


@pytest.mark.parametrize(
    ("lookups", "expected"),
    [
        ([lookup(GOOD)], True),
        ([lookup("1 1 1 " + "ab" * 32, GOOD)], True),
        ([lookup(GOOD, ad=False)], False),
        ([lookup(GOOD, ad=False, provenance=Provenance.OVERLAY)], True),
        ([lookup("1 1 1 " + "ab" * 32)], False),
        ([lookup("3 1 1 abcd")], False),
        ([lookup("nonsense")], False),
        ([lookup(outcome=NOTHING)], False),
        ([lookup(outcome=Outcome.SERVFAIL, ad=False)], False),
        ([lookup(outcome=NOTHING), lookup(GOOD)], True),
    ],
)
def test_whether_a_certificate_is_compared(lookups: list[Resolution], expected: bool) -> None:
    bases = tuple(item.name for item in lookups)
    assert compared(TlsaHost(HOST, bases, tuple(lookups))) is expected
