"""The script in a real zsh, at a terminal: keys go in, and what was completed is run."""

import os
import pty
import select
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from probe.cli.parts.pages import pages
from probe.cli.parts.shells.zsh import script

ZSH = shutil.which("zsh")
pytestmark = pytest.mark.real

START = """
PS1='ready '
autoload -Uz compinit; compinit -u -D
{load}
probe6() {{ printf '<%s>' "$@"; }}
check_probe6() {{ printf '<%s>' "$@"; }}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if ZSH is None:
        pytest.skip("zsh is not installed (Debian: zsh)")
    made = tmp_path_factory.mktemp("zsh")
    (made / "_probe6").write_text(script(pages()))
    (made / "targets.txt").write_text("")
    return made


def typed(home: Path, load: str, keys: str, wanted: str) -> str:
    """What stands on the terminal when ``wanted`` does, or when patience ends."""
    (home / ".zshrc").write_text(START.format(load=load))
    process, terminal = pty.fork()
    if not process:
        os.chdir(home)
        os.execve(str(ZSH), ["zsh", "-i"], {"HOME": str(home), "ZDOTDIR": str(home), "TERM": "dumb", "PATH": "/bin"})
    said, end, sent = "", time.monotonic() + 120, False
    while wanted not in said and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            said += os.read(terminal, 4096).decode(errors="replace")
        if "ready" in said and not sent:
            os.write(terminal, keys.encode())
            sent = True
    os.close(terminal)
    os.waitpid(process, 0)
    return said


def test_the_syntax(home: Path) -> None:
    done = subprocess.run([str(ZSH), "-n", str(home / "_probe6")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("load", ["source {home}/_probe6", "fpath=({home} $fpath); compinit -u -D"])
@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ("probe6 compl\tfi\t\n", "<completion><fish>"),
        ("probe6 --unt\tstar\t@tar\t\n", "<--until=starttls><@targets.txt>"),
        ("probe6 check --unt\tstar\t\n", "<check><--until=starttls>"),
        ("probe6 demo v6-refus\t--for\tmarkd\t\n", "<demo><v6-refused><--format=markdown>"),
        ("probe6 check --severity tcp-refus\twarn\t\n", "<check><--severity><tcp-refused=warning>"),
        ("probe6 check --proof mbo\ttarg\t\n", "<check><--proof><mbox:targets.txt>"),
        ("probe6 report targ\t-o tar\t\n", "<report><targets.txt><-o><targets.txt>"),
        ("probe6 audit postf\ttarg\t\n", "<audit><postfix><targets.txt>"),
        ("check_probe6 --unt\tstar\t\n", "<--until=starttls>"),
    ],
)
def test_at_a_terminal(home: Path, load: str, keys: str, wanted: str) -> None:
    assert wanted in typed(home, load.format(home=home), keys, wanted)
