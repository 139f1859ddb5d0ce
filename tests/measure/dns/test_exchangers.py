"""From MX records to hosts: order, null MX, nonsense, sheer numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.measure.dns.exchangers import LIMIT, Exchanger, Exchangers, bad_target, exchangers
from probe.model.dns import Resolution
from probe.model.words import Outcome


def mx(*records: str, outcome: Outcome = Outcome.ANSWER, cnames: tuple[str, ...] = ()) -> Resolution:
    return Resolution("example.com", "MX", outcome, records, cnames=cnames)


def hosts(*records: str, seed: int | None = 1) -> list[str]:
    return [item.host for item in exchangers("example.com", mx(*records), seed).hosts]


def test_best_preference_first() -> None:
    assert hosts("20 b.example.", "10 C.example.", "30 a.example.") == ["c.example", "b.example", "a.example"]
    assert exchangers("example.com", mx("10 a.example."), None).hosts == (Exchanger("a.example", 10),)


def test_one_host_twice_counts_once_at_its_best() -> None:
    found = exchangers("example.com", mx("30 a.example.", "20 b.example.", "10 A.example."), 1)
    assert found.hosts == (Exchanger("a.example", 10), Exchanger("b.example", 20))


def test_equal_preferences_are_shuffled_by_the_seed_alone() -> None:
    records = [f"10 h{number}.example." for number in range(8)]
    assert hosts(*records, seed=7) == hosts(*reversed(records), seed=7)
    assert len({tuple(hosts(*records, seed=seed)) for seed in range(20)}) > 10
    assert sorted(hosts(*records)) == [f"h{number}.example" for number in range(8)]


def test_no_mx_record_means_the_domain_itself() -> None:
    none = mx(outcome=Outcome.NO_DATA)
    assert exchangers("example.com", none, 1).hosts == (Exchanger("example.com", implicit=True),)
    alias = mx(outcome=Outcome.NO_DATA, cnames=("a.example", "b.example"))
    assert exchangers("example.com", alias, 1).hosts == (Exchanger("b.example", implicit=True),)


@pytest.mark.parametrize("outcome", [item for item in Outcome if item not in {Outcome.ANSWER, Outcome.NO_DATA}])
def test_nothing_else_means_the_domain_itself(outcome: Outcome) -> None:
    assert exchangers("example.com", mx(outcome=outcome), 1) == Exchangers()


def test_null_mx() -> None:
    assert exchangers("example.com", mx("0 ."), 1) == Exchangers(null=True)
    mixed = exchangers("example.com", mx("0 .", "10 a.example."), 1)
    assert mixed == Exchangers((Exchanger("a.example", 10),), mixed=True)


@pytest.mark.parametrize(
    ("host", "bad"),
    [
        ("192.0.2.1", True),
        ("2001:db8::1", True),
        ("[192.0.2.1]", True),
        ("localhost", True),
        ("localhost.localdomain", True),
        ("mx.localhost", True),
        ("localhost.example.com", False),
        ("192.0.2.1.example.com", False),
        ("mx1.example.com", False),
        ("we\\032ird", False),
    ],
)
def test_targets_that_cannot_be(host: str, bad: bool) -> None:
    assert (bad_target(host) is not None) is bad
    (found,) = exchangers("example.com", mx(f"10 {host}."), 1).hosts
    assert (found.host, found.bad is not None) == (host, bad)


def test_ten_thousand_records() -> None:
    found = exchangers("example.com", mx(*(f"{number} h{number}.example." for number in range(10_000))), 1)
    assert [item.preference for item in found.hosts] == list(range(LIMIT))
    assert found.note == f"10000 MX hosts; only the {LIMIT} best are looked at"


@given(st.lists(st.tuples(st.integers(0, 65535), st.sampled_from("abcdefgh")), max_size=20), st.integers() | st.none())
def test_preferences_never_fall(records: list[tuple[int, str]], seed: int | None) -> None:
    found = exchangers("example.com", mx(*(f"{preference} {host}." for preference, host in records)), seed).hosts
    preferences = [item.preference or 0 for item in found]
    assert preferences == sorted(preferences)
    assert {item.host for item in found} == {host for _, host in records}
