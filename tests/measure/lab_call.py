"""A call to mx1 of a lab world over IPv6, with all the patience a busy machine needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from probe.lab.faults import Behaviour
from probe.lab.scenario import Scenario, pair
from probe.lab.world import World, world
from probe.lab.zones import MX6
from probe.measure.frame import Frame
from probe.measure.session.diary import Call
from probe.model.settings import Timeouts
from probe.model.words import Family, Stage

PATIENT = Timeouts(connect=60, banner=60, reply=60, final_dot=60, dns=60, quit=60, arrival=60, deadline=None)


async def own_name() -> str:
    return "probe.example.net"


CALL = Call(
    mx="mx1.example.com",
    names=("mx1.example.com",),
    address=MX6,
    port=25,
    family=Family.IPV6,
    until=Stage.STARTTLS,
    helo=own_name,
    recipient="user@example.com",
)


@asynccontextmanager
async def calling(behaviour: Behaviour, directory: Path) -> AsyncIterator[tuple[Frame, World]]:
    """A world whose mx1 behaves so over IPv6, and the frame of a run in it."""
    async with world(Scenario(name="test", title="one host", hosts=pair(ipv6=behaviour)), directory) as running:
        settings = replace(running.settings, timeouts=PATIENT)
        yield Frame(running.network, settings, running.network.monotonic(), None), running
