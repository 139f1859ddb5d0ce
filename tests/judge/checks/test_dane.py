from dataclasses import replace
from typing import Any

import pytest

from probe.judge import judge
from probe.judge.facts.conversations import paths
from probe.model.measurement import Measurement
from probe.model.policies import TlsaHost
from probe.model.settings import Timeouts
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Outcome, Parity, Provenance, Purpose, Stage
from tests.builders import (
    MX1,
    V4,
    V6,
    both,
    healthy,
    host,
    measurement,
    no_starttls,
    resolution,
    resolved,
    session,
    stopped,
)
from tests.judge.checks.table import CRITICAL, MX1_4, MX1_6, OK, UNKNOWN, WARNING, Row, findings, name, said
from tests.judge.policies import FIRST, PLACE, ROOT, SECOND, STRANGER, facts, promise, promised, shown
from tests.measure.authority import Authority

SAME = both(shown(V6), shown(V4))
ROLLED6 = both(shown(V6, SECOND), shown(V4))
SELF = {"trusted": False, "reason": "self-signed certificate", "name_matches": False, "names": ()}
CHAIN = {"anchors": (1,)}
WEAK = promise(FIRST, 1)
CUT = "3 1 1 abcd"


def failing(outcome: Outcome = Outcome.SERVFAIL, elapsed: float = 5.0, **changes: Any) -> Row:
    found = replace(resolution(PLACE, "TLSA", outcome=outcome), elapsed=elapsed, detail="192.0.2.53: SERVFAIL")
    world = promised(SAME, lookup=found, **changes)
    return ("dane-lookup-fail", f"{outcome} after {elapsed} s, {changes}", world, set())


def expecting(row: Row, *expected: tuple[object, object, str]) -> Row:
    return (*row[:3], set(expected))  # type: ignore[arg-type]


MX2 = "mx2.example.com"
BOTH_NAMES = (MX1, MX2)
ADDRESSES = ("2001:db8::25", "192.0.2.25")
PLACE2 = f"_25._tcp.{MX2}"


def of_two_names(*asked: Session, second: str = "", mx: bool = True) -> Measurement:
    """One machine under two names, the first promised and kept; ``asked`` are handshakes by the second name."""
    talks = [replace(shown(family), names=BOTH_NAMES) for family in (V6, V4)]
    hosts = [host(MX1, *ADDRESSES), host(MX2, *ADDRESSES, preference=20)]
    world = promised(measurement(*talks, *asked, hosts=hosts), promise(), mx=mx)
    assert world.inquiries is not None
    assert world.inquiries.dane is not None
    lookup = resolution(PLACE2, "TLSA", second or promise(SECOND), ad=True, server="::1")
    dane = replace(world.inquiries.dane, hosts=(*world.inquiries.dane.hosts, TlsaHost(MX2, (MX2,), (lookup,))))
    first, other = world.resolved.hosts
    other = replace(other, ipv6=first.ipv6, ipv4=first.ipv4)
    return replace(
        world,
        resolved=replace(world.resolved, hosts=(first, other)),
        inquiries=replace(world.inquiries, dane=dane),
    )


def by_second(family: Family, one: Authority = SECOND) -> Session:
    return replace(shown(family, one), mx=MX2, names=BOTH_NAMES, until=Stage.STARTTLS, purpose=Purpose.NAME)


def hung_up_on(family: Family, stage: Stage, failure: Failure) -> Session:
    talk = stopped(stage, family, failure=failure, detail="unrecognized name")
    return replace(talk, mx=MX2, names=BOTH_NAMES, purpose=Purpose.NAME)


MX2_6 = f"{MX2} [2001:db8::25]"


