"""The tour of ``docker/tour.toml``: its steps, what a report lacks beside them, how the README shows them."""

import json
import re
import shlex
import textwrap
import tomllib
from dataclasses import dataclass
from typing import Any

from tests.docker.engine import ROOT, Engine

SOURCE = ROOT / "docker" / "tour.toml"
SHOWN = ROOT / "docker" / "tour"
# The faults of any.example while the tour is on: they are switched by the environment, and several go together.
SWITCHED = "other-tls-v6,greylisting"
# Notes that come and go with the load of the machine.
_CHANCE = frozenset({"tcp-latency-gap", "rt-latency-gap", "rt-late", "banner-delay"})
_ALWAYS = "parity-verdict"
_COMPOSE = "docker compose -f docker/compose.yaml"
_HALF_SAID = re.compile(r"[^\n]*\r")


@dataclass(frozen=True, slots=True)
class Step:
    """One command, and what its report must say. ``lines`` of its output are for the README, when there are any."""

    name: str
    title: str
    command: str
    verdict: str
    parity: str
    findings: tuple[str, ...]
    service: str = "probe6"
    lines: str = ""

    @property
    def words(self) -> list[str]:
        """The command as its words."""
        return shlex.split(self.command)

    def wrong(self, report: dict[str, Any]) -> str | None:
        """What the report says otherwise."""
        notes = {found["code"] for found in report["findings"] if found["verdict"] == "ok"} & _CHANCE
        found = sorted({found["code"] for found in report["findings"]} - notes)
        seen = (report["verdict"], report["parity"], tuple(found))
        wanted = (self.verdict, self.parity, self.findings)
        return None if seen == wanted else f"wanted {wanted}, got {seen}"


def steps() -> list[Step]:
    """The whole tour."""
    read = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return [Step(**{**step, "findings": tuple(sorted(step["findings"]))}) for step in read["step"]]


def walked(chosen: Engine, step: Step) -> str | None:
    """What is wrong with a step; None when all is as told."""
    done = chosen.asked(step.service, *step.words, "--format", "json")
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return f"exit {done.returncode}, no report: {(done.stderr or done.stdout)[-600:]}"
    return step.wrong(report)


def written(chosen: Engine, step: Step) -> None:
    """Keeps what a person sees."""
    SHOWN.mkdir(exist_ok=True)
    said = chosen.asked(step.service, *step.words, "--color", "never").stdout
    (SHOWN / f"{step.name}.txt").write_text(_HALF_SAID.sub("", said), encoding="utf-8")


def markdown() -> str:
    """The tour for the README."""
    parts = []
    for number, step in enumerate((step for step in steps() if step.lines), start=1):
        first, last = (int(word) for word in step.lines.split("-"))
        output = (SHOWN / f"{step.name}.txt").read_text(encoding="utf-8").splitlines()[first - 1 : last]
        command = f"{_COMPOSE} run --rm {step.service} {shlex.join(step.words)}"
        told = ", ".join(f"`{word}`" for word in (step.verdict, step.parity, *step.findings) if word != _ALWAYS)
        shown = "\n".join(output).rstrip()
        title = textwrap.fill(f"{number}. {step.title} In the report: {told}.", 120, break_on_hyphens=False)
        parts.append(f"{title}\n\n```text\n$ {command}\n{shown}\n```\n")
    return "\n".join(parts)
