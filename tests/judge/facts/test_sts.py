"""Which policy senders follow."""

import pytest

from probe.grammar.mtasts import Mode
from probe.judge.facts.sts import announced, inquiry, policy, served
from probe.model.measurement import Measurement
from probe.model.words import Failure
from tests.builders import V4, V6, healthy
from tests.judge import policies
from tests.judge.policies import body, fetched


def world(*modes: str, record: str = '"v=STSv1; id=1"') -> Measurement:
    fetches = [fetched(family, body(mode)) for family, mode in zip((V6, V4), modes, strict=False)]
    return policies.announced(healthy(), *fetches, record=record)


def test_nothing_was_asked() -> None:
    assert (inquiry(healthy()), announced(healthy()), served(healthy()), policy(healthy())) == (None, None, (), None)


def test_the_record() -> None:
    found = announced(world())
    assert found is not None
    assert found.id == "1"


@pytest.mark.parametrize(
    ("modes", "followed"),
    [
        (("testing", "testing"), Mode.TESTING),
        (("testing", "enforce"), Mode.ENFORCE),
        (("enforce", "none"), Mode.ENFORCE),
        (("none",), Mode.NONE),
        (("nonsense", "testing"), Mode.TESTING),
    ],
)
def test_the_sharper_one_counts(modes: tuple[str, ...], followed: Mode) -> None:
    found = policy(world(*modes))
    assert found is not None
    assert found.mode is followed


def test_without_a_good_announcement_there_is_none() -> None:
    assert policy(world("enforce", record='"v=STSv1;"')) is None
    assert policy(world("enforce", record="")) is None


def test_an_answer_that_failed_has_none() -> None:
    late = fetched(V4, body(), failure=Failure.TOO_LONG)
    (item,) = served(policies.announced(healthy(), late))
    assert item.policy is None
    assert not item.valid
