"""Whether our times are theirs: what we say a connect took, beside the round trip the kernel measured for it.

``python -m bench.fidelity`` joins two namespaces by the wire of ``bench.oneshot`` and holds many conversations at once
over it. For each, our time of the connect is that of ``SystemNetwork.dial``, the kernel's is TCP_INFO's; ours may be
late, since a busy event loop hears late of it. Where it was, the heartbeat must have flagged it.
"""

import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence

from bench.oneshot import link
from bench.session_client import ENVELOPE, PATIENCE, many
from probe.measure import tcpinfo
from probe.measure.conversation import engine
from probe.measure.heartbeat import heartbeat
from probe.measure.network import SystemNetwork
from probe.model.network import Endpoint
from probe.model.words import Family
from tests.real.world import MAIL6, obstacle

LOADS = (("plain", 2000, 50), ("plain", 4000, 400), ("plain", 6000, 1000), ("tls", 1000, 50), ("tls", 1000, 200))
LIMIT = 0.003  # seconds that our p99 may lie above the kernel's
BUSY = 0.6  # of a core: beyond it a figure may be late, if it says so


def p99(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


async def connects(kind: str, count: int, at_once: int, port: int) -> dict[str, object]:
    """Seconds of each connect, ours and the kernel's; whether it was flagged; how much of a core we used."""
    network, endpoint = SystemNetwork(), Endpoint(MAIL6, port, Family.IPV6)
    loop = asyncio.get_running_loop()
    heart = heartbeat(loop)
    rows: list[tuple[float, float, bool]] = []

    async def session() -> None:
        with heart.watched():
            started = loop.time()
            dialled = await network.dial(endpoint, None, PATIENCE)
            took, delay = loop.time() - started, heart.delay_since(started)
        info = tcpinfo.read(dialled.socket)
        assert info is not None
        rows.append((took, info.rtt, delay > 0))
        talk = engine("native").converse(dialled)
        await talk.greeting(PATIENCE)
        for group in (["EHLO bench.example"], list(ENVELOPE)):
            await talk.commands(group, PATIENCE)
            if kind == "tls" and len(group) == 1:
                await talk.starttls("bench.example", PATIENCE)
                await talk.commands(group, PATIENCE)
        await talk.close()

    await many(session, 1, 1)
    rows.clear()
    began, before = time.perf_counter(), _cpu()
    await many(session, count, at_once)
    return {"rows": rows, "core": (_cpu() - before) / (time.perf_counter() - began)}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def line(kind: str, at_once: int, rows: Sequence[tuple[float, float, bool]], core: float) -> str:
    ours, kernels = p99([row[0] for row in rows]), p99([row[1] for row in rows])
    calm = [took - rtt for took, rtt, flagged in rows if not flagged]
    flagged = 1 - len(calm) / len(rows)
    figures = [f"{value * 1000:.1f}" for value in (ours, kernels, ours - kernels)]
    quiet = f"{p99(calm) * 1000:.1f}" if calm else "none left"
    return f"| {' | '.join([kind, str(at_once), f'{core:.0%}', *figures, f'{flagged:.0%}', quiet])} |"


def main() -> None:
    print("## Timing fidelity: our connect time beside the kernel's round trip, 100 ms\n")
    reason = obstacle()
    if reason is not None:
        print(f"not run: {reason}\n")
        return
    print("| load | at once | core | ours p99, ms | kernel p99, ms | difference | flagged | p99 of the others' error |")
    print("|---|---|---|---|---|---|---|---|")
    with link() as (prober, mailhost):
        server = [sys.executable, "-m", "bench.peer", MAIL6]
        with subprocess.Popen(mailhost.argv(*server), stdout=subprocess.PIPE, text=True) as peer:
            try:
                assert peer.stdout is not None
                port = peer.stdout.readline().strip()
                for kind, count, at_once in LOADS:
                    words = (kind, str(count), str(at_once), port)
                    done = prober.run(sys.executable, "-m", "bench.fidelity", *words, timeout=300)
                    found = json.loads(done.stdout)
                    print(line(kind, at_once, found["rows"], found["core"]))
            finally:
                peer.terminate()
    print(f"\nGoal: difference at most {LIMIT * 1000:.0f} ms below {BUSY:.0%} of a core; beyond it, flagged.\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        kind, *numbers = sys.argv[1:]
        count, at_once, port = map(int, numbers)
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
        print(json.dumps(asyncio.run(connects(kind, count, at_once, port))))
    else:
        main()
