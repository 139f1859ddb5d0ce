"""``--via`` and ``--secret`` on the command line: what they come to, and what is refused before anything is sent."""

from pathlib import Path
from typing import Any

import pytest

import probe.api
from probe.model.measurement import Measurement
from tests.cli.conftest import Probe6, World, measurement_of

URL = "smtp://me@mail.example.com:587"
MAILBOX = "you@example.org"


@pytest.fixture(autouse=True)
def _no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PROBE6_SMTP_PASSWORD", "PROBE6_IMAP_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, world: World) -> list[Any]:
    """The passwords that were handed to the library."""
    seen: list[Any] = []

    async def measure(target: Any, settings: Any, **more: Any) -> Measurement:
        seen.append(more["secrets"])
        world.asked.append((target, settings))
        return measurement_of(target, settings)

    monkeypatch.setattr(probe.api, "measure", measure)
    return seen


def test_the_password_comes_from_the_environment(
    given: list[Any], world: World, probe6: Probe6, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROBE6_SMTP_PASSWORD", "hunter2")
    ran = probe6(MAILBOX, "--via", URL)
    assert (ran.status, given) == (0, [{"smtp": "hunter2"}])
    assert world.settings.via == URL
    assert "hunter2" not in repr(world.settings) + ran.out + ran.err
    assert f"2 messages to {MAILBOX}, one over each family, through {URL}" in ran.err


def test_or_from_a_file(given: list[Any], world: World, probe6: Probe6, tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("hunter2\n")
    path.chmod(0o600)
    assert probe6(MAILBOX, "--via", URL, "--secret", str(path)).status == 0
    assert given[0]["smtp"] == "hunter2"


def test_who_needs_no_password_is_not_asked_for_one(given: list[Any], world: World, probe6: Probe6) -> None:
    assert probe6(MAILBOX, "--via", "smtp://mail.example.com").status == 0
    assert (world.settings.via, given) == ("smtp://mail.example.com:25", [{}])


@pytest.mark.parametrize(
    ("url", "options", "sender"),
    [
        ("smtp://me%40example.com@mail.example.com", [], "me@example.com"),
        ("smtp://me@mail.example.com", [], ""),
        ("smtp://me%40example.com@mail.example.com", ["--from", ""], ""),
        ("smtp://me%40example.com@mail.example.com", ["--from", "a@b.example"], "a@b.example"),
        ("smtp://mail.example.com", [], ""),
    ],
)
def test_the_sender_is_the_mailbox_that_logs_in(
    given: list[Any],
    world: World,
    probe6: Probe6,
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    options: list[str],
    sender: str,
) -> None:
    monkeypatch.setenv("PROBE6_SMTP_PASSWORD", "x")
    assert probe6(MAILBOX, "--via", url, *options).status == 0
    assert world.settings.sender == sender


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([MAILBOX, "--via", URL], 'no password for "me"'),
        ([MAILBOX, "--via", "smtp://me:hunter2@mail.example.com"], "a password on the command line"),
        ([MAILBOX, "--via", "mail.example.com"], "not a URL"),
        ([MAILBOX, "--via", "smtp://me@mail.example.com:x"], "is not a port"),
        (["example.org", "--via", URL], "name a mailbox"),
        ([MAILBOX, "--via", URL, "--until", "rcpt"], "none goes to"),
        ([MAILBOX, "--via", URL, "--mx", "a.example"], "--mx means nothing"),
        ([MAILBOX, "--via", URL, "--port", "26"], "--port means nothing"),
        ([MAILBOX, "--via", URL, "--server", "a.example"], "--server means nothing"),
        ([MAILBOX, "--via", URL, "--every-address"], "--every-address means nothing"),
        ([MAILBOX, "--via", URL, "--pipelining", "auto"], "--pipelining means nothing"),
        ([MAILBOX, "--via", URL, "--connect-to", "a.example:25:192.0.2.1:25"], "--connect-to means nothing"),
        (["[mx.example.org]:26", "--to", MAILBOX, "--via", URL], "the port in [mx.example.org]:26 means nothing"),
        ([MAILBOX, "--via", URL, "--secret", "/proc/0/none"], "No such file"),
    ],
)
def test_one_line_and_nothing_sent(world: World, probe6: Probe6, words: list[str], said: str) -> None:
    ran = probe6(*words)
    assert (ran.status, ran.out, world.asked) == (3, "", [])
    assert ran.err.startswith("probe6: --")
    assert ran.err.count("\n") == 1
    assert said in ran.err
    assert "hunter2" not in ran.err
