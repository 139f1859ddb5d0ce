"""Puts the world of compose.yaml up, waits until every server of it answers, and takes it down.

In: an engine with the images built. Out: nothing; the world is up within the block. What can go wrong is a
``RuntimeError`` that names the service and shows its last words.
"""

import ipaddress
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml

from tests.docker.engine import COMPOSE, ROOT, Engine

_SECONDS = 180
# Run in the world, with "SERVICE ADDRESS PORT" as arguments; prints those that did not answer. A name is asked for too,
# since a resolver that listens need not have its zones.
_ASK = f"""
import socket, sys, time
end = time.monotonic() + {_SECONDS}
left = [word.split() for word in sys.argv[1:]]
def answers(service, address, port):
    try:
        socket.create_connection((address, int(port)), timeout=5).close()
    except OSError:
        return False
    return True
def named():
    try:
        return bool(socket.getaddrinfo('mx.good.example', 25, socket.AF_INET6))
    except OSError:
        return False
while time.monotonic() < end:
    left = [one for one in left if not answers(*one)]
    if not left and named():
        sys.exit()
    time.sleep(0.2)
print(' '.join(sorted({{service for service, _, _ in left}})) or 'resolver')
"""


def compose() -> dict[str, Any]:
    """The world as it is written."""
    read: dict[str, Any] = yaml.safe_load((ROOT / COMPOSE).read_text(encoding="utf-8"))
    return read


@contextmanager
def world(chosen: Engine) -> Iterator[None]:
    """The world, from the first answer of its last server on; down again at the end, whatever happens."""
    if chosen.spaces is None and (taken := collision(_routes(), subnets())):
        raise RuntimeError(f"{COMPOSE} and this machine both use {taken}: change the subnets there")
    try:
        chosen.compose("down", "-v", "-t", "2", check=False)
        chosen.compose("up", "-d", "--no-build")
        _ready(chosen)
        yield
    finally:
        chosen.compose("down", "-v", "-t", "2", check=False)


def doors() -> list[str]:
    """Where each server must answer: ``SERVICE ADDRESS PORT``. One that is IPv4 alone answers there alone."""
    found = []
    for name, service in compose()["services"].items():
        if service.get("command", ["setup"]) == ["setup"]:
            continue
        port = {"resolver": 53, "names": 53}.get(name, 25)
        network = service["networks"]["world"]
        broken = "ipv4-only" in service.get("environment", {}).get("FAULTS", "")
        kinds = ("ipv4_address",) if broken else ("ipv4_address", "ipv6_address")
        found += [f"{name} {network[kind]} {port}" for kind in kinds]
    return found


def subnets() -> list[str]:
    """Those of the world's networks."""
    networks = compose()["networks"].values()
    return [one["subnet"] for network in networks for one in network["ipam"]["config"]]


def collision(routes: list[str], wanted: list[str]) -> str | None:
    """A subnet that a route of the machine is in the way of, default routes aside: "SUBNET (route ROUTE)"."""
    for text in wanted:
        subnet = ipaddress.ip_network(text)
        for route in routes:
            there = ipaddress.ip_network(route, strict=False)
            if there.version == subnet.version and there.prefixlen and there.overlaps(subnet):
                return f"{text} (route {route})"
    return None


def _routes() -> list[str]:
    if shutil.which("ip") is None:
        return []
    found = []
    for family in ("-4", "-6"):
        said = subprocess.run(["ip", "-j", family, "route"], check=False, capture_output=True, text=True).stdout
        found += [route["dst"] for route in json.loads(said or "[]") if route["dst"] != "default"]
    return found


def _ready(chosen: Engine) -> None:
    """The addresses of "rounds" are used, which no step of the tour has: postscreen and postgrey remember who came."""
    asking = ("run", "--rm", "-T", "--entrypoint", "python3", "rounds", "-c", _ASK, *doors())
    said = chosen.compose(*chosen.profile, *asking, check=False, seconds=_SECONDS + 120)
    silent = said.stdout.split()
    if said.returncode == 0 and not silent:
        return
    logs = [chosen.compose("logs", "--tail", "20", name, check=False) for name in silent[:3]]
    words = "".join(log.stdout + log.stderr for log in logs) or said.stderr
    raise RuntimeError(f"the world is not up after {_SECONDS} s, no answer from {silent}: {words[-3000:]}")
