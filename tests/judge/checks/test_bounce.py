import pytest

from probe.judge import judge
from probe.model.bounce import Action, Bounce, BouncedRecipient
from probe.model.measurement import Measurement
from probe.model.words import Failure, Family
from tests.builders import V4, V6, attempt, delivered
from tests.judge.checks.table import CRITICAL, MX1_4, MX1_6, OK, WARNING, Row, findings, name, said

CODE = "data-accept-then-bounce"


def report(action: Action = Action.FAILED) -> Bounce:
    one = BouncedRecipient(
        action,
        "user@example.com",
        status="5.7.1",
        code=550,
        diagnostic="550 5.7.1 no",
        remote_mta="mx9.example.net",
        address="2001:db8::99",
        family=Family.IPV6,
    )
    return Bounce(standard=True, recipients=(one,), reporting_mta="mx1.example.com", explanation="I am sorry.")


def lost(family: Family, action: Action = Action.FAILED) -> Measurement:
    gone = attempt(family, arrival=None, failure=Failure.NOT_ARRIVED, bounce=report(action))
    return delivered(gone if family is V6 else None, gone if family is V4 else None)


def both() -> Measurement:
    return delivered(
        attempt(V6, arrival=None, failure=Failure.NOT_ARRIVED, bounce=report()),
        attempt(V4, arrival=None, failure=Failure.NOT_ARRIVED, bounce=report()),
    )


CASES: list[Row] = [
    (CODE, "nothing came back", delivered(), set()),
    (CODE, "over one family", lost(V6), {(CRITICAL, V6, MX1_6)}),
    (CODE, "over the other", lost(V4), {(CRITICAL, V4, MX1_4)}),
    (CODE, "over both", both(), {(WARNING, V6, MX1_6), (WARNING, V4, MX1_4)}),
    (CODE, "delayed", lost(V6, Action.DELAYED), {(OK, V6, MX1_6)}),
    (CODE, "a report about an alias, and it arrived", delivered(attempt(V6, bounce=report())), set()),
    (CODE, "a success", delivered(attempt(V6, bounce=report(Action.DELIVERED))), set()),
    ("data-accept-then-lost", "the bounce says it", lost(V6), set()),
    ("data-accept-then-lost", "a delay does not", lost(V6, Action.DELAYED), {(CRITICAL, V6, MX1_6)}),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_who_refused_it_over_which_family_and_why() -> None:
    [found] = findings(lost(V6), CODE)
    assert "mx1.example.com reports a failure at mx9.example.net over IPv6: 550 5.7.1 no" in found.sentence
    assert found.evidence[0] == "recipient user@example.com, failed, status 5.7.1"


def test_the_family_that_came_back_is_broken() -> None:
    assert judge(lost(V6)).parity == "ipv6-broken"
    assert judge(both()).parity == "both-broken"
