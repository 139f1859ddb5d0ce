"""The entry: which command runs, and what becomes of help, mistakes, bugs, interrupts and closed pipes."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import probe.cli.check
from probe.__main__ import main
from probe.cli.parts.commands import names as commands
from probe.model.version import VERSION

COMMAND = [sys.executable, "-m", "probe"]


def run(*words: str, **how: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False, timeout=120, **how)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize("words", [["--version"], ["-V"]])
def test_version(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    assert capsys.readouterr().out == f"probe6 {VERSION}\n"


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["help"]])
def test_help_fits_a_screen_and_lists_the_commands(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert said.err == ""
    for name in commands():
        assert any(line.startswith(f"  {name} ") for line in lines)


def test_the_files_are_the_commands() -> None:
    folder = Path(probe.cli.check.__file__).parent
    assert commands() == sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    assert {"check", "demo", "lab", "report"} <= set(commands())


@pytest.mark.parametrize("name", commands())
def test_each_command_has_a_help_page_with_examples(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main([name, "--help"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "\nexamples:\n  probe6 " in said.out
    assert max(map(len, said.out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "nothing to check; try probe6 example.com, or probe6 --help"),
        (["-6"], "no target; try probe6 example.com"),
        (["chek"], '"chek" is not a command; nearest: check (for a domain of that name: check chek)'),
        (["rapport", "x"], '"rapport" is not a command; nearest: report (for a domain of that name: check rapport)'),
        (["--verison"], "unknown option --verison; nearest: --version"),
        (["--hlep"], "unknown option --hlep; nearest: --help"),
        (
            ["-6", "demo"],
            '"demo" is a command and comes first: probe6 demo ... (for a domain of that name: check demo)',
        ),
        (["demo", "a", "b"], '"b" is one word too many; see probe6 demo --help'),
        (["demo", "--to", "a@b.example"], None),
        (["demo", "helthy"], '"helthy" is not a scenario; nearest: healthy'),
        (["report"], "no file; try probe6 report SAVED.json, or - for standard input"),
    ],
)
def test_wrong_usage_is_one_line_and_three(
    words: list[str], line: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("probe6: ")
    assert said.err.count("\n") == 1
    assert line is None or said.err == f"probe6: {line}\n"


def test_what_is_typed_cannot_move_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--\x1b[2J\n"]) == 3
    assert capsys.readouterr().err == "probe6: unknown option --\\x1b[2J\\x0a; see probe6 check --help\n"


def test_a_bug_is_shown_whole_and_is_not_a_warning(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> int:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(probe.cli.check, "run", broken)
    assert main(["example.com"]) == 3
    said = capsys.readouterr().err
    assert said.startswith("Traceback")
    assert said.endswith("ZeroDivisionError: ours\n")


def test_an_interrupt_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(probe.cli.check, "run", interrupted)
    assert main(["example.com"]) == 3
    assert capsys.readouterr().err == "probe6: interrupted\n"


def test_a_signal_in_the_middle_of_a_measurement() -> None:
    """The mail server takes the connection and never greets."""
    with socket.create_server(("127.0.0.1", 0)) as mute, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # a port no name server listens on
        target, nameserver = (f"127.0.0.1:{item.getsockname()[1]}" for item in (mute, taken))
        words = [f"[127.0.0.1]:{target.rpartition(':')[2]}", "-4", "--nameserver", nameserver]
        with subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            mute.settimeout(120)
            connection, _ = mute.accept()
            with connection:
                time.sleep(0.3)  # until it waits for the greeting; wait_for of Python 3.11 may lose an earlier signal
                process.send_signal(signal.SIGINT)
                assert process.communicate(timeout=120) == ("", "probe6: interrupted\n")
    assert process.returncode == 3


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["check", "--help"]])
def test_a_reader_that_leaves_is_no_error(words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run([*COMMAND, *words], stdout=writer, stderr=subprocess.PIPE, check=False, timeout=120)
    finally:
        os.close(writer)
    assert done.stderr == b""
    assert done.returncode == 0


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["check", "--help"]])
def test_a_full_disk_behind_standard_output_is_told(words: list[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*COMMAND, *words], stdout=full, stderr=subprocess.PIPE, check=False, timeout=120)
    assert done.stderr == b"probe6: standard output: No space left on device\n"
    assert done.returncode == 3


@pytest.mark.parametrize("closed", [1, 2])
def test_a_missing_stream_is_not_missed(closed: int) -> None:
    def close() -> None:
        os.close(closed)

    done = subprocess.run([*COMMAND, "check", "a b"], capture_output=True, check=False, timeout=120, preexec_fn=close)
    assert done.returncode == 3
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr
    assert (
        subprocess.run([*COMMAND, "--help"], check=False, timeout=120, preexec_fn=close, capture_output=True).returncode
        == 0
    )


def test_a_terminal_of_another_character_set_does_not_end_the_run() -> None:
    done = run("check", "bücher", "b c", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
