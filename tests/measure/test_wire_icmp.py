"""A router that refuses in the middle of a conversation: the real kernel's view, and ours of it (RFC 1122 4.2.3.9)."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.real.namespaces import Machine, cable, command, machine

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]
HERE, FAR = {4: "192.0.2.2", 6: "2001:db8:1::2"}, {4: "198.51.100.2", 6: "2001:db8:2::2"}
NEAR, BEYOND = {4: "192.0.2.1", 6: "2001:db8:1::1"}, {4: "198.51.100.1", 6: "2001:db8:2::1"}
LENGTH = {4: 24, 6: 64}

SERVER = """
import asyncio, sys

async def serve(reader, writer):
    writer.write(b"220 far.example ESMTP\\r\\n")
    while await reader.readline():
        writer.write(b"250 far.example\\r\\n")

async def main():
    async with await asyncio.start_server(serve, None, 25):
        print("ready", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""
CLIENT = """
import asyncio, json, sys, time
from probe.address import family_of
from probe.measure.session.conversation import engine
from probe.measure.network import SystemNetwork
from probe.measure.transport.tcpinfo import read
from probe.model.network import Endpoint

async def main(address, name):
    link = await SystemNetwork().dial(Endpoint(address, 25, family_of(address)), None, 5)
    talk = engine(name).converse(link)
    greeting = await talk.greeting(5)
    print(greeting.code, flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    before = time.process_time()
    [reply] = await talk.commands(["EHLO here.example"], 10)
    used = time.process_time() - before
    warning = talk._wire.warning if name == "native" else None
    again = read(link.socket).retransmits
    await talk.close()
    print(json.dumps([reply.code, used, warning, again]))

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Machine, Machine]]:
    """Our machine and a router; a mail server stands behind it."""
    if sys.platform != "linux" or os.geteuid() != 0 or command("ip") is None:
        pytest.skip("network namespaces need Linux, root and ip(8)")
    mark = uuid.uuid4().hex[:6]
    with ExitStack() as stack:
        here, router, far = (stack.enter_context(machine(f"p6-{name}-{mark}")) for name in ("here", "router", "far"))
        cable(here, "wire0", router, "near")
        cable(far, "wire0", router, "beyond")
        here.address("wire0", *(f"{HERE[version]}/{LENGTH[version]}" for version in (4, 6)))
        far.address("wire0", *(f"{FAR[version]}/{LENGTH[version]}" for version in (4, 6)))
        router.address("near", *(f"{NEAR[version]}/{LENGTH[version]}" for version in (4, 6)))
        router.address("beyond", *(f"{BEYOND[version]}/{LENGTH[version]}" for version in (4, 6)))
        router.forward()
        for version in (4, 6):
            here.ip("route", "add", "default", "via", NEAR[version])
            far.ip("route", "add", "default", "via", BEYOND[version])
        server = subprocess.Popen(far.argv(sys.executable, "-c", SERVER), stdout=subprocess.PIPE, text=True)
        stack.callback(server.wait)
        stack.callback(server.kill)
        assert server.stdout is not None
        stack.enter_context(server.stdout)
        assert server.stdout.readline() == "ready\n"
        yield here, router


@pytest.mark.parametrize("engine", ["native", "aiosmtplib"])
@pytest.mark.parametrize("version", [6, 4])
def test_a_refusal_that_passes_is_a_hint_only(world: tuple[Machine, Machine], version: int, engine: str) -> None:
    """The line after the greeting is refused by the router for a while, sent again by the kernel, and answered."""
    here, router = world
    refusal = ("prohibit", f"{FAR[version]}/{32 if version == 4 else 128}")
    argv = here.argv("env", f"PYTHONPATH={ROOT}", sys.executable, "-c", CLIENT, FAR[version], engine)
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdin is not None
        assert client.stdout is not None
        assert client.stdout.readline() == "220\n"
        router.ip("route", "add", *refusal)
        client.stdin.write("go\n")
        client.stdin.flush()
        with pytest.raises(subprocess.TimeoutExpired):
            client.wait(0.6)
        router.ip("route", "delete", *refusal)
        code, used, warning, retransmits = json.loads(client.stdout.readline())
    assert code == 250
    assert engine == "aiosmtplib" or warning.startswith("the network said: ")
    assert retransmits > 0
    assert used < 0.2  # seconds of CPU: the loop sleeps although the kernel has something to report
