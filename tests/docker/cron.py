"""Does the container of rounds do its rounds? Looks at what it writes, and at how it ends. Needs the world to be up."""

import json
import time
from collections.abc import Iterator

from tests.docker.engine import Engine

TAG = "probe6-cron"
Look = tuple[str, str | None]
_SECONDS = 180.0


def looks(chosen: Engine) -> Iterator[Look]:
    """A round against the good domain, its two files, and SIGTERM in the pause after it."""
    chosen.compose(*chosen.profile, "up", "-d", "--no-build", "rounds")
    name = chosen.say("ps", "-a", "--filter", "name=probe6-world.rounds", "--format", "{{.Names}}").stdout.split()[0]
    try:
        yield "cron: a round is done", _round_done(chosen, name)
        metrics = chosen.say("exec", name, "cat", "/var/lib/probe6/probe6.prom", check=False).stdout
        yield "cron: Prometheus textfile", None if "\nprobe_success{" in metrics else metrics[-300:] or "nothing"
        report = chosen.say("exec", name, "cat", "/var/lib/probe6/probe6.json", check=False).stdout
        yield "cron: JSON", _report(report)
        yield from _ended(chosen, name)
    finally:
        chosen.say("rm", "-f", name, check=False)


def _round_done(chosen: Engine, name: str) -> str | None:
    give_up = time.monotonic() + _SECONDS
    said = ""
    while time.monotonic() < give_up:
        done = chosen.say("logs", name, check=False)
        said = done.stdout + done.stderr
        if "rounds: status 0" in said:
            return None
        time.sleep(0.5)
    return said[-500:] or "no word"


def _report(text: str) -> str | None:
    try:
        report = json.loads(text)
    except ValueError:
        return text[-300:] or "nothing"
    return None if report["verdict"] == "ok" else str(report["verdict"])


def _ended(chosen: Engine, name: str) -> Iterator[Look]:
    began = time.monotonic()
    chosen.say("stop", "-t", "60", name)
    took = time.monotonic() - began
    status = chosen.say("inspect", "--format", "{{.State.ExitCode}}", name).stdout.strip()
    # What has to be killed has 137.
    yield f"cron: SIGTERM ends it with status 0, after {took:.1f} s", None if status == "0" else f"status {status}"