CASES: list[Row] = [
    ("dane-tlsa-mismatch", "over IPv6 another key", promised(ROLLED6, promise()), {(CRITICAL, V6, MX1_6)}),
    ("dane-tlsa-mismatch", "over both", promised(SAME, promise(SECOND)), {(CRITICAL, None, MX1)}),
    ("dane-tlsa-mismatch", "MX not signed", promised(ROLLED6, promise(), mx=False), {(WARNING, V6, MX1_6)}),
    ("dane-tlsa-mismatch", "TLSA not signed", promised(ROLLED6, promise(), tlsa=False), set()),
    ("dane-tlsa-mismatch", "host not signed", promised(ROLLED6, promise(), host=False), set()),
    (
        "dane-tlsa-mismatch",
        "nothing authenticated",
        promised(ROLLED6, promise(), mx=False, host=False, tlsa=False),
        set(),
    ),
    ("dane-tlsa-mismatch", "both keys promised", promised(ROLLED6, promise(), promise(SECOND)), set()),
    ("dane-tlsa-mismatch", "the whole certificate", promised(SAME, promise(FIRST, 3, 0, 2)), set()),
    (
        "dane-tlsa-mismatch",
        "names and dates mean nothing",
        promised(both(shown(V6, **SELF), shown(V4)), promise()),
        set(),
    ),
    ("dane-tlsa-mismatch", "no usable record", promised(ROLLED6, WEAK, CUT), set()),
    (
        "dane-tlsa-mismatch",
        "the stronger digest decides",
        promised(SAME, promise(FIRST), promise(SECOND, matching=2)),
        {(CRITICAL, None, MX1)},
    ),
    (
        "dane-tlsa-mismatch",
        "below the promised authority",
        promised(both(*(shown(family, FIRST, ROOT, **CHAIN) for family in (V6, V4))), promise(ROOT, 2, 0)),
        set(),
    ),
    (
        "dane-tlsa-mismatch",
        "below the authority, another name",
        promised(both(shown(V6, STRANGER, ROOT, **CHAIN), shown(V4, FIRST, ROOT, **CHAIN)), promise(ROOT, 2)),
        {(CRITICAL, V6, MX1_6)},
    ),
    (
        "dane-tlsa-mismatch",
        "the authority does not vouch for it",
        promised(both(shown(V6, FIRST, ROOT), shown(V4, FIRST, ROOT, **CHAIN)), promise(ROOT, 2)),
        {(CRITICAL, V6, MX1_6)},
    ),
    (
        "dane-tlsa-mismatch",
        "the authority is not sent",
        promised(both(shown(V6), shown(V4, FIRST, ROOT, **CHAIN)), promise(ROOT, 2)),
        {(CRITICAL, V6, MX1_6)},
    ),
    (
        "dane-tlsa-mismatch",
        "a leaf is no authority",
        promised(SAME, promise(FIRST, 2)),
        {(CRITICAL, None, MX1)},
    ),
    ("dane-tlsa-mismatch", "an authority in the record itself", promised(SAME, promise(ROOT, 2, 0, 0)), set()),
    ("dane-tlsa-mismatch", "no chain was kept", promised(both(session(V6), session(V4)), promise()), set()),
    ("dane-tlsa-mismatch", "no handshake", promised(both(no_starttls(V6), shown(V4)), promise()), set()),
    ("dane-tlsa-match", "over both", promised(SAME, promise()), {(OK, None, MX1)}),
    ("dane-tlsa-match", "over one", promised(ROLLED6, promise()), {(OK, V4, MX1_4)}),
    ("dane-tlsa-match", "no record", promised(SAME, tlsa=False), set()),
    ("dane-untested", "nobody asked for the second name", of_two_names(), {(UNKNOWN, None, MX2)}),
    ("dane-untested", "both names were asked for", of_two_names(by_second(V6), by_second(V4)), set()),
    ("dane-unusable", "usages 0 and 1", promised(SAME, WEAK, promise(ROOT, 0)), {(WARNING, None, MX1)}),
    ("dane-unusable", "a digest cut short", promised(SAME, CUT), {(WARNING, None, MX1)}),
    ("dane-unusable", "beside a good one", promised(SAME, WEAK, promise()), {(OK, None, MX1)}),
    ("dane-unusable", "not signed", promised(SAME, promise(), tlsa=False), {(WARNING, None, MX1)}),
    ("dane-unusable", "host not signed", promised(SAME, promise(), host=False, tlsa=False), {(WARNING, None, MX1)}),
    (
        "dane-unusable",
        "the root alone came authenticated",
        promised(SAME, promise(), mx=False, host=False, tlsa=False, root=True),
        {(WARNING, None, MX1)},
    ),
    (
        "dane-unusable",
        "not even the root",
        promised(SAME, promise(), mx=False, host=False, tlsa=False, root=False),
        {(OK, None, MX1)},
    ),
    (
        "dane-unusable",
        "unusable, and nothing authenticated",
        promised(SAME, WEAK, mx=False, host=False, tlsa=False, root=False),
        {(OK, None, MX1)},
    ),
    ("dane-unusable", "all is well", promised(SAME, promise()), set()),
    ("dane-unusable", "none published", promised(SAME), set()),
    expecting(failing(), (CRITICAL, None, MX1)),
    expecting(failing(Outcome.BOGUS), (CRITICAL, None, MX1)),
    expecting(failing(Outcome.TIMEOUT), (CRITICAL, None, MX1)),
    expecting(failing(Outcome.TIMEOUT, 1.0)),
    expecting(failing(Outcome.REFUSED_QUERY), (OK, None, MX1)),
    expecting(failing(mx=False), (WARNING, None, MX1)),
    expecting(failing(host=False), (OK, None, MX1)),
    expecting(failing(unfinished=True)),
    expecting(failing(control=Outcome.NO_DATA), (CRITICAL, None, MX1)),
    expecting(failing(control=Outcome.TIMEOUT), (UNKNOWN, None, MX1)),
    expecting(failing(control=Outcome.SERVFAIL, host=False), (OK, None, MX1)),
    ("dane-lookup-fail", "it does not exist", promised(SAME, tlsa=True), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_without_an_inquiry_nothing_is_said() -> None:
    assert not any(item.code.startswith("dane") for item in findings(healthy(), "dane-unusable"))


def test_a_host_target_needs_no_signed_mx() -> None:
    world = promised(ROLLED6, promise())
    world = replace(world, resolved=replace(world.resolved, mx=None))
    assert said(world, "dane-tlsa-mismatch") == {(CRITICAL, V6, MX1_6)}


def test_what_the_user_assumes_is_taken_as_signed() -> None:
    world = promised(ROLLED6, promise(), tlsa=False)
    assert world.inquiries is not None
    assert world.inquiries.dane is not None
    [host] = world.inquiries.dane.hosts
    [lookup] = host.lookups
    assumed = replace(host, lookups=(replace(lookup, provenance=Provenance.OVERLAY),))
    world = replace(world, inquiries=replace(world.inquiries, dane=replace(world.inquiries.dane, hosts=(assumed,))))
    assert said(world, "dane-tlsa-mismatch") == {(CRITICAL, V6, MX1_6)}


def test_the_fix_is_the_record_of_the_key_that_is_shown() -> None:
    (finding,) = findings(promised(ROLLED6, promise()), "dane-tlsa-mismatch")
    assert finding.fix is not None
    assert f"{PLACE}. IN TLSA {promise(SECOND)}" in finding.fix
    assert f"{PLACE} TLSA {promise()}" in finding.evidence
    assert f"shown: {promise(SECOND)}" in finding.evidence


def test_a_patient_resolver_is_waited_for_as_long() -> None:
    _, _, world, _ = failing(Outcome.TIMEOUT, 14.0)
    world = replace(world, settings=replace(world.settings, timeouts=Timeouts(dns=15.0)))
    assert {verdict for verdict, _, _ in said(world, "dane-lookup-fail")} == {CRITICAL}


def test_hosts_without_a_measurement_of_their_own_are_no_trouble() -> None:
    world = replace(promised(SAME, promise()), resolved=resolved())
    assert said(world, "dane-tlsa-mismatch") == set()
    assert facts().chain


@pytest.mark.parametrize(
    ("world", "mismatch", "untested", "match"),
    [
        (of_two_names(by_second(V6), by_second(V4)), set(), set(), {(OK, None, MX1), (OK, None, MX2)}),
        (
            of_two_names(by_second(V6, FIRST), by_second(V4)),
            {(CRITICAL, V6, MX2_6)},
            set(),
            {(OK, None, MX1), (OK, V4, f"{MX2} [192.0.2.25]")},
        ),
        (of_two_names(by_second(V6, FIRST), by_second(V4, FIRST)), {(CRITICAL, None, MX2)}, set(), {(OK, None, MX1)}),
        (of_two_names(), set(), {(UNKNOWN, None, MX2)}, {(OK, None, MX1)}),
        (of_two_names(second=promise()), set(), set(), {(OK, None, MX1)}),
        (
            of_two_names(hung_up_on(V6, Stage.CONNECT, Failure.TIMEOUT), by_second(V4)),
            set(),
            {(UNKNOWN, V6, MX2_6)},
            {(OK, None, MX1), (OK, V4, f"{MX2} [192.0.2.25]")},
        ),
        (
            of_two_names(hung_up_on(V6, Stage.STARTTLS, Failure.TLS_HANDSHAKE), by_second(V4)),
            {(CRITICAL, V6, MX2_6)},
            set(),
            {(OK, None, MX1), (OK, V4, f"{MX2} [192.0.2.25]")},
        ),
        (
            of_two_names(hung_up_on(V6, Stage.STARTTLS, Failure.TLS_HANDSHAKE), by_second(V4), mx=False),
            {(WARNING, V6, MX2_6)},
            set(),
            {(OK, None, MX1), (OK, V4, f"{MX2} [192.0.2.25]")},
        ),
    ],
    ids=[
        "each name its own",
        "over IPv6 the first one's",
        "the first one's over both",
        "nobody asked",
        "nobody asked, and the first one's is promised",
        "not reached again",
        "no handshake by that name",
        "no handshake, and the MX records are not signed",
    ],
)
def test_of_two_names_of_an_address_each_is_held_against_its_own_records(
    world: Measurement, mismatch: object, untested: object, match: object
) -> None:
    assert said(world, "dane-tlsa-mismatch") == mismatch
    assert said(world, "dane-untested") == untested
    assert said(world, "dane-tlsa-match") == match


def test_handshakes_by_another_name_leave_the_comparison_alone() -> None:
    world = of_two_names(by_second(V6), by_second(V4))
    assert len(paths(world)) == 2
    assert not said(world, "tls-cert-diff")
    assert judge(world).parity is Parity.EQUAL


def test_where_starttls_is_missing_the_name_that_demands_it_counts() -> None:
    world = of_two_names()
    talk = replace(no_starttls(V6), names=BOTH_NAMES)
    bare = replace(world, sessions=(talk, world.sessions[1]))
    assert bare.inquiries is not None
    assert bare.inquiries.dane is not None
    dane = replace(bare.inquiries.dane, hosts=bare.inquiries.dane.hosts[1:])
    bare = replace(bare, inquiries=replace(bare.inquiries, dane=dane))
    assert {verdict for verdict, _, _ in said(bare, "tls-starttls-missing")} == {CRITICAL}


END = "real.example.net"


def of_an_alias(*asked: Session, one: Authority = SECOND) -> Measurement:
    """The host is an alias whose end promises the first key; as the alias, the machine shows ``one``."""
    return promised(measurement(shown(V6, one), shown(V4, one), *asked), promise(), bases=(END,))


def by_end(family: Family, one: Authority = FIRST) -> Session:
    return replace(shown(family, one), mx=END, until=Stage.STARTTLS, purpose=Purpose.NAME)


def dead_end(family: Family, stage: Stage, failure: Failure) -> Session:
    return replace(hung_up_on(family, stage, failure), mx=END, names=(MX1,))


@pytest.mark.parametrize(
    ("world", "mismatch", "untested", "match"),
    [
        (of_an_alias(by_end(V6), by_end(V4)), set(), set(), {(OK, None, MX1)}),
        (of_an_alias(by_end(V6, SECOND), by_end(V4)), {(CRITICAL, V6, MX1_6)}, set(), {(OK, V4, MX1_4)}),
        (of_an_alias(by_end(V6, SECOND), by_end(V4), one=FIRST), {(CRITICAL, V6, MX1_6)}, set(), {(OK, V4, MX1_4)}),
        (of_an_alias(), set(), {(UNKNOWN, None, MX1)}, set()),
        (of_an_alias(one=FIRST), set(), set(), set()),
        (
            of_an_alias(dead_end(V6, Stage.STARTTLS, Failure.TLS_HANDSHAKE), by_end(V4)),
            {(CRITICAL, V6, MX1_6)},
            set(),
            {(OK, V4, MX1_4)},
        ),
    ],
    ids=[
        "kept by the name the records stand at",
        "over IPv6 broken by that name",
        "over IPv6 broken by that name alone",
        "nobody asked",
        "nobody asked, and it is shown to all",
        "no handshake by that name",
    ],
)
def test_of_a_signed_alias_the_certificate_is_asked_for_by_its_end(
    world: Measurement, mismatch: object, untested: object, match: object
) -> None:
    assert said(world, "dane-tlsa-mismatch") == mismatch
    assert said(world, "dane-untested") == untested
    assert said(world, "dane-tlsa-match") == match
    assert not said(world, "tls-cert-diff")
