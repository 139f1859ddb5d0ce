"""The script in a real bash: the function is called as readline calls it, and once readline itself calls it."""

import os
import pty
import select
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from probe.cli.parts.pages import pages
from probe.cli.parts.shells.bash import script
from probe.model.words import Stage, Verdict

BASH = shutil.which("bash")

# What readline does: cut at COMP_WORDBREAKS is not needed, the function reads COMP_LINE; compopt is only recorded.
CALL = """
compopt() { printf 'compopt %s\\n' "$*"; }
COMP_LINE=$1 COMP_POINT=${#1}
_probe6
((${#COMPREPLY[@]})) && printf '%s\\n' "${COMPREPLY[@]}"
exit 0
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if BASH is None:
        pytest.skip("no bash here")
    made = tmp_path_factory.mktemp("bash") / "probe6.bash"
    made.write_text(script(pages()))
    (made.parent / "targets list.txt").write_text("")
    (made.parent / "lists").mkdir()
    return made


def completed(file: Path, line: str) -> list[str]:
    done = subprocess.run(
        [str(BASH), "--norc", "-uc", f"source {file}\n{CALL}", "bash", line],
        capture_output=True, text=True, check=False, timeout=120, cwd=file.parent,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout.splitlines()


def test_it_binds_the_command_and_the_plugin(file: Path) -> None:
    done = subprocess.run(
        [str(BASH), "--norc", "-c", f"source {file}; complete -p"], capture_output=True, text=True, check=True
    )
    assert sorted(done.stdout.splitlines()) == ["complete -F _probe6 check_probe6", "complete -F _probe6 probe6"]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("probe6 ch", ["check"]),
        ("probe6 --v", ["--via", "--verbose"]),
        ("probe6 check --unt", ["--until"]),
        ("probe6 --until ", [str(stage) for stage in Stage]),
        ("probe6 example.com --until ", [str(stage) for stage in Stage]),
        ("probe6 check --until=da", ["data"]),
        ("probe6 -6 --quit-after FIRST", ["FIRST-EHLO", "FIRST-HELO"]),
        ("probe6 check --format js", ["json", "jsonl"]),
        ("probe6 trace --format ", ["text", "json"]),
        ("probe6 check --severity tcp-refus", ["compopt -o nospace", "tcp-refused="]),
        ("probe6 check --severity tcp-refused=", [str(verdict) for verdict in Verdict]),
        ("probe6 check --severity=tcp-refused=w", ["warning"]),
        ("probe6 check --proof mai", ["compopt -o nospace", "maildir:"]),
        ("probe6 check --proof imaps:", ["compopt -o nospace", "//"]),
        ("probe6 check --proof maildir:/ho", ["compopt -o default"]),
        ("probe6 example.com --to ", []),
        ("probe6 example.com -o ", ["compopt -o default"]),
        ("probe6 exa", []),
        ("probe6 @targ", ["@targets list.txt"]),
        ("probe6 check @li", ["compopt -o nospace", "@lists/"]),
        ("probe6 report sav", ["compopt -o default"]),
        ("probe6 demo v6-refus", ["v6-refused"]),
        ("probe6 explain tcp-refus", ["tcp-refused"]),
        ("probe6 audit postf", ["postfix"]),
        ("probe6 plan add", ["add-ipv6"]),
        ("probe6 audit postfix /etc", ["compopt -o default"]),
        ("probe6 schema meas", ["measurement"]),
        ("probe6 completion ", ["bash", "fish", "zsh"]),
        ("check_probe6 -H mx1.example.com --until star", ["starttls"]),
        ("/usr/lib/plugins/check_probe6 --hostn", ["--hostname"]),
    ],
)
def test_what_is_offered(file: Path, line: str, offered: list[str]) -> None:
    assert completed(file, line) == offered


def test_every_option_of_every_command_is_offered(file: Path) -> None:
    for page in pages():
        found = completed(file, f"probe6 {page.name} -")
        assert found == [flag for item in page.options for flag in item.flags]


def test_at_a_terminal(file: Path, tmp_path: Path) -> None:
    """A whole line completed by the keyboard: an option, its value, a file behind an @, and the command that is run."""
    (tmp_path / "targets.txt").write_text("")
    process, terminal = pty.fork()
    if not process:
        os.chdir(tmp_path)
        os.execve(str(BASH), ["bash", "--norc", "-i"], {"PS1": "ready ", "TERM": "dumb"})
    wanted = "<--until><starttls><@targets.txt><--severity><tcp-refused=warning>"
    prepared = f"source {file}; probe6() {{ printf '<%s>' \"$@\"; }}; echo pre''pared\n"
    lines = {"ready": prepared, "prepared": "probe6 --unt\tstar\t@tar\t--severity tcp-ref\twarn\t\n"}
    said, end = "", time.monotonic() + 120
    while wanted not in said and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            said += os.read(terminal, 4096).decode(errors="replace")
        for word in [word for word in lines if word in said]:
            os.write(terminal, lines.pop(word).encode())
    os.write(terminal, b"exit\n")
    os.close(terminal)
    os.waitpid(process, 0)
    assert wanted in said
