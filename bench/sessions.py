"""What one conversation costs: processor and memory, our engines beside each other and beside Postfix's smtp-source.

Server and client have a core each (the first and the last this process may use); the contestants take turns. CPU time
of the client, user and system, is the measure, since it depends least on what else the machine does. All talk to the
same server, on loopback, with the same number of sessions side by side. smtp-source cannot do without a message and
says HELO: it waits for seven replies. Ours wait for six, or for three where what follows EHLO goes as one group, as
``--pipelining auto`` has it; ``mail`` is the engine doing just what smtp-source does. An engine is the core, the driver
and the transcript; the diary, the judge and the report are not in the figure.
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


PLAIN_KINDS = {
    "native, grouped": ("native", "grouped"),
    "native, lock-step": ("native", "plain"),
    "native, lock-step, mail": ("native", "mail"),
    "aiosmtplib engine, lock-step": ("aiosmtplib", "plain"),
    "aiosmtplib alone": ("library", "plain"),
}
TLS_KINDS = {
    "native, grouped": ("native", "tls-grouped"),
    "native, lock-step": ("native", "tls"),
    "aiosmtplib engine, lock-step": ("aiosmtplib", "tls"),
    "aiosmtplib alone, shared context": ("library", "tls"),
}


def plain() -> None:
    found: dict[str, list[float]] = {"smtp-source (C)": [], **{name: [] for name in PLAIN_KINDS}}
    with sink() as (port, environment):
        for _ in range(ROUNDS):
            found["smtp-source (C)"].append(source(port, environment))
            for name, words in PLAIN_KINDS.items():
                found[name].append(client(*words, PLAIN, AT_ONCE, port))
    goal = "native, grouped at most 1.20 x smtp-source and 0.45 x aiosmtplib"
    _table("Plain session, CPU", found, "us", goal, second="aiosmtplib alone")


def starttls() -> None:
    found: dict[str, list[float]] = {"bare client handshake": [], **{name: [] for name in TLS_KINDS}}
    with peer() as port:
        for _ in range(ROUNDS):
            found["bare client handshake"].append(client("-", "handshake", TLS, 50, port))
            for name, words in TLS_KINDS.items():
                found[name].append(client(*words, TLS, 50, port))
    goal = "native at most 1.80 x the handshake and 0.75 x aiosmtplib"
    _table("STARTTLS session, CPU", found, "us", goal, second="aiosmtplib alone, shared context")


def memory() -> None:
    with peer("--mute") as port:
        for kind, count, most in (("plain", HELD_PLAIN, 8), ("tls", HELD_TLS, 40)):
            found = {name: [client("hold", name, kind, count, 1, port) for _ in range(3)] for name in ENGINES}
            _table(
                f"Memory of an open conversation, {kind}, {count} at once", found, "KiB", f"native at most {most} KiB"
            )


def _table(title: str, found: dict[str, list[float]], unit: str, goal: str, second: str | None = None) -> None:
    """``second`` is what the last column compares with; the one before it compares with the first row."""
    bases = {"first": next(iter(found)), **({} if second is None else {"aiosmtplib alone": second})}
    print(f"## {title}\n\n| client | median | min-max |{''.join(f' x {name} |' for name in bases)}")
    print("|---" * (3 + len(bases)) + "|")
    middles = {name: statistics.median(figures) for name, figures in found.items()}
    for name, figures in found.items():
        ratios = "".join(f" {middles[name] / middles[base]:.2f} |" for base in bases.values())
        print(f"| {name} | {middles[name]:.0f} {unit} | {min(figures):.0f}-{max(figures):.0f} |{ratios}")
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
