"""One conversation at a time, and a pause between two."""

import asyncio

from probe.measure.courtesy import Courtesy
from tests.measure.session.test_diary import StoppedClock


async def test_two_visitors_of_one_host_wait_for_each_other() -> None:
    courtesy, network, inside, most = Courtesy(), StoppedClock(), 0, 0

    async def visit() -> None:
        nonlocal inside, most
        async with courtesy.turn(network, "mx1 ipv6", 1.0):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(visit())
    assert most == 1
    assert network.slept == [1.0, 1.0]


async def test_other_hosts_and_families_do_not_wait() -> None:
    courtesy, network = Courtesy(), StoppedClock()
    async with courtesy.turn(network, "mx1 ipv6", 1.0), courtesy.turn(network, "mx1 ipv4", 1.0):
        pass
    assert network.slept == []


async def test_the_pause_counts_from_when_we_left() -> None:
    courtesy, network = Courtesy(), StoppedClock()
    async with courtesy.turn(network, "mx1 ipv6", 5.0):
        network.time += 60
    network.time += 3
    async with courtesy.turn(network, "mx1 ipv6", 5.0):
        pass
    assert network.slept == [2.0]


async def test_a_conversation_that_breaks_gives_its_turn_back() -> None:
    courtesy, network = Courtesy(), StoppedClock()
    try:
        async with courtesy.turn(network, "mx1 ipv6", 1.0):
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    async with courtesy.turn(network, "mx1 ipv6", 1.0):
        assert network.slept == [1.0]
