"""What a run over many targets costs: one ``check --config`` of 200 domains, in processor time and in memory.

In: ``python -m bench.rounds [COUNT]``. The world is the lab's healthy one, a mail host of its own for each domain, in a
process of its own; both families up to STARTTLS with a certificate, as a configuration has it, and with ``--plain`` the
conversations alone. A second row has all domains at one mail host, which is called once. Out: a table in Markdown.
"""

import asyncio
import contextlib
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from probe.lab.faults import Mail
from probe.lab.scenario import Host, Scenario
from probe.lab.scenarios import SCENARIOS
from probe.lab.serving import serve
from probe.lab.zones import HOME, authority, host

COUNT, ROUNDS = 200, 3
MOST_MB, LEAST_PER_CORE = 60, 20


def scenario(count: int) -> Scenario:
    """A world of ``count`` domains with a mail host each, and as many that share one."""
    zone, hosts, mail = [HOME], [*SCENARIOS["healthy"].hosts], Mail()
    for number in range(count):
        six, four = f"2001:db8:0:{number + 1:x}::25", f"198.18.{number // 250}.{number % 250 + 1}"
        zone.append(authority(f"own{number}.example", f"shared{number}.example"))
        zone.append(f"own{number}.example. 3600 IN MX 10 mx.own{number}.example.\n")
        zone.append(f"shared{number}.example. 3600 IN MX 10 mx1.example.com.\n")
        zone.append(host(f"mx.own{number}.example", six, four, pointer=False))
        hosts += [Host(six, mail), Host(four, mail)]
    return replace(SCENARIOS["healthy"], zone="".join(zone), hosts=tuple(hosts))


@contextlib.contextmanager
def world(count: int) -> Iterator[list[str]]:
    """The options that lead to it."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.rounds", "serve", str(count)], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield next(shlex.split(line) for line in process.stdout if line.startswith("probe6 check"))
        finally:
            process.terminate()


def configuration(command: list[str], names: list[str]) -> str:
    """The options of a command line as a file, and the targets."""
    found: dict[str, list[str]] = {}
    words = iter(command[3:])
    for word in words:
        found.setdefault(word.removeprefix("--"), []).append(next(words))
    keys = [f"{key} = {found[key]!r}" for key in ("nameserver", "connect-to")]
    keys += [f"treat-global = ['198.18.0.0/15', {', '.join(map(repr, found['treat-global'][0].split(',')))}]"]
    keys += [f"ca = {found['ca'][0]!r}", "contact = 'bench'", "plain = true", f"targets = {names!r}"]
    return "\n".join(keys)


def run(file: Path) -> tuple[float, float, float]:
    """Wall and CPU seconds, and megabytes, of one run; it must find nothing wrong."""
    words = [sys.executable, "-m", "probe", "check", "--config", str(file), "--state", f"{file}.sqlite", "--quiet"]
    began = time.monotonic()
    number = os.posix_spawn(sys.executable, words, os.environ)
    _, status, used = os.wait4(number, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"the run ended with {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main(count: int = COUNT) -> None:
    print(f"## One run over {count} targets, both families up to STARTTLS, --plain; best of {ROUNDS}\n")
    print("| mail hosts | wall s | CPU s | targets/s per core | MB |\n|---|---|---|---|---|")
    with world(count) as command, TemporaryDirectory(prefix="probe6-") as directory:
        for kind, said in (("own", f"{count}"), ("shared", "1")):
            file = Path(directory, f"{kind}.toml")
            names = [f"{kind}{number}.example" for number in range(count)]
            file.write_text(configuration(command, names), encoding="utf-8")
            wall, cpu, memory = (min(column) for column in zip(*(run(file) for _ in range(ROUNDS)), strict=True))
            print(f"| {said} | {wall:.2f} | {cpu:.2f} | {count / cpu:.0f} | {memory:.0f} |")
    print(f"\nGoal: at least {LEAST_PER_CORE} targets/s per core, at most {MOST_MB} MB.\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        with TemporaryDirectory(prefix="probe6-") as place:
            asyncio.run(serve(scenario(int(sys.argv[2])), Path(place), lambda line: print(line, flush=True)))
    else:
        main(*map(int, sys.argv[1:]))
