"""What Linux makes of real ICMP errors: a machine, a router that refuses in every way there is, and real packets.

Each connection is dialled inside a network namespace, by a Python of its own.
"""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from probe.model.network import Icmp
from probe.model.words import Failure
from tests.real.namespaces import Machine, cable, command, machine

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]
WIRE = "wire0"
HERE4, HERE6 = "192.0.2.2", "2001:db8:1::2"
ROUTER4, ROUTER6 = "192.0.2.1", "2001:db8:1::1"
NO_ROUTE, PROHIBIT, UNREACHABLE, BLACKHOLE, NO_NEIGHBOUR = range(1, 6)  # last number of an address beyond the router

DIAL = """
import asyncio, json, sys
from probe.address import family_of
from probe.measure.network import SystemNetwork
from probe.model.errors import NetworkError
from probe.model.network import Endpoint, Transport

QUERY = b"p6" + bytes(15)

async def dial(address, timeout):
    asking, address = address.startswith("dns "), address.removeprefix("dns ")
    try:
        if asking:
            return [await SystemNetwork().exchange((address, 53), QUERY, Transport.UDP, timeout), "", None]
        link = await SystemNetwork().dial(Endpoint(address, 25, family_of(address)), None, timeout)
    except NetworkError as error:
        icmp = error.icmp and [error.icmp.type, error.icmp.code, error.icmp.offender]
        return [error.failure, error.detail, icmp]
    link.socket.close()
    return ["connected", link.source, None]

async def main(timeout, *addresses):
    async with asyncio.TaskGroup() as group:
        asked = {address: group.create_task(dial(address, float(timeout))) for address in addresses}
    print(json.dumps({address: task.result() for address, task in asked.items()}))

asyncio.run(main(*sys.argv[1:]))
"""

# Answers each SYN to 203.0.113.N or 2001:db8:3::TTNN with an ICMP error: code N, or type TT code NN. The router itself
# drops those packets; this sees them arrive (packet(7)) and quotes them back through a raw socket.
REFUSE = """
import socket, struct

def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF

wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
wire.bind(("wire0", 3))
icmp4 = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
icmp6 = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
print("ready", flush=True)
while True:
    packet, (_, _, kind, *_) = wire.recvfrom(2048)
    if packet[0] >> 4 == 4 and packet[16:19] == bytes([203, 0, 113]):
        quoted = packet[:28]
        message = struct.pack("!BBHI", 3, packet[19], 0, 0) + quoted
        message = struct.pack("!BBHI", 3, packet[19], checksum(message), 0) + quoted
        icmp4.sendto(message, (socket.inet_ntoa(packet[12:16]), 0))
    elif packet[0] >> 4 == 6 and packet[24:30] == bytes.fromhex("20010db80003"):
        message = struct.pack("!BBHI", packet[38], packet[39], 0, 0) + packet[:88]
        icmp6.sendto(message, (socket.inet_ntop(socket.AF_INET6, packet[8:24]), 0))
"""


@pytest.fixture(scope="module")
def world() -> Iterator[Machine]:
    """Our machine: everything beyond its own link goes through a router that has a refusal for each address."""
    if sys.platform != "linux" or os.geteuid() != 0 or command("ip") is None:
        pytest.skip("network namespaces need Linux, root and ip(8)")
    mark = uuid.uuid4().hex[:6]
    with ExitStack() as stack:
        here = stack.enter_context(machine(f"p6-here-{mark}"))
        router = stack.enter_context(machine(f"p6-router-{mark}"))
        cable(here, WIRE, router, WIRE)
        here.address(WIRE, f"{HERE4}/24", f"{HERE6}/64")
        router.address(WIRE, f"{ROUTER4}/24", f"{ROUTER6}/64")
        router.forward()
        here.ip("route", "add", "default", "via", ROUTER4)
        here.ip("route", "add", "default", "via", ROUTER6)
        _refusals_of(router)
        _own_refusals_of(here)
        refuser = subprocess.Popen(router.argv(sys.executable, "-c", REFUSE), stdout=subprocess.PIPE, text=True)
        stack.callback(refuser.wait)
        stack.callback(refuser.kill)
        assert refuser.stdout is not None
        stack.enter_context(refuser.stdout)
        assert refuser.stdout.readline() == "ready\n"
        yield here


