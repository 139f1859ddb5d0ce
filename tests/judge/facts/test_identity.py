"""One machine or two: signs held side by side, and what may be concluded from them."""

from dataclasses import replace

import pytest

from probe.judge.facts.identity import identity, software
from probe.model.measurement import Measurement
from probe.model.smtp import Session
from probe.model.words import Purpose, Sameness, Stage
from tests.builders import CAPABILITIES, MX1, V4, V6, both, greeting, healthy, measurement, no_starttls, session, tls

OTHER_KEY = tls(sha256="cc" * 32, spki_sha256="dd" * 32)


def word(six: Session, four: Session | None = None) -> Sameness | None:
    known = identity(both(six, four or session(V4)), MX1)
    return None if known is None else known.word


def differing(world: Measurement) -> set[str]:
    known = identity(world, MX1)
    assert known is not None
    return {sign.what for sign in known.signs if not sign.same}


def test_the_same_key_and_nothing_against_it() -> None:
    assert word(session(V6)) is Sameness.SAME


def test_without_a_key_likeness_is_only_likely() -> None:
    assert word(no_starttls(V6), no_starttls(V4)) is Sameness.LIKELY_SAME


def test_another_name_alone_is_nothing() -> None:
    assert word(greeting(V6, "mx6.example.com ESMTP Postfix")) is Sameness.LIKELY_SAME


def test_another_software_is_another_machine() -> None:
    world = both(greeting(V6, f"{MX1} ESMTP Exim 4.96"), session(V4))
    assert differing(world) == {"software"}
    assert word(greeting(V6, f"{MX1} ESMTP Exim 4.96")) is Sameness.DIFFERENT


def test_the_order_of_capabilities_and_the_key_together() -> None:
    turned = session(V6, capabilities=("STARTTLS", *reversed(CAPABILITIES)))
    assert word(turned) is Sameness.LIKELY_SAME
    assert word(replace(turned, tls=OTHER_KEY)) is Sameness.DIFFERENT


def test_a_copied_key_beside_another_version() -> None:
    old, new = (greeting(family, f"{MX1} ESMTP Exim 4.{number}") for family, number in ((V6, 94), (V4, 96)))
    assert differing(both(old, new)) == {"version"}
    assert word(old, new) is Sameness.LIKELY_SAME


@pytest.mark.parametrize(
    ("six", "four", "same"),
    [("4BzQ3t1mZvz9s", "4BzQ3t1mZvz9t", True), ("4BzQ3t1mZvz9s", "1tEXHp-0000000Ab1C-3Dz9", False)],
)
def test_the_style_of_queue_ids(six: str, four: str, same: bool) -> None:
    def carrying(one: Session, queue_id: str) -> Session:
        carried = session(one.family, until=Stage.DATA)
        last = carried.steps[-1]
        assert last.reply is not None
        return replace(
            carried,
            steps=(
                *carried.steps[:-1],
                replace(last, reply=replace(last.reply, lines=(f"2.0.0 Ok: queued as {queue_id}",))),
            ),
        )

    world = both(carrying(session(V6), six), carrying(session(V4), four))
    assert ("queue id" not in differing(world)) is same


def test_a_pool_is_not_judged() -> None:
    again = greeting(V6, "mx7.example.com ESMTP", purpose=Purpose.REPEAT)
    assert identity(measurement(session(V6), again, session(V4)), MX1) is None


def test_one_family_alone_has_nothing_beside_it() -> None:
    assert identity(measurement(session(V6)), MX1) is None


def test_the_software_of_a_family() -> None:
    found = software(healthy(), MX1, V6)
    assert found is not None
    assert found.product == "Postfix"
