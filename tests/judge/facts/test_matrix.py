"""What counts as an answer, and whose silence counts."""

from dataclasses import replace

from probe.judge.facts.matrix import (
    authoritative,
    contents,
    failing_on_aaaa,
    listed,
    places,
    proven,
    questions,
    where,
    whole,
    zones,
)
from probe.model.inquiries import Inquiries
from probe.model.walk import Walk, WalkEnd
from probe.model.words import Outcome
from tests.builders import MX1, MX6, V4, V6, healthy
from tests.judge.checks.servers import (
    ALL,
    NS1,
    NS1_4,
    NS1_6,
    NS2_6,
    asked,
    dead,
    error,
    place,
    silent,
    skipped,
    world,
)
from tests.judge.checks.servers import where as some

AAAA = (MX1, "AAAA")


def test_without_inquiries_there_are_no_zones() -> None:
    assert zones(healthy()) == ()
    assert zones(replace(healthy(), inquiries=Inquiries())) == ()
    assert not proven(healthy(), V6)


def test_what_was_not_asked_is_no_place() -> None:
    (zone,) = zones(world([skipped(NS1_6)]))
    assert next(where(*pair) for pair in places(zone)) == f"{NS1} [{NS1_4}]"
    assert len(list(places(zone))) == len(ALL) - 1


def test_questions_are_listed_once_and_without_the_soa() -> None:
    (zone,) = zones(world())
    assert questions(zone) == [("example.com", "MX"), AAAA, (MX1, "A")]


def test_beginnings_hearsay_and_aliases_are_no_contents() -> None:
    assert contents(place(NS1_6), *AAAA) == {(Outcome.ANSWER, (MX6,))}
    for change in (
        lambda item: replace(item, truncated=True, records=()),
        lambda item: replace(item, aa=False),
        silent(4),
    ):
        assert whole(place(NS1_6, some(asked(*AAAA), change)), *AAAA) == []
    alias = some(asked(*AAAA), lambda item: replace(item, outcome=Outcome.NO_DATA, detail="alias to www.example.org"))
    assert contents(place(NS1_6, alias), *AAAA) == set()


def test_authority_is_an_soa_with_aa() -> None:
    (zone,) = zones(world())
    assert authoritative(zone, place(NS1_6))
    assert not authoritative(zone, dead(NS1_6))
    assert not authoritative(zone, place(NS1_6, some(lambda _: True, lambda item: replace(item, aa=False))))


def test_a_family_is_proven_by_somebody_else() -> None:
    given = world([dead(NS2_6)])
    assert proven(given, V6, [NS2_6])
    alone = world([dead(NS2_6), dead(NS1_6)])
    assert not proven(alone, V6, [NS2_6])
    assert proven(alone, V4)
    assert proven(world([dead(NS2_6), dead(NS1_6)], walk=(Walk("x", V6, WalkEnd.ARRIVED),)), V6)
    assert not proven(world([dead(NS2_6), dead(NS1_6)], walk=(Walk("x", V6, WalkEnd.NO_ROOT),)), V6)


def test_one_good_answer_to_aaaa_is_enough() -> None:
    over_udp = some(lambda item: asked(*AAAA)(item) and item.transport == "udp", error("SERVFAIL", Outcome.SERVFAIL))
    (zone,) = zones(world([place(NS1_6, over_udp)]))
    assert failing_on_aaaa(zone, MX1) == ([], len(ALL))


def test_lists_are_short_and_never_empty() -> None:
    assert listed(()) == "nothing"
    assert len(listed(["x" * 300, "y" * 300])) <= 200


def test_a_referral_for_aaaa_is_told_in_words() -> None:
    said = some(
        asked(*AAAA),
        lambda item: replace(item, outcome=Outcome.SERVFAIL, aa=False, records=(), detail="a referral"),
    )
    (zone,) = zones(world([place(NS1_6, said)]))
    ((failing,), _) = failing_on_aaaa(zone, MX1)
    assert failing.how == "a referral"