def _refusals_of(router: Machine) -> None:
    for number, kind in ((PROHIBIT, "prohibit"), (UNREACHABLE, "unreachable"), (BLACKHOLE, "blackhole")):
        router.ip("route", "add", kind, f"198.51.100.{number}/32")
        router.ip("route", "add", kind, f"2001:db8:2::{number}/128")
    router.ip("route", "add", "blackhole", "203.0.113.0/24")
    router.ip("route", "add", "blackhole", "2001:db8:3::/48")
    # A link behind the router with nobody on it; neighbour discovery gives up fast.
    router.ip("link", "add", "far", "type", "veth", "peer", "name", "nobody")
    router.ip("link", "set", "nobody", "up")
    router.ip("link", "set", "far", "up")
    router.ip("route", "add", f"198.51.100.{NO_NEIGHBOUR}/32", "dev", "far", "src", ROUTER4)
    router.ip("route", "add", f"2001:db8:2::{NO_NEIGHBOUR}/128", "dev", "far")
    _impatient(router, "far")


def _own_refusals_of(here: Machine) -> None:
    for number, kind in ((PROHIBIT, "prohibit"), (UNREACHABLE, "unreachable"), (BLACKHOLE, "blackhole")):
        here.ip("route", "add", kind, f"198.18.0.{number}/32")
        here.ip("route", "add", kind, f"2001:db8:9::{number}/128")
    _impatient(here, WIRE)


def _impatient(where: Machine, device: str) -> None:
    for version in ("ipv4", "ipv6"):
        where.run("sh", "-ec", f"echo 50 >/proc/sys/net/{version}/neigh/{device}/retrans_time_ms")


def dial(here: Machine, *addresses: str, timeout: float = 5) -> dict[str, tuple[str, str, Icmp | None]]:
    done = here.run("env", f"PYTHONPATH={ROOT}", sys.executable, "-c", DIAL, str(timeout), *addresses)
    found = json.loads(done.stdout)
    return {address: (word, said, icmp and Icmp(*icmp)) for address, (word, said, icmp) in found.items()}


def test_routes_of_a_real_router(world: Machine) -> None:
    """ip-route(8): prohibit, unreachable, none at all, and a neighbour that does not answer."""
    numbers = (NO_ROUTE, PROHIBIT, UNREACHABLE, NO_NEIGHBOUR)
    found = dial(world, *(f"198.51.100.{n}" for n in numbers), *(f"2001:db8:2::{n}" for n in numbers))
    said = {address: (word, icmp) for address, (word, _, icmp) in found.items()}
    # An IPv6 "unreachable" route answered with code 0 or code 3, by the kernel's age: the word is the same.
    by_route = said.pop(f"2001:db8:2::{UNREACHABLE}")
    assert by_route in [(Failure.UNREACHABLE, Icmp(1, code, ROUTER6)) for code in (0, 3)]
    assert said == {
        f"198.51.100.{NO_ROUTE}": (Failure.UNREACHABLE, Icmp(3, 0, ROUTER4)),
        f"198.51.100.{PROHIBIT}": (Failure.PROHIBITED, Icmp(3, 13, ROUTER4)),
        f"198.51.100.{UNREACHABLE}": (Failure.UNREACHABLE, Icmp(3, 1, ROUTER4)),
        f"198.51.100.{NO_NEIGHBOUR}": (Failure.UNREACHABLE, Icmp(3, 1, ROUTER4)),
        f"2001:db8:2::{NO_ROUTE}": (Failure.UNREACHABLE, Icmp(1, 0, ROUTER6)),
        f"2001:db8:2::{PROHIBIT}": (Failure.PROHIBITED, Icmp(1, 1, ROUTER6)),
        f"2001:db8:2::{NO_NEIGHBOUR}": (Failure.UNREACHABLE, Icmp(1, 3, ROUTER6)),
    }


def test_a_black_hole_and_a_closed_port(world: Machine) -> None:
    found = dial(world, f"198.51.100.{BLACKHOLE}", f"2001:db8:2::{BLACKHOLE}", timeout=0.3)
    assert {word for word, _, _ in found.values()} == {Failure.TIMEOUT}
    found = dial(world, ROUTER4, ROUTER6)
    assert {(word, icmp) for word, _, icmp in found.values()} == {(Failure.REFUSED, None)}


