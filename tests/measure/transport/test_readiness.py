"""Who is ready is told, by our own epoll and by the loop's own means alike."""

import asyncio
import errno
import os
import select
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from probe.measure.transport import readiness as module
from probe.measure.transport.readiness import LoopReadiness, NestedReadiness, Readiness, connect, readiness

WAYS = {"nested": lambda _: NestedReadiness(), "loop": LoopReadiness}


@pytest.fixture(params=[way for way in WAYS if way == "loop" or hasattr(select, "epoll")])
async def ready(request: pytest.FixtureRequest) -> Readiness:
    make: Callable[[asyncio.AbstractEventLoop], Readiness] = WAYS[request.param]
    return make(asyncio.get_running_loop())


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs:
        yield ours, theirs


async def test_what_is_not_read_is_told_again(ready: Readiness, pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    told: list[bytes] = []
    enough = asyncio.Event()

    def readable() -> None:
        told.append(ours.recv(1))
        if len(told) == 3:
            enough.set()

    ready.listen(ours.fileno(), readable)
    theirs.send(b"abc")
    async with asyncio.timeout(60):
        await enough.wait()
    ready.deafen(ours.fileno())
    theirs.send(b"d")
    await asyncio.sleep(0.01)
    assert told == [b"a", b"b", b"c"]


async def test_one_may_take_another_out_while_both_are_ready(ready: Readiness) -> None:
    ears = [socket.socketpair() for _ in range(2)]
    called: list[int] = []

    def hear(mine: int, other: int) -> None:
        called.append(mine)
        ready.deafen(mine)
        ready.deafen(other)

    one, other = ears[0][0].fileno(), ears[1][0].fileno()
    ready.listen(one, lambda: hear(one, other))
    ready.listen(other, lambda: hear(other, one))
    for _, far in ears:
        far.send(b"x")
    await asyncio.sleep(0.02)
    for near, far in ears:
        near.close()
        far.close()
    assert called in ([one], [other])


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_no_descriptor_is_kept_for_nobody(pair: tuple[socket.socket, socket.socket]) -> None:
    if not hasattr(select, "epoll"):
        pytest.skip("no epoll here")
    before = descriptors()
    ready = readiness(asyncio.get_running_loop())
    assert ready is readiness(asyncio.get_running_loop())
    for _ in range(3):
        ready.listen(pair[0].fileno(), lambda: None)
        assert descriptors() == before + 1
        ready.deafen(pair[0].fileno())
        assert descriptors() == before


@pytest.fixture(params=["as it is", "without epoll"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without epoll":
        monkeypatch.delattr(select, "epoll", raising=False)
        monkeypatch.setattr(module, "_nested", {})


@pytest.mark.usefixtures("system")
async def test_connecting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door, socket.socket() as ours:
        ours.setblocking(False)
        await connect(ours, door.getsockname())
        theirs, _ = door.accept()
        with theirs:
            theirs.send(b"x")
            assert await asyncio.get_running_loop().sock_recv(ours, 1) == b"x"


@pytest.mark.usefixtures("system")
async def test_nobody_listens() -> None:
    with socket.socket() as closed, socket.socket() as ours:
        closed.bind(("127.0.0.1", 0))
        ours.setblocking(False)
        with pytest.raises(ConnectionRefusedError) as caught:
            await connect(ours, closed.getsockname())
    assert caught.value.strerror == os.strerror(errno.ECONNREFUSED)
