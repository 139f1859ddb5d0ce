"""One at a time, after a pause, and not at all after a 421."""

import asyncio
from dataclasses import replace

from probe.measure.frame import Frame
from probe.measure.session.diary import Call, untried
from probe.measure.session.turn import in_turn
from probe.model.settings import Settings
from probe.model.smtp import Observation, Reply, Session
from probe.model.words import Failure, Stage
from tests.measure.lab_call import CALL
from tests.measure.scripted import ScriptedNetwork


def frame() -> Frame:
    network = ScriptedNetwork()
    return Frame(network, Settings(pause=1.0), network.monotonic(), None)


async def test_two_with_one_host_wait_for_each_other() -> None:
    here, inside, most = frame(), 0, 0

    async def hold(call: Call, frame: Frame) -> Session:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        inside -= 1
        return untried(call, frame, Failure.CLOSED, "")

    async with asyncio.TaskGroup() as group:
        for address in ("2001:db8::25", "2001:db8::26"):
            group.create_task(in_turn("mx1", replace(CALL, address=address), here, hold))
    assert most == 1
    assert isinstance(here.network, ScriptedNetwork)
    assert len(here.network.slept) == 1


async def test_a_421_silences_the_host_for_whoever_comes_after() -> None:
    here, held = frame(), 0

    async def hold(call: Call, frame: Frame) -> Session:
        nonlocal held
        held += 1
        busy = Observation(Stage.BANNER, 0.0, 0.0, Reply(421, ("too busy",)), Failure.DEFERRED)
        return replace(untried(call, frame, Failure.DEFERRED, ""), steps=(busy,))

    first = await in_turn("mx1", CALL, here, hold)
    second = await in_turn("mx1", CALL, here, hold)
    assert (first.failure, second.failure, held) == (Failure.DEFERRED, Failure.NOT_TRIED, 1)
    assert here.courtesy.silenced == {"mx1"}
