"""Which connections have something for us: an epoll of our own, which the event loop watches as one descriptor.

In: descriptors, and what to call when octets or an end can be read. Out: those calls, from within the loop; nothing
waits here but ``connect``. Why not the loop's ``add_reader`` alone: it makes an object, a look-up and a run through a
context of each event, together more than a reply takes to read. An epoll descriptor can be watched itself (epoll(7)),
so the loop wakes once for all that is ready. Where the system has none (only Linux has), ``add_reader`` it is.
"""

import asyncio
import errno
import os
import select
import socket
from collections.abc import Callable
from functools import partial
from typing import Protocol
from weakref import WeakKeyDictionary


class Readiness(Protocol):
    """Who listens to which descriptor. One call each; take a descriptor out before it is closed."""

    def listen(self, number: int, readable: Callable[[], None]) -> None:
        """Call ``readable`` again and again while there is something to read, an end or an error."""
        ...

    def deafen(self, number: int) -> None:
        """No longer."""
        ...

    def await_connection(self, number: int, done: Callable[[], None]) -> None:
        """Call ``done`` once connect(2) has come to an end; ``deafen`` it afterwards."""
        ...


class NestedReadiness:
    """An epoll in the running loop's, open while anybody is listened to. It keeps no reference to the loop."""

    def __init__(self) -> None:
        self._epoll: select.epoll | None = None
        self._calls: dict[int, Callable[[], None]] = {}

    def listen(self, number: int, readable: Callable[[], None]) -> None:
        """Level-triggered: what is not read is told again."""
        self._watch(number, select.EPOLLIN, readable)

    def await_connection(self, number: int, done: Callable[[], None]) -> None:
        """One-shot: who waits takes it out a turn of the loop later."""
        self._watch(number, select.EPOLLOUT | select.EPOLLONESHOT, done)

    def deafen(self, number: int) -> None:
        """No longer."""
        del self._calls[number]
        if self._epoll is not None:
            self._epoll.unregister(number)
            if not self._calls:
                asyncio.get_running_loop().remove_reader(self._epoll.fileno())
                self._epoll.close()
                self._epoll = None

    def _watch(self, number: int, events: int, call: Callable[[], None]) -> None:
        if self._epoll is None:
            self._epoll = select.epoll()
            asyncio.get_running_loop().add_reader(self._epoll.fileno(), self._tell)
        self._epoll.register(number, events)
        self._calls[number] = call

    def _tell(self) -> None:
        if self._epoll is None:
            return  # the last one went while this was called for
        for number, _ in self._epoll.poll(0):
            call = self._calls.get(number)
            if call is not None:  # else one called before it took it out
                call()


class LoopReadiness:
    """The loop's own."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def listen(self, number: int, readable: Callable[[], None]) -> None:
        """As ``add_reader``."""
        self._loop.add_reader(number, readable)

    def deafen(self, number: int) -> None:
        """Both ways: one descriptor is listened to or being connected."""
        self._loop.remove_reader(number)
        self._loop.remove_writer(number)

    def await_connection(self, number: int, done: Callable[[], None]) -> None:
        """As ``add_writer``."""
        self._loop.add_writer(number, done)


_nested: WeakKeyDictionary[asyncio.AbstractEventLoop, NestedReadiness] = WeakKeyDictionary()


def readiness(loop: asyncio.AbstractEventLoop) -> Readiness:
    """That of ``loop``."""
    found = _nested.get(loop)
    if found is not None:
        return found
    if not hasattr(select, "epoll"):
        return LoopReadiness(loop)
    return _nested.setdefault(loop, NestedReadiness())


async def connect(connection: socket.socket, address: tuple[str, int] | tuple[str, int, int, int]) -> None:
    """Wait until a non-blocking socket is connected to a numeric address; ``OSError`` is what the system says."""
    error = connection.connect_ex(address)
    if error in {errno.EINPROGRESS, errno.EINTR}:
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()
        number, ready = connection.fileno(), readiness(loop)
        ready.await_connection(number, partial(_end, ended))
        try:
            await ended
        finally:
            ready.deafen(number)
        error = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error:
        raise OSError(error, os.strerror(error))


def _end(wait: asyncio.Future[None]) -> None:
    if not wait.done():
        wait.set_result(None)
