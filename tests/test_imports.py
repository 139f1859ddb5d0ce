"""What a run does not use is not imported: the set of loaded modules is tested, not the time it takes."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import probe
from probe.archive import dump
from probe.model.dns import Resolution, Resolved
from probe.model.measurement import SCHEMA, Measurement
from probe.model.settings import Settings, Target, TargetKind
from probe.model.words import Outcome

# The command runs in a fresh interpreter, without site: .pth files may load anything, and then it would not be seen.
PROGRAM = """
import sys
before = set(sys.modules)
from probe.__main__ import main
said, sys.stdout = sys.stdout, sys.stderr
try:
    status = main(sys.argv[1:])
finally:
    sys.stdout = said
loaded = sorted(set(sys.modules) - before)
import json
print(json.dumps([status, loaded]))
"""

ROOT = Path(probe.__file__).parents[1]

NETWORK = ("asyncio", "socket", "ssl", "dns", "aiosmtplib", "aiosmtpd")
CRYPTOGRAPHY = ("OpenSSL", "cryptography")
HEAVY = (*NETWORK, *CRYPTOGRAPHY, "sqlite3", "dkim", "idna", "msgspec", "email", "logging", "importlib.metadata")

STANDARD = ("argparse", "dataclasses", "enum", "inspect", "json", "pathlib", "pkgutil", "re", "traceback", "typing")


def loaded_by(*words: str, expected: int = 0) -> list[str]:
    """The modules one command line loads on top of a bare interpreter's; ``expected`` is its exit status."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", PROGRAM, *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    status, modules = json.loads(done.stdout)
    assert status == expected, done.stderr
    return list(modules)


def among(modules: Iterable[str], unwanted: Iterable[str]) -> list[str]:
    return [name for name in modules if any(name == root or name.startswith(f"{root}.") for root in unwanted)]


@pytest.mark.parametrize("words", [["--version"], ["-V"]])
def test_the_version_costs_nothing_but_the_version(words: list[str]) -> None:
    modules = loaded_by(*words)
    assert {name for name in modules if name.startswith("probe")} == {
        *("probe", "probe.__main__", "probe.model", "probe.model.version"),
    }
    assert among(modules, [*HEAVY, *STANDARD]) == []


@pytest.mark.parametrize("words", [["--help"], ["check", "--help"], ["demo", "--help"], ["report", "--help"]])
def test_help_loads_nothing_that_measures(words: list[str]) -> None:
    assert among(loaded_by(*words), HEAVY) == []
    assert among(loaded_by(*words), ["probe.measure", "probe.judge", "probe.lab", "probe.archive"]) == []


def test_judging_again_loads_no_network_and_only_its_own_format(tmp_path: Path) -> None:
    """A saved measurement of a domain that does not exist: critical, and read without a socket."""
    saved = tmp_path / "saved.json"
    target = Target("example.com", TargetKind.DOMAIN, "example.com")
    resolved = Resolved(Resolution("example.com", "MX", Outcome.NXDOMAIN))
    saved.write_bytes(
        dump(Measurement(SCHEMA, "0.1.0", target, datetime(2026, 11, 22, tzinfo=UTC), 0.1, Settings(), resolved))
    )
    modules = loaded_by("report", str(saved), expected=2)
    assert among(modules, [*NETWORK, *CRYPTOGRAPHY, "probe.measure", "probe.lab", "probe.report.json"]) == []
    assert among(loaded_by("report", str(saved), "--format", "json", expected=2), ["probe.report.text"]) == []


def test_what_is_told_before_a_run_loads_nothing_of_what_it_finds() -> None:
    """The nouns of a measurement take a while to make: that is done while the first answers are on their way."""
    program = """
import sys
from argparse import Namespace
from probe.cli.parts.conclude import judging
told = dict.fromkeys(["warning", "critical", "severity", "baseline", "expect", "expect_banner"])
judging(Namespace(**told | {"severity": [], "cert_days": (14, 7)}), "text")
from probe.grammar.plugin_range import parse
parse("10:20")
print(*sorted(set(sys.modules) & {"probe.model.measurement", "probe.model.report", "asyncio"}))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120)
    assert (done.stdout, done.stderr) == ("\n", "")


def test_a_run_without_tls_loads_nothing_of_certificates(tmp_path: Path) -> None:
    """A port nobody listens on, over TCP for the mail host and over UDP for the name server."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        words = ("check", f"[127.0.0.1]:{port}", "--nameserver", f"127.0.0.1:{port}", "-4")
        modules = loaded_by(*words, expected=2)
        forgetful = loaded_by(*words, "--no-state", expected=2)
    assert among(modules, ["sqlite3"])  # what was learned is kept
    unused = (
        *("dkim", "h11", "msgspec", "aiosmtplib", "aiosmtpd", "probe.lab", "probe.archive", "probe.report.json"),
        *CRYPTOGRAPHY,
    )
    assert among(modules, unused) == []
    assert among(forgetful, ["sqlite3", "probe.store"]) == []
