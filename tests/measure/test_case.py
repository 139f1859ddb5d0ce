"""How long an inquiry may take, and what domain it is about."""

from dataclasses import replace

import pytest

from probe.measure.case import LONGEST, Case
from probe.measure.frame import Frame
from probe.measure.resolver import Resolver
from probe.model.dns import Resolved
from probe.model.settings import Settings, Target, TargetKind
from tests.measure.scripted import ScriptedNetwork

NETWORK, SETTINGS = ScriptedNetwork(), Settings()
TARGET = Target("example.com", TargetKind.DOMAIN, "example.com")


def case(origin: float, deadline: float | None) -> Case:
    return Case(Frame(NETWORK, SETTINGS, origin, deadline), Resolver(NETWORK, SETTINGS), TARGET, Resolved(None))


def test_there_is_an_end_without_a_deadline() -> None:
    assert case(NETWORK.monotonic(), None).left() == pytest.approx(LONGEST, abs=1)
    assert case(NETWORK.monotonic() - LONGEST, None).left() <= 0


def test_an_earlier_deadline_counts() -> None:
    now = NETWORK.monotonic()
    assert case(now, now + 3).left() == pytest.approx(3, abs=1)
    assert case(now, now + 1000).left() == pytest.approx(LONGEST, abs=1)


@pytest.mark.parametrize(
    ("kind", "domain"),
    [
        (TargetKind.DOMAIN, "example.com"),
        (TargetKind.MAILBOX, "example.com"),
        (TargetKind.HOST, None),
        (TargetKind.ADDRESS, None),
    ],
)
def test_the_domain_is_that_of_a_domain_or_mailbox(kind: TargetKind, domain: str | None) -> None:
    assert replace(case(0, None), target=replace(TARGET, kind=kind)).domain == domain
