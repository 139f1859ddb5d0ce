"""Waits end in time, and a loop that was busy is found out; one that was not is not accused."""

import asyncio

import pytest

from probe.measure.transport.heartbeat import BEAT, NOTICED, Heartbeat, heartbeat


@pytest.fixture
async def heart() -> Heartbeat:
    return Heartbeat()


async def waits(heart: Heartbeat, seconds: float) -> tuple[bool, float]:
    """What became of a wait that nobody ends, and how long it took."""
    loop = asyncio.get_running_loop()
    waiter, started = loop.create_future(), loop.time()
    heart.limit(waiter, started + seconds)
    try:
        async with asyncio.timeout(60):
            return await waiter, loop.time() - started
    finally:
        heart.release(waiter)


@pytest.mark.parametrize("seconds", [-1.0, 0.0, BEAT / 4, BEAT * 1.5])
async def test_a_wait_ends_when_its_time_is_over(heart: Heartbeat, seconds: float) -> None:
    happened, took = await waits(heart, seconds)
    assert happened is False
    assert took >= seconds


async def test_a_wait_that_was_over_before_it_began_is_no_delay(
    heart: Heartbeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    now = loop.time()
    monkeypatch.setattr(loop, "time", lambda: now)
    heart.limit(loop.create_future(), now - 3)
    heart._beat(heart._due)
    assert heart.delay_since(0.0) == 0.0


async def test_each_wait_has_its_own_time(heart: Heartbeat) -> None:
    """Whichever was begun first, and with a wait without end beside them."""
    loop = asyncio.get_running_loop()
    endless = loop.create_future()
    heart.limit(endless, loop.time() + 3600)
    async with asyncio.TaskGroup() as group:
        all_three = [group.create_task(waits(heart, seconds)) for seconds in (0.09, 0.01, 0.05)]
    assert [task.result()[0] for task in all_three] == [False] * 3
    assert not endless.done()


async def test_a_wait_that_ended_by_itself_is_left_alone(heart: Heartbeat) -> None:
    loop = asyncio.get_running_loop()
    waiter = loop.create_future()
    heart.limit(waiter, loop.time())
    waiter.set_result(True)
    await asyncio.sleep(BEAT)
    heart.release(waiter)
    assert waiter.result() is True


async def test_a_stall_is_noticed_by_whoever_was_there(heart: Heartbeat, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    early = loop.time()
    now = [early]
    monkeypatch.setattr(loop, "time", lambda: now[0])
    with heart.watched():
        await asyncio.sleep(0)
        now[0] += 0.11
        assert heart.delay_since(early) >= 0.1 - BEAT  # the beat itself is still to come
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert heart.delay_since(early) >= 0.1 - BEAT


async def test_delays_in_a_row_add_up_and_what_is_too_short_to_matter_is_not_told(heart: Heartbeat) -> None:
    heart._late.extend([(5.0, NOTICED), (6.0, NOTICED * 0.75), (7.0, NOTICED * 0.75)])
    assert heart.delay_since(5.5) == NOTICED * 1.5
    assert heart.delay_since(6.5) == 0.0


async def test_where_the_loop_was_waited_for_once_only_the_last_delay_counts(heart: Heartbeat) -> None:
    """On a machine that is always busy, a slow way would look quick."""
    heart._late.extend([(5.0, NOTICED), (6.0, NOTICED * 2), (7.0, NOTICED * 3)])
    assert heart.delay_since(4.0, once=True) == NOTICED * 3
    assert heart.delay_since(4.0) == NOTICED * 6


async def test_a_punctual_beat_ends_what_was_late_before_it(heart: Heartbeat, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    now = [loop.time()]
    monkeypatch.setattr(loop, "time", lambda: now[0])
    heart._due = planned = now[0]
    now[0] += 0.5
    heart._beat(planned)
    assert heart.delay_since(0.0) == pytest.approx(0.5)
    heart._due = planned = now[0]
    heart._beat(planned)
    assert heart.delay_since(0.0) == 0.0


async def test_it_rests_when_nobody_needs_it(heart: Heartbeat) -> None:
    with heart.watched():
        pass
    await asyncio.sleep(3 * BEAT)
    assert heart._due == float("inf")


async def test_there_is_one_for_a_loop() -> None:
    assert heartbeat(asyncio.get_running_loop()) is heartbeat(asyncio.get_running_loop())
