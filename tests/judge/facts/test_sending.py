"""An MX host need not send: how sure it is that one does."""

import pytest

from probe.judge.facts.outbox import senders
from probe.judge.facts.sending import likely_sends
from probe.model.words import Verdict
from tests.builders import MX4
from tests.judge.sending import sender, txt, world

INCLUDED = (txt("i.example.net", "v=spf1 ip4:192.0.2.25 -all"),)


@pytest.mark.parametrize(
    ("record", "sure"),
    [
        ("v=spf1 ip4:192.0.2.25 -all", Verdict.WARNING),
        ("v=spf1 ip4:192.0.2.0/23 -all", Verdict.OK),
        ("v=spf1 include:i.example.net -all", Verdict.OK),
        ("v=spf1 redirect=i.example.net", Verdict.WARNING),
        ("v=spf1 ip4:192.0.2.99 -all", None),
        ("v=spf1 +all", Verdict.OK),
        (None, None),
    ],
)
def test_by_its_other_family(record: str | None, sure: Verdict | None) -> None:
    six, four = senders(world(record, known=INCLUDED))
    assert likely_sends(six, (six, four)) is sure


def test_another_host_says_nothing() -> None:
    six, _ = senders(world("v=spf1 ip4:192.0.2.25 -all"))
    (other,) = senders(
        world("v=spf1 ip4:192.0.2.25 -all", sender(MX4, host="mx2.example.com", family=six.family.other))
    )
    assert likely_sends(six, (six,)) is None
    assert other.spf is not None
