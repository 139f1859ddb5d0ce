"""A listener ends with everything that hangs on it."""

import asyncio

from probe.lab.listening import close


class Visit:
    def __init__(self, task: "asyncio.Task[None] | None") -> None:
        self.task = task
        self.aborted = False

    def abort(self) -> None:
        self.aborted = True
        if self.task:
            self.task.cancel()


async def test_connections_are_dropped_and_their_tasks_awaited() -> None:
    async def busy() -> None:
        await asyncio.Event().wait()

    async def nobody(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(nobody, "127.0.0.1", 0)
    visits = [Visit(asyncio.get_running_loop().create_task(busy())), Visit(None)]
    await close(server, lambda: visits)
    assert all(visit.aborted for visit in visits)
    assert visits[0].task is not None
    assert visits[0].task.done()
    assert not server.is_serving()
