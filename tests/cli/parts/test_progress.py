"""The progress line leaves nothing behind and obeys nobody."""

from typing import Any

import pytest

from probe.cli.parts.progress import Progress
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Stage


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
    assert screen(capsys.readouterr().err) == "2 done; m [192.0.2.1] rcpt"


def test_nothing_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(on=True)
    progress.told(session(failure=Failure.REFUSED, reached=Stage.CONNECT))
    progress.cleared()
    said = capsys.readouterr()
    assert "1 done; mx1.example.com [2001:db8::25] connect: refused" in said.err
    assert screen(said.err) == ""
    assert said.out == ""


def test_a_hostile_name_stays_on_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(on=True)
    progress.told(session(mx="\x1b[2J\n" * 100))
    shown = screen(capsys.readouterr().err)
    assert shown.startswith("1 done; \\x1b[2J\\x0a")
    assert len(shown) <= 78


def test_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(on=False)
    progress.told(session())
    progress.cleared()
    assert capsys.readouterr().err == ""
