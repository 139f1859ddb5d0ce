"""What the lab's two kinds of server have in common: who their clients are, and how a listener ends."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

ClientOf = Callable[[object], str]
"""From a connection's peer as the socket names it to the address it stands for in the lab."""


class Connection(Protocol):
    """What is asked of a connection at the end."""

    def abort(self) -> None:
        """Drop it at once."""

    @property
    def task(self) -> "asyncio.Task[None] | None":
        """The task that serves it, once it has one."""


async def close(server: asyncio.Server, connections: Callable[[], Iterable[Connection]]) -> None:
    """Stop listening, drop every connection and wait until the last task has ended."""
    server.close()
    for _ in range(4):  # asyncio takes that many turns from an accepted socket to a session that is on our list
        await asyncio.sleep(0)
    remaining = list(connections())
    for connection in remaining:
        connection.abort()
    if tasks := [connection.task for connection in remaining if connection.task]:
        await asyncio.wait(tasks)
    await server.wait_closed()
