"""One conversation at a time with a host over a family, however many targets share it, and a pause between two.

One ``Courtesy`` serves all measurements of a process: domains often have the same mail hosts, and a host that allows
two connections a minute does not care which of our targets they were for (catalogue rule 38).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from probe.model.network import Network
from probe.model.smtp import Session


class Courtesy:
    """Who is being talked to, and when we last left. Keys are MX names or addresses, each with its family.

    ``silenced`` holds the MX names that answered 421: nobody calls them again in this process (catalogue rule 39).
    ``relayed`` are the relay tests that were held, by whom and what they asked, each with the moment its times count
    from, on the network's clock: no host is asked twice.
    """

    def __init__(self) -> None:
        self._turns: dict[str, asyncio.Lock] = {}
        self._left: dict[str, float] = {}
        self.silenced: set[str] = set()
        self.relayed: dict[tuple[object, ...], tuple[Session, float]] = {}

    @asynccontextmanager
    async def turn(self, network: Network, key: str, pause: float) -> AsyncIterator[None]:
        """Wait until nobody else talks to ``key``, and until ``pause`` seconds have passed since we last did."""
        async with self._turns.setdefault(key, asyncio.Lock()):
            left = self._left.get(key)
            if left is not None and (wait := left + pause - network.monotonic()) > 0:
                await network.sleep(wait)
            try:
                yield
            finally:
                self._left[key] = network.monotonic()
