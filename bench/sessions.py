"""What one conversation costs: processor and memory, our engines beside each other and beside Postfix's smtp-source.

Server and client have a core each (the first and the last this process may use); the contestants take turns. CPU time
is the measure, since it does not depend on what else the machine does.
"""

import contextlib
import os
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.real.namespaces import command

ENGINES = ("native", "aiosmtplib")
ROUNDS = 5
PLAIN, TLS, AT_ONCE = 2000, 400, 100
HELD_PLAIN, HELD_TLS = 2000, 500


def pinned(argv: Sequence[str], core: int) -> list[str]:
    return ["taskset", "-c", str(core), *argv]


def cores() -> tuple[int, int]:
    mine = sorted(os.sched_getaffinity(0))
    return mine[0], mine[-1]


@contextlib.contextmanager
def running(argv: Sequence[str], **more: object) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(pinned(argv, cores()[0]), stdout=subprocess.PIPE, text=True, **more)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def peer(*options: str) -> Iterator[int]:
    """Our own little server; its port."""
    with running([sys.executable, "-m", "bench.peer", *options]) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


@contextlib.contextmanager
def sink() -> Iterator[tuple[int, dict[str, str]]]:
    """Postfix's smtp-sink; its port, and the environment its programs want."""
    with TemporaryDirectory() as directory:
        Path(directory, "main.cf").write_text("compatibility_level = 3.6\n", encoding="ascii")
        environment = {**os.environ, "MAIL_CONFIG": directory}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        with running([str(command("smtp-sink")), "-u", "nobody", f"127.0.0.1:{port}", "1000"], env=environment):
            _wait_for(port)
            yield port, environment


def _wait_for(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise SystemExit("smtp-sink does not listen")


def client(*words: object) -> float:
    argv = [sys.executable, "-m", "bench.session_client", *map(str, words)]
    return float(subprocess.run(pinned(argv, cores()[1]), check=True, capture_output=True, text=True).stdout)


def source(port: int, environment: dict[str, str]) -> float:
    """CPU microseconds a session of smtp-source: EHLO, MAIL, RCPT, DATA with 64 octets, QUIT."""
    words = ["-s", AT_ONCE, "-m", PLAIN, "-l", 64, "-f", "a@bench.example", "-t", "b@bench.example"]
    argv = [str(command("smtp-source")), *map(str, words), f"127.0.0.1:{port}"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(pinned(argv, cores()[1]), check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used / PLAIN * 1e6


def row(name: str, found: Sequence[float], base: float, unit: str) -> str:
    middle = statistics.median(found)
    return f"| {name} | {middle:.0f} {unit} | {min(found):.0f}-{max(found):.0f} | {middle / base:.2f} |"


def plain() -> None:
    found: dict[str, list[float]] = {"smtp-source (C)": [], **{name: [] for name in ENGINES}}
    with sink() as (port, environment):
        for _ in range(ROUNDS):
            found["smtp-source (C)"].append(source(port, environment))
            for name in ENGINES:
                found[name].append(client(name, "plain", PLAIN, AT_ONCE, port))
    _table("Plain session, CPU", found, "us", "native at most 1.20 x smtp-source and 0.45 x aiosmtplib")


def starttls() -> None:
    found: dict[str, list[float]] = {"bare client handshake": [], **{name: [] for name in ENGINES}}
    with peer() as port:
        for _ in range(ROUNDS):
            found["bare client handshake"].append(client("-", "handshake", TLS, 50, port))
            for name in ENGINES:
                found[name].append(client(name, "tls", TLS, 50, port))
    _table("STARTTLS session, CPU", found, "us", "native at most 1.80 x the handshake and 0.75 x aiosmtplib")


def memory() -> None:
    with peer("--mute") as port:
        for kind, count, most in (("plain", HELD_PLAIN, 8), ("tls", HELD_TLS, 40)):
            found = {name: [client("hold", name, kind, count, 1, port) for _ in range(3)] for name in ENGINES}
            _table(
                f"Memory of an open conversation, {kind}, {count} at once", found, "KiB", f"native at most {most} KiB"
            )


def _table(title: str, found: dict[str, list[float]], unit: str, goal: str) -> None:
    base = statistics.median(next(iter(found.values())))
    print(f"## {title}\n\n| client | median | min-max | x first |\n|---|---|---|---|")
    for name, figures in found.items():
        print(row(name, figures, base, unit))
    print(f"\nGoal: {goal}.\n")


def main() -> None:
    missing = [name for name in ("taskset", "smtp-source", "smtp-sink") if command(name) is None]
    if missing:
        print(f"## Sessions: not run\n\n{', '.join(missing)} missing (Debian: util-linux, postfix)\n")
        return
    plain()
    starttls()
    memory()


if __name__ == "__main__":
    main()
