"""Does port 25 get out of this network? A greeting from a host of another network proves it, and nothing else does.

Only hosts the user named with ``--reference`` are asked, only up to their greeting, and only over a family in which
somebody did not answer: without a time-out there is nothing to prove.
"""

import asyncio
from collections.abc import Sequence

from probe.measure.connector import converse
from probe.measure.frame import Frame
from probe.measure.resolver import Resolver
from probe.measure.session.diary import Call
from probe.model.dns import Address
from probe.model.settings import Target, TargetKind
from probe.model.smtp import Session
from probe.model.words import Failure, Purpose, Stage

MOST = 2  # references asked per family and run


async def greet_references(frame: Frame, resolver: Resolver, sessions: Sequence[Session]) -> tuple[Session, ...]:
    """The conversations with the references, one address of each, for every family with a connect time-out."""
    doubted = {
        session.family
        for session in sessions
        if session.failure is Failure.TIMEOUT and session.reached is Stage.CONNECT
    }
    names = frame.settings.references
    if not doubted or not names:
        return ()
    async with asyncio.TaskGroup() as group:
        look_ups = [group.create_task(resolver.resolve(_host(name))) for name in names]
    tasks = []
    async with asyncio.TaskGroup() as group:
        for family in sorted(doubted):
            found = [
                (name, address)
                for name, look_up in zip(names, look_ups, strict=True)
                for host in look_up.result().hosts
                for address in [item for item in host.of(family) if item.dial][:1]
            ]
            tasks += [group.create_task(_greet(_greeting(name, address), frame)) for name, address in found[:MOST]]
    return tuple(task.result() for task in tasks)


async def _greet(call: Call, frame: Frame) -> Session:
    async with frame.courtesy.turn(frame.network, f"{call.mx} {call.family}", frame.settings.pause):
        return await converse(call, frame)


def _host(name: str) -> Target:
    return Target(name, TargetKind.HOST, name)


def _greeting(name: str, address: Address) -> Call:
    return Call(
        mx=name,
        names=(name,),
        address=address.address,
        port=25,
        family=address.family,
        until=Stage.BANNER,
        helo=_never,
        purpose=Purpose.REFERENCE,
    )


async def _never() -> str:
    raise AssertionError("a reference is left after its greeting")  # the connector asks for a name only before EHLO
