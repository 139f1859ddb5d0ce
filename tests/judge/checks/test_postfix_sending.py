from dataclasses import replace

import pytest

from probe.model.configuration import Prefix, Published, Source
from probe.model.words import Outcome
from tests.configurations import (
    MAIN,
    MASTER,
    PREFIXES,
    PUBLISHED,
    SOURCES,
    V4,
    V6,
    audited,
    healthy,
    here,
    machine,
    postfix,
)
from tests.judge.checks.table import CRITICAL, OK, WARNING, Row, findings, name, said

PREFERENCE, SOURCE, RELAYHOST = "cfg-pf-address-preference", "cfg-pf-source", "cfg-pf-relayhost"
IMPLICIT = "out-bind-implicit"
SIX, FOUR = SOURCES
NAMELESS = replace(SIX, address="2001:db8:25::53", ptr=(), fcrdns=False)
RELAY6 = Published("smtp.example.net", "relayhost", V6, Outcome.ANSWER, ("2001:db8:7::25",))
RELAY4 = Published("smtp.example.net", "relayhost", V4, Outcome.ANSWER, ("203.0.113.7",))
NONE6, NONE4 = (replace(item, outcome=Outcome.NO_DATA, addresses=()) for item in (RELAY6, RELAY4))


def main(*lines: str, **changes: object):  # type: ignore[no-untyped-def]
    return audited(here(MAIN + "".join(f"{line}\n" for line in lines), **changes))


def relay(*published: Published, more: str = ""):  # type: ignore[no-untyped-def]
    return main("relayhost = [smtp.example.net]:587", more, published=(*PUBLISHED, *published))


OTHER_WAY, INNER_WAY = Prefix("eth1", "2a01:4f8::9", 64, V6), Prefix("eth1", "fd00::9", 64, V6)
BOUND = replace(SIX, because="inet_interfaces")


def listening(*ways: Prefix, because: Source = BOUND):  # type: ignore[no-untyped-def]
    return main(machine=machine(prefixes=(*PREFIXES, *ways)), sources=(because, FOUR))


