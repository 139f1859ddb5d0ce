"""A real name server, NSD, with the zones of the world: what it is asked about anything else it refuses.

In: where it runs and the zones' text. Out: a running server on port 53 over both families, stopped at the end.
"""

import contextlib
import ipaddress
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.real.namespaces import SEARCH_PATH, Machine, run

# "" keeps NSD as the user that started it, without chroot: its files lie in the test's own directory.
CONFIG = """
server:
    username: ""
    chroot: ""
    zonesdir: "{directory}"
    database: ""
    zonelistfile: "{directory}/zone.list"
    xfrdfile: "{directory}/xfrd.state"
    xfrdir: "{directory}"
    pidfile: "{directory}/nsd.pid"
    logfile: "{directory}/nsd.log"
    server-count: 1
    port: 53
    hide-version: yes
{listen}
remote-control:
    control-enable: no
{zones}
"""

HEAD = """
$ORIGIN {origin}.
$TTL 300
@ SOA ns.{origin}. hostmaster.{origin}. 1 3600 600 86400 60
@ NS ns.{origin}.
"""


def reverse_zones(names: Mapping[str, str]) -> dict[str, str]:
    """Reverse zones (a /24 or a /64 each) with a PTR per address: ``{"192.0.2.25": "mx1.example.com"}``."""
    zones: dict[str, str] = {}
    for address, name in names.items():
        labels = ipaddress.ip_address(address).reverse_pointer.split(".")
        cut = 16 if ":" in address else 1
        zone = ".".join(labels[cut:])
        zones[zone] = zones.get(zone, "") + f"{'.'.join(labels[:cut])} PTR {name}.\n"
    return zones


@contextlib.contextmanager
def nameserver(where: Machine, addresses: tuple[str, ...], zones: Mapping[str, str], directory: Path) -> Iterator[None]:
    """Serve ``zones`` (origin -> records without SOA and NS) on ``addresses`` of ``where``."""
    whole = {origin: HEAD.format(origin=origin) + records for origin, records in zones.items()}
    with serve(where, addresses, whole, directory):
        yield


@contextlib.contextmanager
def serve(where: Machine, addresses: tuple[str, ...], zones: Mapping[str, str], directory: Path) -> Iterator[None]:
    """Serve ``zones`` (origin -> the whole zone) on ``addresses`` of ``where``."""
    directory.mkdir()
    files = {origin: f"{origin.strip('.') or 'root'}.zone" for origin in zones}
    for origin, records in zones.items():
        (directory / files[origin]).write_text(records)
        run("nsd-checkzone", origin, directory / files[origin])
    config = directory / "nsd.conf"
    config.write_text(
        CONFIG.format(
            directory=directory,
            listen="\n".join(f"    ip-address: {address}" for address in addresses),
            zones="\n".join(f'zone:\n    name: {origin}\n    zonefile: "{files[origin]}"' for origin in zones),
        )
    )
    server = subprocess.Popen(
        where.argv("nsd", "-d", "-c", config),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PATH": SEARCH_PATH},
    )
    try:
        end = time.monotonic() + 120
        while not where.listens_at(53) >= set(addresses):
            if server.poll() is not None or time.monotonic() > end:
                log = directory / "nsd.log"
                raise RuntimeError("NSD did not start: " + (log.read_text() if log.exists() else "it left no log"))
            time.sleep(0.02)  # the sockets are open before the zones are read; questions wait in them until then
        yield
    finally:
        server.terminate()
        server.wait(20)
