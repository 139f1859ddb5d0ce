"""``check_probe6``: what a monitoring system runs, under the wrapper that runs plugins once per family too."""

import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

import probe.api
import probe.cli.check
from probe.__main__ import plugin
from probe.model.version import VERSION
from probe.model.words import Stage, Verdict
from tests.cli.conftest import World

NOBODY = ("--nameserver", "127.0.0.1:1")  # no name server: nothing leaves this machine
WRAPPER = Path("/usr/lib/nagios/plugins/check_v46")
PLUGIN = Path(sys.executable).parent / "check_probe6"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(probe.api, "measure", made.measure)
    monkeypatch.setattr(probe.api, "judge", made.judge)
    return made


@pytest.mark.parametrize("words", [["-V"], ["--version"], ["-H", "mx1.example.com", "-V"]])
def test_the_version(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert plugin(words) == 0
    assert capsys.readouterr().out == f"check_probe6 (probe6 {VERSION})\n"


def test_a_host_is_asked_without_a_look_up_of_mx(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert plugin(["-H", "mx1.example.com", "-6", "-p", "2525", "-t", "20", "-w", "5", "-c", "8"]) == 0
    ((target, settings),) = world.asked
    assert (target.text, target.name) == ("[mx1.example.com]", "mx1.example.com")
    assert (settings.port, settings.until, settings.timeouts.deadline) == (2525, Stage.STARTTLS, 20.0)
    assert [family.value for family in settings.families] == ["ipv6"]
    assert capsys.readouterr().out.startswith("PROBE6 OK - ")


@pytest.mark.parametrize("host", ["2001:db8::25", "[2001:db8::25]", "192.0.2.25"])
def test_a_host_may_be_an_address(world: World, host: str) -> None:
    assert plugin(["-H", host]) == 0
    assert world.asked[0][0].name == host.strip("[]")


def test_a_domain_and_any_option_of_check_will_do_too(world: World) -> None:
    world.verdicts["example.com"] = Verdict.WARNING
    assert plugin(["example.com", "--severity", "ipv6-absent=ok"]) == 1
    assert world.asked[0][1].timeouts.deadline == 10.0


@pytest.mark.parametrize("words", [[], ["-H"], ["-H", "a b"], ["-w", "x", "-H", "a.example"], ["--xyzzy"]])
def test_what_is_wrong_is_said_where_a_daemon_reads_it(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert plugin(words) == 3
    said = capsys.readouterr()
    assert re.fullmatch(r"PROBE6 UNKNOWN - [^|\n]+\n", said.out)
    assert said.err == f"probe6: {said.out.removeprefix('PROBE6 UNKNOWN - ')}"


def test_a_bug_and_an_interrupt_are_unknown(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(probe.cli.check, "plan", interrupted)
        assert plugin(["-H", "a.example"]) == 3
    assert capsys.readouterr().out == "PROBE6 UNKNOWN - interrupted\n"
    monkeypatch.setattr(probe.api, "judge", None)
    assert plugin(["-H", "a.example"]) == 3
    said = capsys.readouterr()
    assert said.out == "PROBE6 UNKNOWN - a bug in probe6: TypeError\n"
    assert "Traceback" in said.err


def test_a_host_that_does_not_greet_in_time_is_slow_and_not_down(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        status = plugin(["-H", "127.0.0.1", "-p", str(mute.getsockname()[1]), "-t", "0.3", *NOBODY])
    said = capsys.readouterr()
    assert said.out.splitlines()[0].partition("|")[0] == "PROBE6 WARNING - slow, gave up at 0.3 s"
    assert (status, said.err) == (1, "")


@contextmanager
def mail_host() -> Iterator[int]:
    """A server on one port of both loopback addresses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    servers = [Controller(Sink(), hostname=address, port=port) for address in ("::1", "127.0.0.1")]
    for server in servers:
        server.start()
    try:
        yield port
    finally:
        for server in servers:
            server.stop()


def wrapped(*words: str) -> subprocess.CompletedProcess[str]:
    if not WRAPPER.exists() or not shutil.which("perl"):
        pytest.skip("check_v46 is not installed (Debian: nagios-plugins-contrib)")
    given = [str(WRAPPER), "-A", "::1", "-a", "127.0.0.1", str(PLUGIN), *NOBODY, *words]
    return subprocess.run(given, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.real
def test_under_check_v46() -> None:
    with mail_host() as port:
        done = wrapped("-p", str(port), "-w", "5", "-c", "8", "--severity", "tls-starttls-missing=ok")
    assert done.stderr == ""
    status, _, data = done.stdout.partition("\n")[0].partition(" | ")
    assert status == "OK: IPv6/::1 OK, IPv4/127.0.0.1 OK", done.stdout
    assert done.returncode == 0
    labels = [item.partition("=")[0] for item in data.split()]
    assert labels == [
        *("ipv6_a1_ipv6_ok", "ipv6_a1_ipv6_time", "ipv6_a1_ipv6_connect"),
        *("ipv4_a1_ipv4_ok", "ipv4_a1_ipv4_time", "ipv4_a1_ipv4_connect"),
    ]
    assert f"IPv6: ::1 [::1]:{port} ok up to starttls" in done.stdout


@pytest.mark.real
def test_under_check_v46_with_nobody_there() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        done = wrapped("-p", str(closed.getsockname()[1]))
    assert done.stdout.startswith("CRITICAL: IPv6/::1 CRITICAL, IPv4/127.0.0.1 CRITICAL | ")
    assert done.returncode == 2
