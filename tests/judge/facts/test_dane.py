"""Promises and chains: what holds, what does not, and what cannot be told."""

from dataclasses import replace

import pytest

from probe.judge.facts.dane import Match, Security, promise_of, promises, verify, vouched_for
from probe.model.measurement import Measurement
from probe.model.words import Outcome
from tests.builders import MX1, V4, V6, both, healthy, resolution
from tests.judge.policies import FIRST, ROOT, SECOND, STRANGER, facts, promise, promised, shown

SAME = both(shown(V6), shown(V4))
END = "real.example.com"


@pytest.mark.parametrize(
    ("mx", "host", "tlsa", "root", "expected"),
    [
        (True, True, True, None, (Security.SECURE, Security.SECURE, Security.SECURE)),
        (False, True, True, None, (Security.INSECURE, Security.SECURE, Security.SECURE)),
        (True, False, True, None, (Security.SECURE, Security.INSECURE, Security.INSECURE)),
        (True, True, False, None, (Security.SECURE, Security.SECURE, Security.INSECURE)),
        (False, False, False, True, (Security.INSECURE, Security.INSECURE, Security.INSECURE)),
        (False, False, False, False, (Security.UNKNOWN, Security.UNKNOWN, Security.UNKNOWN)),
        (False, False, False, None, (Security.UNKNOWN, Security.UNKNOWN, Security.UNKNOWN)),
    ],
)
def test_what_is_signed(
    mx: bool, host: bool, tlsa: bool, root: bool | None, expected: tuple[Security, Security, Security]
) -> None:
    found = promise_of(promised(SAME, promise(), mx=mx, host=host, tlsa=tlsa, root=root), MX1)
    assert found is not None
    assert (found.mx_security, found.host_security, found.security) == expected
    assert found.binding is (expected == (Security.SECURE,) * 3)


def test_what_another_server_did_not_authenticate_is_not_known() -> None:
    """One of two servers is trusted: the other's answers prove nothing."""
    world = promised(SAME, promise())
    assert world.resolved.mx is not None
    mx = replace(world.resolved.mx, ad=False, server="192.0.2.53")
    found = promise_of(replace(world, resolved=replace(world.resolved, mx=mx)), MX1)
    assert found is not None
    assert found.mx_security is Security.UNKNOWN


def test_nothing_was_asked() -> None:
    assert promises(healthy()) == ()
    assert promise_of(healthy(), MX1) is None


def bases(world: Measurement, *outcomes: tuple[Outcome, bool]) -> Measurement:
    """``world`` whose host is an alias: the look-up at its end, and then at the alias."""
    assert world.inquiries is not None
    assert world.inquiries.dane is not None
    [host] = world.inquiries.dane.hosts
    names = (END, MX1)[: len(outcomes)]
    lookups = tuple(
        resolution(
            f"_25._tcp.{name}", "TLSA", *((promise(),) if outcome is Outcome.ANSWER else ()), outcome=outcome, ad=ad
        )
        for name, (outcome, ad) in zip(names, outcomes, strict=True)
    )
    hosts = (replace(host, bases=names, lookups=lookups),)
    return replace(world, inquiries=replace(world.inquiries, dane=replace(world.inquiries.dane, hosts=hosts)))


@pytest.mark.parametrize(
    ("outcomes", "base"),
    [
        ([(Outcome.ANSWER, True)], END),
        ([(Outcome.SERVFAIL, False)], END),
        ([(Outcome.ANSWER, False), (Outcome.ANSWER, True)], MX1),
    ],
)
def test_which_name_the_records_are_taken_from(outcomes: list[tuple[Outcome, bool]], base: str) -> None:
    found = promise_of(bases(promised(SAME, promise()), *outcomes), MX1)
    assert found is not None
    assert found.base == base


def test_an_alias_without_records_at_its_end_has_those_of_its_own() -> None:
    world = bases(promised(SAME, promise()), (Outcome.NXDOMAIN, True), (Outcome.ANSWER, True))
    found = promise_of(world, MX1)
    assert found is not None
    assert found.base == MX1
    assert found.binding


def test_a_signed_alias_to_an_unsigned_host_is_enough() -> None:
    world = promised(SAME, promise(), host=False)
    assert world.inquiries is not None
    assert world.inquiries.dane is not None
    [host] = world.inquiries.dane.hosts
    host = replace(host, alias=resolution(MX1, "CNAME", f"{END}.", ad=True))
    world = replace(world, inquiries=replace(world.inquiries, dane=replace(world.inquiries.dane, hosts=(host,))))
    found = promise_of(world, MX1)
    assert found is not None
    assert found.security is Security.SECURE


@pytest.mark.parametrize(
    ("records", "kept"),
    [
        ([promise()], True),
        ([promise(matching=2)], True),
        ([promise(matching=0)], True),
        ([promise(selector=0)], True),
        ([promise(SECOND), promise()], True),
        ([promise(SECOND)], False),
        ([promise(ROOT, 2)], True),
        ([promise(ROOT, 2, 0, 0)], True),
        ([promise(SECOND), promise(ROOT, 2)], True),
        ([promise(STRANGER, 2, 0, 0)], None),
        ([promise(STRANGER, 2)], False),
    ],
)
def test_a_chain_beside_the_records(records: list[str], kept: bool | None) -> None:
    found = promise_of(promised(SAME, *records), MX1)
    assert found is not None
    assert verify(found, facts(FIRST, ROOT, anchors=(1,))).kept is kept


def test_why_an_authority_is_not_enough() -> None:
    found = promise_of(promised(SAME, promise(ROOT, 2)), MX1)
    assert found is not None
    assert "does not vouch" in verify(found, facts(FIRST, ROOT)).why
    assert "does not name" in verify(found, facts(STRANGER, ROOT, anchors=(1,))).why
    assert verify(found, facts(FIRST)) == Match(False)
    assert verify(found, facts(FIRST, chain=())).kept is None


def test_the_domain_may_stand_in_the_certificate_below_an_authority() -> None:
    found = promise_of(promised(SAME, promise(ROOT, 2)), MX1)
    assert found is not None
    assert verify(found, facts(FIRST, ROOT, anchors=(1,), names=("example.com",))).kept is True
    assert verify(found, facts(FIRST, ROOT, anchors=(1,), names=("*.example.com",))).kept is True


def test_a_promised_key_needs_no_dates() -> None:
    assert vouched_for(promised(SAME, promise()), MX1, facts())
    assert not vouched_for(promised(SAME, promise(), mx=False), MX1, facts())
    assert not vouched_for(promised(SAME, promise(ROOT, 2)), MX1, facts(FIRST, ROOT, anchors=(1,)))
    assert not vouched_for(promised(SAME, promise(SECOND)), MX1, facts())
    assert not vouched_for(healthy(), MX1, facts())
