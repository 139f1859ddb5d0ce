"""The progress line leaves nothing behind and obeys nobody."""

import io
import os
import re
import sys
from typing import Any

import pytest

from probe.cli.parts.progress import Progress, at_terminal
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Purpose, Stage


def session(**how: Any) -> Session:
    given = {
        "mx": "mx1.example.com",
        "names": ("mx1.example.com",),
        "address": "2001:db8::25",
        "port": 25,
        "family": Family.IPV6,
        "until": Stage.RCPT,
        "reached": Stage.RCPT,
        "started": 0.0,
        "elapsed": 0.1,
    }
    return Session(**(given | how))


def screen(text: str) -> str:
    """What a dumb terminal shows on its one line in the end."""
    line: list[str] = []
    place = 0
    for char in text:
        if char == "\r":
            place = 0
            continue
        assert char.isprintable()
        line[place : place + 1] = [char]
        place += 1
    return "".join(line).rstrip()


def test_a_shorter_line_wipes_a_longer_one(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(on=True)
    progress.told(session(failure=Failure.TIMEOUT, reached=Stage.CONNECT))
    progress.told(session(mx="m", address="192.0.2.1"))
    assert screen(capsys.readouterr().err) == "2 done; IPv6 m [192.0.2.1] ok up to rcpt, 0.1 s"


def test_one_line_is_one_line_in_a_narrow_window(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrapped line cannot be written over."""
    monkeypatch.setattr("probe.cli.parts.progress.os.get_terminal_size", lambda _: os.terminal_size((40, 10)))
    monkeypatch.setattr(sys.stderr, "fileno", lambda: 2, raising=False)
    Progress(on=True).told(session(failure=Failure.TIMEOUT, reached=Stage.CONNECT))
    assert len(screen(capsys.readouterr().err)) < 40


def test_nothing_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(on=True)
    progress.told(session(failure=Failure.REFUSED, reached=Stage.CONNECT))
    progress.cleared()
    said = capsys.readouterr()
    assert "1 done; IPv6 mx1.example.com [2001:db8::25] connect: refused, 0.1 s" in said.err
    assert screen(said.err) == ""
    assert said.out == ""


def test_a_hostile_name_stays_on_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(on=True)
    progress.told(session(mx="\x1b[2J\n" * 100))
    shown = screen(capsys.readouterr().err)
    assert shown.startswith("1 done; IPv6 \\x1b[2J\\x0a")
    assert len(shown) <= 78


def test_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(on=False)
    progress.told(session())
    progress.cleared()
    assert capsys.readouterr().err == ""


class Screen(io.StringIO):
    """A terminal that knows the two sequences there are, and complains of any other."""

    def isatty(self) -> bool:
        return True

    def lines(self) -> list[str]:
        shown: list[str] = []
        for piece in re.split(r"(\x1b\[[0-9]+F\x1b\[J)", self.getvalue()):
            if piece.startswith("\x1b"):
                up = int(piece[2 : piece.index("F")])
                assert up <= len(shown)
                del shown[len(shown) - up :]
            else:
                assert piece == "" or piece.endswith("\n")
                shown += piece.split("\n")[:-1]
        assert all(line.isprintable() for line in shown)
        return shown


def looked_at(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Called by the test itself: between fixtures and test pytest puts its own stream back."""
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    return screen


def test_a_line_per_conversation_and_the_latest_alone_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = looked_at(monkeypatch)
    progress = Progress(on=True, tall=True)
    progress.told(session(failure=Failure.TIMEOUT, reached=Stage.CONNECT, elapsed=15.0))
    progress.told(session(address="192.0.2.25", family=Family.IPV4, purpose=Purpose.RETRY))
    assert terminal.lines() == [
        "IPv6 mx1.example.com [2001:db8::25] connect: timeout, 15.0 s",
        "IPv4 mx1.example.com [192.0.2.25] ok up to rcpt, 0.1 s (retry)",
    ]
    for number in range(20):
        progress.told(session(address=f"2001:db8::{number}"))
    assert len(terminal.lines()) == 8
    assert "2001:db8::19" in terminal.lines()[-1]


def test_many_lines_leave_nothing_either(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = looked_at(monkeypatch)
    progress = Progress(on=True, tall=True)
    progress.cleared()
    for _ in range(3):
        progress.told(session())
    progress.cleared()
    assert terminal.lines() == []
    progress.told(session())
    progress.cleared()
    progress.cleared()
    assert terminal.lines() == []


def test_no_line_wraps_and_no_name_leaves_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = looked_at(monkeypatch)
    progress = Progress(on=True, tall=True)
    progress.told(session(mx="\x1b[2J\n\x1b[9F" * 100))
    assert [len(line) <= 78 for line in terminal.lines()] == [True]


@pytest.mark.parametrize(
    ("quiet", "term", "on", "tall"),
    [(False, "xterm", True, True), (False, "dumb", True, False), (True, "xterm", False, True)],
)
def test_who_looks_and_at_what(monkeypatch: pytest.MonkeyPatch, quiet: bool, term: str, on: bool, tall: bool) -> None:
    looked_at(monkeypatch)
    monkeypatch.setenv("TERM", term)
    progress = at_terminal(quiet=quiet)
    assert (progress.on, progress.tall) == (on, tall)


def test_nobody_looks_at_a_pipe_or_at_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert not at_terminal(quiet=False).on
    monkeypatch.setattr(sys, "stderr", None)
    assert not at_terminal(quiet=False).on
