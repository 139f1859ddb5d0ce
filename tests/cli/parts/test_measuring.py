"""All targets of a run: in their order, as many at a time as is wanted, and a signal ends them politely."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest

import probe.api
from probe.model.measurement import Measurement
from probe.model.settings import Settings, Target
from tests.cli.conftest import Probe6, World, measurement_of

COMMAND = [sys.executable, "-m", "probe"]


@pytest.mark.parametrize("most", [1, 3])
def test_so_many_at_a_time(world: World, probe6: Probe6, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    busy, seen = 0, []

    async def measure(target: Target, settings: Settings, **_: Any) -> Measurement:
        nonlocal busy
        busy += 1
        seen.append(busy)
        await asyncio.sleep(0.01)
        busy -= 1
        return measurement_of(target, settings)

    monkeypatch.setattr(probe.api, "measure", measure)
    names = [f"d{number}.example" for number in range(6)]
    ran = probe6(*names, "--concurrency", str(most), "--no-state", "--format", "csv")
    assert ran.status == 0
    assert max(seen) == most


class Ready:
    """What was looked up for one target."""

    parties = ()


def test_what_was_looked_up_for_a_target_goes_with_it(
    world: World, probe6: Probe6, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of hundreds of targets only those that are measured right now need their answers of the DNS."""
    alive: WeakSet[Ready] = WeakSet()
    seen = []

    async def prepare(jobs: Sequence[object], **_: Any) -> list[Ready]:
        made = [Ready() for _ in jobs]
        alive.update(made)
        return made

    async def measure(target: Target, settings: Settings, **_: Any) -> Measurement:
        await asyncio.sleep(0)
        if len(seen) == 11:
            gc.collect()
        seen.append(len(alive))
        return measurement_of(target, settings)

    monkeypatch.setattr(probe.api, "prepare", prepare)
    monkeypatch.setattr(probe.api, "measure", measure)
    names = [f"d{number}.example" for number in range(12)]
    assert probe6(*names, "--concurrency", "1", "--no-state", "--format", "csv").status == 0
    assert seen[0] == 12
    assert seen[-1] <= 2


@pytest.mark.parametrize(("number", "said"), [(signal.SIGTERM, "terminated"), (signal.SIGINT, "interrupted")])
def test_a_signal_is_one_line_and_the_server_hears_goodbye(tmp_path: Path, number: signal.Signals, said: str) -> None:
    """The server takes its time for MAIL, which nobody waits for any more; the textfile stays what it was."""
    import socket
    import threading

    heard = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        waiting = threading.Event()

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"220 mx.example.com ESMTP\r\n")
                while data := connection.recv(1000):
                    heard.extend(data)
                    if data.startswith(b"EHLO"):
                        connection.sendall(b"250 mx.example.com\r\n")
                    elif data.startswith(b"MAIL"):
                        waiting.set()
                        time.sleep(0.3)
                        connection.sendall(b"250 ok\r\n")
                    elif data.startswith(b"QUIT"):
                        connection.sendall(b"221 bye\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        output = tmp_path / "probe6.prom"
        output.write_text("old\n")
        target, nameserver = (f"127.0.0.1:{item.getsockname()[1]}" for item in (server, taken))
        words = [f"[127.0.0.1]:{target.rpartition(':')[2]}", "-4", "--nameserver", nameserver, "--no-state", "--plain"]
        words += ["--domain", "example.com", "-o", str(output)]
        environment = {**os.environ, "HOME": str(tmp_path)}
        with subprocess.Popen([*COMMAND, *words], stderr=subprocess.PIPE, text=True, env=environment) as process:
            assert waiting.wait(120)
            process.send_signal(number)
            assert process.communicate(timeout=120) == (None, f"probe6: {said}\n")
        thread.join(30)
    assert process.returncode == 3
    assert heard.endswith(b"QUIT\r\n")
    assert output.read_text() == "old\n"
    assert [path.name for path in tmp_path.iterdir()] == ["probe6.prom"]