CASES: list[Row] = [
    (IMPLICIT, "bound to one of two ways out", listening(OTHER_WAY), {(OK, V6, "inet_interfaces")}),
    (IMPLICIT, "bound by a setting", listening(OTHER_WAY, because=replace(SIX, because="smtp_bind_address6")), set()),
    (IMPLICIT, "the routing table chose it", listening(OTHER_WAY, because=SIX), set()),
    (IMPLICIT, "the other way is an inner one", listening(INNER_WAY), set()),
    (IMPLICIT, "one way out", listening(), set()),
    (IMPLICIT, "through a relay",
     main("relayhost = [smtp.example.net]", machine=machine(prefixes=(*PREFIXES, OTHER_WAY)), sources=(BOUND, FOUR)),
     set()),
    (PREFERENCE, "the default", healthy(), set()),
    (PREFERENCE, "any", main("smtp_address_preference = any"), set()),
    (PREFERENCE, "IPv4 first", main("smtp_address_preference = ipv4"), {(WARNING, V4, "smtp_address_preference")}),
    (PREFERENCE, "IPv6 first", main("smtp_address_preference = ipv6"), {(WARNING, V6, "smtp_address_preference")}),
    (PREFERENCE, "a service's own",
     audited(here(MAIN, f"{MASTER}out unix - - n - - smtp\n -o smtp_address_preference=ipv6\n")),
     {(WARNING, V6, "out/unix")}),
    (SOURCE, "with reverse names", healthy(), set()),
    (SOURCE, "no reverse name", main(sources=(NAMELESS, FOUR)), {(WARNING, V6, "[2001:db8:25::53]")}),
    (SOURCE, "nobody knows", main(sources=(replace(NAMELESS, fcrdns=None), FOUR)), set()),
    (SOURCE, "no reverse name, through a relay",
     main("relayhost = [smtp.example.net]", sources=(NAMELESS, FOUR)), set()),
    (SOURCE, "no reverse name over a family that is not used",
     main("inet_protocols = ipv4", sources=(NAMELESS, FOUR)), set()),
    (SOURCE, "SPF of IPv4 alone", main(spf=("example.com", "v=spf1 ip4:192.0.2.25 -all")),
     {(WARNING, V6, "SPF of example.com")}),
    (SOURCE, "SPF that may name it", main(spf=("example.com", "v=spf1 ip4:192.0.2.25 include:_spf.example.net -all")),
     set()),
    (SOURCE, "SPF that names it", main(spf=("example.com", "v=spf1 ip4:192.0.2.25 ip6:2001:db8:25::/64 -all")), set()),
    (SOURCE, "SPF that only denies", main(spf=("example.com", "v=spf1 -all")), set()),
    (SOURCE, "bound to another machine's address", main("smtp_bind_address6 = 2001:db8:99::1"),
     {(WARNING, V6, "smtp_bind_address6")}),
    (SOURCE, "bound to an address of the other family", main("smtp_bind_address6 = 192.0.2.25"),
     {(CRITICAL, V6, "smtp_bind_address6")}),
    (SOURCE, "bound to its own address", main("smtp_bind_address6 = 2001:db8:25::25"), set()),
    (SOURCE, "bound in a file of another machine",
     audited(postfix(f"{MAIN}smtp_bind_address6 = 2001:db8:99::1\n")), set()),
    (RELAYHOST, "none", healthy(), set()),
    (RELAYHOST, "over both", relay(RELAY6, RELAY4), {(OK, None, "relayhost")}),
    (RELAYHOST, "over IPv4 alone", relay(NONE6, RELAY4), {(OK, None, "relayhost")}),
    (RELAYHOST, "over IPv6 alone, which is off", relay(RELAY6, NONE4, more="inet_protocols = ipv4"),
     {(CRITICAL, None, "relayhost")}),
    (RELAYHOST, "nobody asked", audited(postfix(f"{MAIN}relayhost = smtp.example.net\n")), {(OK, None, "relayhost")}),
    (RELAYHOST, "without brackets", main("relayhost = 2001:db8:7::25"), {(CRITICAL, V6, "relayhost")}),
    (RELAYHOST, "with brackets", main("relayhost = [2001:db8:7::25]"), {(OK, None, "relayhost")}),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_published_address_of_the_machine_is_the_better_source() -> None:
    (finding,) = findings(main(sources=(NAMELESS, FOUR)), SOURCE)
    assert finding.fix == "postconf -e 'smtp_bind_address6 = 2001:db8:25::25'\npostfix reload"


def test_an_only_address_gets_its_records() -> None:
    (finding,) = findings(main(sources=(replace(NAMELESS, address="2001:db8:25::25"), FOUR)), SOURCE)
    assert finding.fix is not None
    assert finding.fix.startswith("5.2.0.0.")
    assert finding.fix.endswith("mx1.example.com. AAAA 2001:db8:25::25")


def test_spf_is_mended_with_the_address() -> None:
    (finding,) = findings(main(spf=("example.com", "v=spf1 ip4:192.0.2.25 -all")), SOURCE)
    assert finding.fix == 'example.com. TXT "v=spf1 ip6:2001:db8:25::25 ip4:192.0.2.25 -all"'


@pytest.mark.parametrize(
    ("published", "over"), [((RELAY6, RELAY4), "IPv6 and IPv4."), ((NONE6, RELAY4), "IPv4 alone.")]
)
def test_the_family_of_the_relay_is_told(published: tuple[Published, ...], over: str) -> None:
    (finding,) = findings(relay(*published), RELAYHOST)
    assert finding.sentence.endswith(f"reached over {over}")


def test_without_a_source_nothing_is_said_of_spf() -> None:
    world = main(sources=(Source(V4, "192.0.2.25", "routing", ("mx1.example.com",), True),),
                 spf=("example.com", "v=spf1 ip4:192.0.2.25 -all"))  # fmt: skip
    assert findings(world, SOURCE) == []
