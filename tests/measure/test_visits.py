"""What is refused before anybody is dialled, and which way an address is reached."""

from dataclasses import replace

import pytest

from probe.measure.case import Case
from probe.measure.frame import Frame
from probe.measure.resolver import Resolver
from probe.measure.visits import check, visit
from probe.model.errors import UsageError
from probe.model.settings import Pipelining, Redirect, Settings, Target, TargetKind
from probe.model.words import Failure, Family, Stage
from tests.measure.scripted import ScriptedNetwork, answering, serving

FINE = Settings(recipient="user@example.com")
OK = b"250 Ok\r\n"


def test_fine_settings_pass() -> None:
    check(FINE)
    check(Settings(until=Stage.STARTTLS))
    check(replace(FINE, pipelining=Pipelining.AUTO))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (replace(FINE, recipient=None), "recipient"),
        (replace(FINE, engine="nosuch"), "engine"),
        (replace(FINE, engine="nosuch", pipelining=Pipelining.AUTO), "engine"),
        (
            replace(FINE, engine="aiosmtplib", pipelining=Pipelining.AUTO),
            "--pipelining auto: the engine aiosmtplib says one thing at a time; take native$",
        ),
        (replace(FINE, contact="two\r\nlines"), "one line"),
        (replace(FINE, helo="a b"), "host name"),
        (replace(FINE, sender="a\r\nb"), "one line"),
    ],
)
def test_what_nobody_can_follow_is_refused(settings: Settings, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        check(settings)
    assert "\n" not in str(caught.value)


async def seen(settings: Settings, network: ScriptedNetwork, address: str = "2001:db8::25") -> list[Failure | None]:
    resolver = Resolver(network, settings)
    target = Target(f"[{address}]", TargetKind.ADDRESS, address)
    resolved = await resolver.resolve(target)
    frame = Frame(network, settings, network.monotonic(), None)
    return [session.failure for session in (await visit(Case(frame, resolver, target, resolved), (), None)).sessions]


async def test_a_redirected_address_is_judged_by_the_way_it_really_goes() -> None:
    network = ScriptedNetwork()
    straight = Settings(until=Stage.BANNER, helo="probe.example.net", families=(Family.IPV6,))
    redirected = replace(straight, redirects=(Redirect("2001:db8::25", 25, "192.0.2.7", 2525),))
    settings = replace(redirected, families=(Family.IPV6, Family.IPV4), treat_global=("203.0.113.0/24",))
    async with serving(network, "192.0.2.7", answering(b"220 mx ESMTP\r\n", then=OK)):
        assert await seen(settings, network) == [None]
    assert network.dialled == ["192.0.2.7"]


async def test_an_address_that_is_not_global_is_written_down() -> None:
    network = ScriptedNetwork()
    settings = Settings(until=Stage.BANNER, helo="probe.example.net")
    resolver = Resolver(network, settings)
    target = Target("[192.0.2.25]", TargetKind.ADDRESS, "192.0.2.25")
    resolved = await resolver.resolve(target)
    host = resolved.hosts[0]
    bar = tuple(replace(address, dial=False) for address in host.addresses)
    frame = Frame(network, settings, network.monotonic(), None)
    case = Case(frame, resolver, target, replace(resolved, hosts=(replace(host, addresses=bar),)))
    found = await visit(case, (), None)
    assert [session.failure for session in found.sessions] == [Failure.NOT_GLOBAL]
    assert network.dialled == []