def test_every_code_of_icmp(world: Machine) -> None:
    codes = (0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    prohibited = {2, 3, 9, 10, 13, 14, 15}
    found = dial(world, *(f"203.0.113.{code}" for code in codes))
    for code in codes:
        word, said, icmp = found[f"203.0.113.{code}"]
        assert word == (Failure.PROHIBITED if code in prohibited else Failure.UNREACHABLE), (code, said)
        assert icmp == Icmp(3, code, ROUTER4)
        assert f"ICMP type 3 code {code} from {ROUTER4}" in said


def test_every_code_of_icmpv6(world: Machine) -> None:
    kinds = [(1, code) for code in range(7)] + [(3, 0), (4, 1)]
    prohibited = {(1, 1), (1, 4), (1, 5), (1, 6)}
    found = dial(world, *(f"2001:db8:3::{kind}{code:02x}" for kind, code in kinds))
    for kind, code in kinds:
        word, said, icmp = found[f"2001:db8:3::{kind}{code:02x}"]
        assert word == (Failure.PROHIBITED if (kind, code) in prohibited else Failure.UNREACHABLE), (kind, code, said)
        assert icmp == Icmp(kind, code, ROUTER6)
        assert f"ICMPv6 type {kind} code {code} from {ROUTER6}" in said


def test_our_own_routing_table_is_told_from_the_network(world: Machine) -> None:
    numbers = (PROHIBIT, UNREACHABLE, BLACKHOLE)
    found = dial(world, *(f"198.18.0.{n}" for n in numbers), *(f"2001:db8:9::{n}" for n in numbers))
    assert {address: (word, icmp) for address, (word, _, icmp) in found.items()} == {
        f"198.18.0.{PROHIBIT}": (Failure.PROHIBITED, None),
        f"198.18.0.{UNREACHABLE}": (Failure.NO_ROUTE, None),
        f"198.18.0.{BLACKHOLE}": (Failure.NO_ROUTE, None),
        f"2001:db8:9::{PROHIBIT}": (Failure.PROHIBITED, None),
        f"2001:db8:9::{UNREACHABLE}": (Failure.NO_ROUTE, None),
        f"2001:db8:9::{BLACKHOLE}": (Failure.NO_ROUTE, None),
    }
    assert all("this machine" in said for _, said, _ in found.values())


def test_nobody_on_our_own_link(world: Machine) -> None:
    """The kernel sends itself the ICMP error: it comes from our own address, and is no router's word."""
    found = dial(world, "192.0.2.77", "2001:db8:1::77")
    assert {address: (word, icmp) for address, (word, _, icmp) in found.items()} == {
        "192.0.2.77": (Failure.UNREACHABLE, Icmp(3, 1, HERE4)),
        "2001:db8:1::77": (Failure.UNREACHABLE, Icmp(1, 3, HERE6)),
    }
    assert all("this machine itself" in said for _, said, _ in found.values())


def test_a_name_server_out_of_reach_shows_at_once(world: Machine) -> None:
    """Over UDP the system tells of routers' errors only when asked to (IP_RECVERR)."""
    expected = {
        f"dns 2001:db8:2::{PROHIBIT}": (Failure.PROHIBITED, Icmp(1, 1, ROUTER6)),
        f"dns 2001:db8:2::{NO_ROUTE}": (Failure.UNREACHABLE, Icmp(1, 0, ROUTER6)),
        # Linux routers hold back route errors over IPv4 after five of them (net.ipv4.route.error_burst): not by routes.
        "dns 203.0.113.13": (Failure.PROHIBITED, Icmp(3, 13, ROUTER4)),
        "dns 203.0.113.0": (Failure.UNREACHABLE, Icmp(3, 0, ROUTER4)),
        f"dns {ROUTER6}": (Failure.REFUSED, Icmp(1, 4, ROUTER6)),
        f"dns {ROUTER4}": (Failure.REFUSED, Icmp(3, 3, ROUTER4)),
        f"dns 198.18.0.{UNREACHABLE}": (Failure.NO_ROUTE, None),
    }
    found = dial(world, *expected)
    assert {address: (word, icmp) for address, (word, _, icmp) in found.items()} == expected


def test_without_any_route() -> None:
    if os.geteuid() != 0 or command("ip") is None:
        pytest.skip("network namespaces need Linux, root and ip(8)")
    with machine(f"p6-alone-{uuid.uuid4().hex[:6]}") as alone:
        found = dial(alone, "192.0.2.25", "2001:db8::25")
    assert {(word, icmp) for word, _, icmp in found.values()} == {(Failure.NO_ROUTE, None)}
