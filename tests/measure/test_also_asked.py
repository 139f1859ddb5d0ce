"""By which further names a machine is asked for its certificate: those of senders that check, and no other."""

import pytest

from probe.lab.nameserver import Nameserver
from probe.lab.network import LabNetwork
from probe.lab.zones import ELSEWHERE, MX4, MX6, NAMESERVER, OWN4, OWN6, alias, host, mx
from probe.measure.also_asked import AlsoAsked
from probe.measure.case import Case
from probe.measure.frame import Frame
from probe.measure.resolver import Resolver
from probe.measure.session.diary import Call
from probe.model.settings import Settings, Target, TargetKind
from probe.model.words import Family, Stage
from tests.builders import session, tls

MX1, MX2, END = "mx1.example.com", "mx2.example.com", "real.example.com"
ONE = mx(f"10 {MX1}.") + host(MX1, MX6, MX4)
TWO = ONE + mx(f"20 {MX2}.") + host(MX2, MX6, MX4, pointer=False)
ALIAS = mx(f"10 {MX1}.") + alias(MX1, END) + host(END, MX6, MX4)
STS = '_mta-sts.example.com. 300 IN TXT "v=STSv1; id=1"\n'
DOMAIN = Target("example.com", TargetKind.DOMAIN, "example.com")
HOST = Target(f"[{MX1}]", TargetKind.HOST, MX1)


def tlsa(name: str, usage: int = 3) -> str:
    return f"_25._tcp.{name}. 300 IN TLSA {usage} 1 1 {'ab' * 32}\n"


async def also(
    zone: str,
    *shown: str,
    signed: tuple[str, ...] = ("example.com",),
    target: Target = DOMAIN,
    names: tuple[str, ...] = (MX1,),
    left: float = 30.0,
) -> tuple[str, ...]:
    network = LabNetwork(
        Nameserver(ELSEWHERE + zone, signed=signed), ((NAMESERVER, 53),), {Family.IPV6: OWN6, Family.IPV4: OWN4}
    )
    settings = Settings(nameservers=((NAMESERVER, 53),), trust_ad=True, treat_global=("2001:db8::/32", "192.0.2.0/24"))
    resolver = Resolver(network, settings)
    resolved = await resolver.resolve(target)
    now = network.monotonic()
    case = Case(Frame(network, settings, now, now + left), resolver, target, resolved)

    async def nameless() -> str:
        raise AssertionError("nobody is called")

    call = Call(MX1, names, MX6, 25, Family.IPV6, Stage.RCPT, nameless)
    return await AlsoAsked(case)(call, session(tls=tls(names=shown or (MX1,))))


async def test_who_promises_nothing_is_asked_once() -> None:
    assert await also(ONE) == ()
    assert await also(TWO, names=(MX1, MX2)) == ()
    assert await also(ALIAS) == ()


async def test_a_name_with_records_of_its_own() -> None:
    assert await also(ONE + tlsa(MX1)) == ()
    assert await also(TWO + tlsa(MX1) + tlsa(MX2), names=(MX1, MX2)) == (MX2,)
    assert await also(TWO + tlsa(MX2, usage=1), names=(MX1, MX2)) == ()
    assert await also(TWO + tlsa(MX2), names=(MX1, MX2), signed=()) == ()


@pytest.mark.parametrize(
    ("places", "expected"), [((END,), (END,)), ((END, MX1), (END,)), ((MX1,), ()), ((), ())], ids=str
)
async def test_of_a_signed_alias_the_end_where_its_records_stand(
    places: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert await also(ALIAS + "".join(map(tlsa, places))) == expected


async def test_of_an_alias_that_is_not_signed_the_name_itself() -> None:
    assert await also(ALIAS + tlsa(END), signed=()) == ()


async def test_a_name_that_a_policy_may_want_and_the_certificate_does_not_have() -> None:
    assert await also(TWO + STS, names=(MX1, MX2)) == (MX2,)
    assert await also(TWO + STS, MX1, MX2, names=(MX1, MX2)) == ()
    assert await also(TWO + STS, "*.example.com", names=(MX1, MX2)) == ()
    assert await also(TWO + STS, names=(MX1, MX2), target=HOST) == ()
    assert await also(ONE + STS, MX2) == ()


async def test_a_name_that_both_want_is_asked_by_once() -> None:
    assert await also(TWO + STS + tlsa(MX2), names=(MX1, MX2)) == (MX2,)


async def test_without_time_nobody_is_asked() -> None:
    assert await also(TWO + tlsa(MX2), names=(MX1, MX2), left=0.0) == ()
