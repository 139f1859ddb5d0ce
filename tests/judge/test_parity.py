from itertools import product

import pytest

from probe.judge.parity import comparisons, overall, stage_of, word
from probe.judge.standing import State
from probe.model.words import Failure, Parity, Stage
from tests.builders import MX1, V4, V6, broken, healthy, only, session, stopped

_MIRROR = {
    Parity.IPV6_BROKEN: Parity.IPV4_BROKEN,
    Parity.IPV4_BROKEN: Parity.IPV6_BROKEN,
    Parity.IPV6_ABSENT: Parity.IPV4_ABSENT,
    Parity.IPV4_ABSENT: Parity.IPV6_ABSENT,
}


@pytest.mark.parametrize(
    ("six", "four", "expected"),
    [
        (State.WORKS, State.WORKS, Parity.EQUAL),
        (State.PARTLY, State.WORKS, Parity.DIFFERS),
        (State.BROKEN, State.WORKS, Parity.IPV6_BROKEN),
        (State.BROKEN, State.UNTESTED, Parity.IPV6_BROKEN),
        (State.BROKEN, State.REFUSED, Parity.IPV6_BROKEN),
        (State.BROKEN, State.BROKEN, Parity.BOTH_BROKEN),
        (State.REFUSED, State.WORKS, Parity.IPV6_BROKEN),
        (State.REFUSED, State.REFUSED, Parity.EQUAL),
        (State.REFUSED, State.PENDING, Parity.UNTESTABLE),
        (State.PENDING, State.WORKS, Parity.EQUAL),
        (State.PENDING, State.BROKEN, Parity.IPV4_BROKEN),
        (State.REFUSED, State.UNTESTED, Parity.UNTESTABLE),
        (State.UNTESTED, State.WORKS, Parity.UNTESTABLE),
        (State.NOT_ASKED, State.WORKS, Parity.UNTESTABLE),
        (State.NOT_ASKED, State.BROKEN, Parity.UNTESTABLE),
        (State.ABSENT, State.WORKS, Parity.IPV6_ABSENT),
        (State.ABSENT, State.BROKEN, Parity.IPV6_ABSENT),
        (State.ABSENT, State.NOT_ASKED, Parity.IPV6_ABSENT),
        (State.ABSENT, State.ABSENT, Parity.NO_MAIL),
    ],
)
def test_the_word_and_its_mirror(six: State, four: State, expected: Parity) -> None:
    assert word(six, four, differs=False) is expected
    assert word(four, six, differs=False) is _MIRROR.get(expected, expected)


@pytest.mark.parametrize(("six", "four"), list(product(State, State)))
def test_a_difference_changes_equal_alone(six: State, four: State) -> None:
    plain, unlike = (word(six, four, differs=differs) for differs in (False, True))
    assert unlike is (Parity.DIFFERS if plain is Parity.EQUAL else plain)


def test_a_family_not_asked_for_is_not_compared() -> None:
    (found,) = comparisons(only(V4, healthy()))
    assert (found.host, found.parity, found.first_divergence, found.differences) == (MX1, Parity.UNTESTABLE, None, ())


def test_the_first_divergence_is_named() -> None:
    world = broken(stopped(Stage.MAIL, failure=Failure.CLOSED))
    (found,) = comparisons(world)
    assert found.first_divergence is Stage.MAIL
    assert overall(world, (found,)) is Parity.IPV6_BROKEN
    assert session(V6).completed


@pytest.mark.parametrize(
    ("code", "stage"),
    [
        ("dns-mx-no-a", Stage.RESOLVE),
        ("tcp-refused", Stage.CONNECT),
        ("mail-from-rejected", Stage.MAIL),
        ("rt-duplicate", Stage.DELIVERY),
        ("self-ptr", None),
        ("parity-verdict", None),
    ],
)
def test_codes_speak_of_stages(code: str, stage: Stage | None) -> None:
    assert stage_of(code) is stage
