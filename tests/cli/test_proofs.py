"""``--proof`` and ``--cleanup`` on the command line: what reaches the library, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

import probe.api
from probe.model.errors import UsageError
from probe.model.measurement import Measurement
from tests.cli.conftest import Probe6, World, measurement_of

MAILBOX = "you@example.org"
IMAPS = "imaps://you@mail.example.org/INBOX"


@pytest.fixture(autouse=True)
def _no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PROBE6_SMTP_PASSWORD", "PROBE6_IMAP_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, world: World) -> list[dict[str, Any]]:
    """What was handed to the library beside the settings."""
    seen: list[dict[str, Any]] = []

    async def measure(target: Any, settings: Any, **more: Any) -> Measurement:
        seen.append(more)
        world.asked.append((target, settings))
        return measurement_of(target, settings)

    monkeypatch.setattr(probe.api, "measure", measure)
    return seen


def test_several_proofs_keep_their_order(world: World, probe6: Probe6) -> None:
    specs = ("listen:[::1]:2525", "mbox:/var/mail/you", IMAPS, "maildir:/m")
    assert probe6(MAILBOX, *(word for spec in specs for word in ("--proof", spec))).status == 0
    assert world.settings.proofs == specs


def test_the_password_goes_to_the_library_and_nowhere_else(
    given: list[dict[str, Any]], world: World, probe6: Probe6, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PROBE6_IMAP_PASSWORD", "hunter2")
    saved = tmp_path / "saved.json"
    ran = probe6(MAILBOX, "--proof", IMAPS, "--save", str(saved), "--format", "json", "-vv")
    assert ran.status == 0
    assert given[0]["secrets"] == {"imap": "hunter2"}
    assert given[0]["cleanup"] is False
    assert "hunter2" not in saved.read_text() + ran.out + ran.err + repr(world.settings)


@pytest.mark.parametrize("scheme", ["imap", "imaps"])
def test_cleanup_is_for_imap(given: list[dict[str, Any]], probe6: Probe6, scheme: str) -> None:
    proof = f"{scheme}://you@mail.example.org/INBOX"
    assert probe6(MAILBOX, "--proof", "maildir:/m", "--proof", proof, "--cleanup").status == 0
    assert given[0]["cleanup"] is True


@pytest.mark.parametrize("words", [[], ["--proof", "maildir:/m"], ["--proof", "listen:2525"]])
def test_cleanup_without_imap_is_refused(world: World, probe6: Probe6, words: list[str]) -> None:
    ran = probe6(MAILBOX, "--cleanup", *words)
    assert (ran.status, world.asked) == (3, [])
    assert ran.err.startswith("probe6: --cleanup: ")


def test_a_password_in_the_url_is_refused_and_not_repeated(world: World, probe6: Probe6) -> None:
    ran = probe6(MAILBOX, "--proof", "imaps://you:hunter2@mail.example.org/INBOX")
    assert (ran.status, world.asked) == (3, [])
    assert "hunter2" not in ran.err


def test_a_proof_that_cannot_be_opened_is_one_line(probe6: Probe6, monkeypatch: pytest.MonkeyPatch) -> None:
    async def measure(target: Any, settings: Any, **more: Any) -> Measurement:
        raise UsageError("imap: mail.example.org port 143: refused")

    monkeypatch.setattr(probe.api, "measure", measure)
    ran = probe6(MAILBOX, "--proof", IMAPS)
    assert (ran.status, ran.out) == (3, "")
    assert ran.err.splitlines()[1:] == ["probe6: imap: mail.example.org port 143: refused"]


def test_the_help_names_every_proof(probe6: Probe6) -> None:
    said = probe6("check", "--help").out
    assert all(f"{word}:" in said for word in ("maildir", "mbox", "imap", "imaps", "listen"))
