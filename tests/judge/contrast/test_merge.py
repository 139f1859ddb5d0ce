"""Several places: what is the target's, what lies on the way, and what a place could not see."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from probe.judge import judge
from probe.judge.contrast.merge import merge
from probe.model.measurement import Measurement
from probe.model.vantages import Merged
from probe.model.words import Family, Stage, Verdict
from tests.builders import MX1, V4, V6, healthy, only
from tests.judge.contrast.test_diff import DEAD6, MX_UNKNOWN, NO_AAAA, OTHER_BANNER
from tests.judge.test_any_world import worlds


def merged(*given: Measurement) -> Merged:
    return merge([judge(item) for item in given])


def states(found: Merged, family: Family) -> tuple[str, ...]:
    return next(view.states for view in found.views if view.family is family)


def said(found: Merged, family: Family) -> str:
    return next(view.said for view in found.views if view.family is family)


def test_what_one_place_alone_sees_lies_on_its_way() -> None:
    found = merged(healthy(), DEAD6)
    assert found.verdict is Verdict.CRITICAL
    assert states(found, V6) == ("works", "broken")
    assert "it depends on where one asks" in said(found, V6)
    assert said(found, V4) == "no place says otherwise"
    apart = [trait for trait in found.traits if not trait.same]
    assert [(item.subject, item.family, item.stage, item.values) for item in apart] == [
        (MX1, V6, Stage.CONNECT, ("connected", "refused"))
    ]
    assert [(item.finding.code, item.places) for item in found.findings] == [("tcp-refused", (1,))]


def test_what_all_places_see_is_the_target_s() -> None:
    found = merged(DEAD6, DEAD6, DEAD6)
    assert "the same from every place" in said(found, V6)
    assert [(item.finding.code, item.places) for item in found.findings] == [("tcp-refused", (0, 1, 2))]
    assert all(trait.same for trait in found.traits)


def test_a_place_without_ipv6_takes_nothing_from_one_that_has_it() -> None:
    """The usual case: a flat without IPv6, and a server that has it."""
    assert merged(only(V4, healthy()), healthy()).verdict is Verdict.OK
    assert states(merged(only(V4, healthy()), healthy()), V6) == ("not asked for", "works")
    assert merged(only(V4, healthy()), DEAD6).verdict is Verdict.CRITICAL
    assert merged(MX_UNKNOWN, healthy()).verdict is Verdict.OK


def test_what_nobody_could_test_stays_unknown() -> None:
    found = merged(MX_UNKNOWN, MX_UNKNOWN)
    assert found.verdict is Verdict.UNKNOWN
    assert said(found, V6) == "no place could test it"


def test_a_dns_that_answers_each_place_otherwise_shows() -> None:
    found = merged(healthy(), NO_AAAA)
    assert states(found, V6) == ("works", "not published")
    assert any(item.stage is Stage.RESOLVE and not item.same for item in found.traits)


def test_a_difference_may_be_due_to_the_time() -> None:
    late = replace(OTHER_BANNER, started=OTHER_BANNER.started + timedelta(hours=30))
    assert merged(healthy(), OTHER_BANNER).notes == ()
    assert merged(healthy(), late).notes == (
        "the first and the last were measured 30 h apart: what differs may be due to the time",
    )


@given(one=worlds(), other=worlds())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_two_places(one: Measurement, other: Measurement) -> None:
    found = merged(one, other)
    assert all(len(item.values) == 2 for item in found.traits)
    assert all(set(item.places) <= {0, 1} for item in found.findings)
    worst = max((judge(one).verdict, judge(other).verdict), key=lambda verdict: verdict.rank)
    assert found.verdict.rank <= worst.rank


@pytest.mark.parametrize("place", [0, 1])
def test_a_critical_place_is_never_made_up_for(place: int) -> None:
    given = [healthy(), healthy()]
    given[place] = DEAD6
    assert merged(*given).verdict is Verdict.CRITICAL
