"""Whether our times are theirs: what we say a connect took, beside the round trip the kernel measured for it.

``python -m bench.fidelity`` joins two namespaces by a cable, with a core for the client and one for the server, and
begins conversations at a steady pace, as many a second as use a given share of the client's core. For each, our time of
the connect is that of ``SystemNetwork.dial``, the kernel's is TCP_INFO's; ours may be late, since a busy event loop
hears late of it. Where it was, the dialling or the heartbeat must have flagged it.

The cable delays by 50 ms in each direction where the kernel has netem. Where it has not, the table says so: then the
cable has no delay, which changes neither of the two times' beginning and end, and two rows more come from the wire of
``bench.oneshot``, a process that has no time for more than some conversations a second.
"""

import asyncio
import contextlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.oneshot import ONE_WAY, link
from bench.session_client import ENVELOPE, PATIENCE
from bench.sessions import cores, pinned
from probe.measure.network import SystemNetwork
from probe.measure.session.conversation import engine
from probe.measure.transport import tcpinfo
from probe.measure.transport.heartbeat import Heartbeat, heartbeat
from probe.model.network import Endpoint
from probe.model.words import Family
from tests.real.namespaces import CommandError, Machine, cable, machine
from tests.real.world import MAIL6, PROBER6, obstacle

SHARES = (0.1, 0.3, 0.5, 0.8)  # of the client's core
KINDS = ("plain", "tls")
SECONDS = 6.0
WARMING, WARMING_PACE = 200, 100.0  # conversations that tell what one costs, and how many of them a second
SLOW = (20.0, 60.0)  # conversations a second over the wire in user space
LIMIT = 0.003  # seconds that our p99 may lie above the kernel's
BUSY = 0.6  # of a core: beyond it a figure may be late, if it says so


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation: how long its connect took, in seconds, and whether we said that we may be late."""

    took: float
    rtt: float
    flagged: bool


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]


async def session(kind: str, endpoint: Endpoint, heart: Heartbeat) -> Row:
    """A conversation as a run holds it."""
    loop = asyncio.get_running_loop()
    with heart.watched():
        started = loop.time()
        dialled = await SystemNetwork().dial(endpoint, None, PATIENCE)
        took, delay = loop.time() - started, heart.delay_since(started)
    info = tcpinfo.read(dialled.socket)
    assert info is not None
    talk = engine("native").converse(dialled)
    await talk.greeting(PATIENCE)
    for group in (["EHLO bench.example"], list(ENVELOPE)):
        await talk.commands(group, PATIENCE)
        if kind == "tls" and len(group) == 1:
            await talk.starttls("bench.example", PATIENCE)
            await talk.commands(group, PATIENCE)
    await talk.close()
    return Row(took, info.rtt, delay > 0 or dialled.late > 0)


async def steadily(kind: str, endpoint: Endpoint, pace: float, count: int) -> tuple[list[Row], float]:
    """``count`` conversations, ``pace`` of them begun a second, and the share of a core that they used."""
    loop = asyncio.get_running_loop()
    heart = heartbeat(loop)
    began, before = time.perf_counter(), _cpu()
    first = loop.time()
    async with asyncio.TaskGroup() as group:
        tasks = []
        for number in range(count):
            if (ahead := first + number / pace - loop.time()) > 0:
                await asyncio.sleep(ahead)
            tasks.append(group.create_task(session(kind, endpoint, heart)))
    return [task.result() for task in tasks], (_cpu() - before) / (time.perf_counter() - began)


async def client(kind: str, port: int, share: float, pace: float) -> dict[str, object]:
    """At ``pace``, or where that is 0 at the one that uses ``share`` of the core."""
    endpoint = Endpoint(MAIL6, port, Family.IPV6)
    _, used = await steadily(kind, endpoint, pace or WARMING_PACE, WARMING if not pace else 5)
    pace = pace or share / (used / WARMING_PACE)
    rows, core = await steadily(kind, endpoint, pace, int(pace * SECONDS))
    return {"rows": [(row.took, row.rtt, row.flagged) for row in rows], "core": core, "pace": pace}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@contextlib.contextmanager
def wired() -> Iterator[tuple[Machine, Machine, str]]:
    """Two machines on a cable, and what to say of its delay."""
    with contextlib.ExitStack() as stack:
        names = [f"p6-{os.getpid()}-{role}" for role in ("near", "far")]
        near, far = (stack.enter_context(machine(name)) for name in names)
        cable(near, "eth0", far, "eth0")
        near.address("eth0", f"{PROBER6}/64")
        far.address("eth0", f"{MAIL6}/64")
        for place in (near, far):
            place.ip("-6", "route", "add", "default", "dev", "eth0")
        # The other end of a closed connection keeps its port for a minute.
        near.run("sh", "-ec", "echo 1024 65535 >/proc/sys/net/ipv4/ip_local_port_range")
        yield near, far, _delayed(near, far)


def _delayed(*ends: Machine) -> str:
    delay = f"{ONE_WAY * 1000:.0f}ms"
    try:
        for end in ends:
            end.run("tc", "qdisc", "add", "dev", "eth0", "root", "netem", "delay", delay, "limit", "100000")
    except (CommandError, OSError) as error:
        return f"no delay, for this kernel has no netem ({str(error).rpartition(': ')[2].strip().splitlines()[0]})"
    return f"netem, {ONE_WAY * 2000:.0f} ms there and back"


@contextlib.contextmanager
def served(where: Machine) -> Iterator[int]:
    """The server on its core; its port."""
    server = pinned([sys.executable, "-m", "bench.peer", MAIL6], cores()[0])
    with subprocess.Popen(where.argv(*server), stdout=subprocess.PIPE, text=True) as peer:
        try:
            assert peer.stdout is not None
            yield int(peer.stdout.readline())
        finally:
            peer.terminate()


def line(where: str, kind: str, found: dict[str, object]) -> str:
    rows = [Row(*row) for row in found["rows"]]  # type: ignore[attr-defined]
    ours, kernels = ([getattr(row, name) for row in rows] for name in ("took", "rtt"))
    both = [(percentile(times, 0.5), percentile(times, 0.99)) for times in (ours, kernels)]
    # A round trip of less than a microsecond reads as none, and then nobody knows how late we were.
    calm = [row.took - row.rtt for row in rows if not row.flagged and row.rtt > 0]
    figures = [f"{half * 1000:.2f} / {most * 1000:.2f}" for half, most in both]
    gap = f"{(both[0][0] - both[1][0]) * 1000:.2f} / {(both[0][1] - both[1][1]) * 1000:.2f}"
    quiet = f"{percentile(calm, 0.99) * 1000:.2f}" if calm else "none left"
    said = [where, kind, f"{found['pace']:.0f}", f"{found['core']:.0%}", *figures, gap]
    return f"| {' | '.join([*said, f'{sum(row.flagged for row in rows) / len(rows):.0%}', quiet])} |"


def measured(near: Machine, kind: str, port: int, share: float, pace: float = 0.0) -> dict[str, object]:
    words = ("-m", "bench.fidelity", kind, str(port), str(share), str(pace))
    done = near.run(*pinned([sys.executable, *words], cores()[1]), timeout=300)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def main() -> None:
    print("## Timing fidelity: our connect time beside the kernel's round trip, conversations at a steady pace\n")
    reason = obstacle()
    if reason is not None:
        print(f"not run: {reason}\n")
        return
    print(
        "| wire | kind | a second | core | ours p50 / p99, ms | kernel's | difference | flagged | others' error p99 |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    with wired() as (near, far, delay), served(far) as port:
        for kind in KINDS:
            for share in SHARES:
                found = measured(near, kind, port, share)
                print(line("cable", kind, found), flush=True)
    if not delay.startswith("netem"):
        with link() as (near, far), served(far) as port:
            for pace in SLOW:
                print(line("user space, 100 ms", "plain", measured(near, "plain", port, 0.0, pace)), flush=True)
    print(
        f"\nThe cable: {delay}. Goal: difference of the p99 at most {LIMIT * 1000:.0f} ms below {BUSY:.0%} of a core;"
    )
    print("beyond it, flagged.\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        kind, port, share, pace = sys.argv[1:]
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
        print(json.dumps(asyncio.run(client(kind, int(port), float(share), float(pace)))))
    else:
        main()
