"""The script in a real fish, which prints what it would offer for a line."""

import shutil
import subprocess
from pathlib import Path

import pytest

from probe.cli.parts.pages import pages
from probe.cli.parts.shells.fish import script
from probe.model.words import Stage, Verdict

FISH = shutil.which("fish")
pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if FISH is None:
        pytest.skip("fish is not installed (Debian: fish)")
    made = tmp_path_factory.mktemp("fish") / "probe6.fish"
    made.write_text(script(pages()))
    (made.parent / "targets.txt").write_text("")
    return made


def completed(file: Path, *lines: str) -> list[list[str]]:
    """For each line what is offered."""
    asked = "\n".join(f"complete -C '{line}'; echo '--- end'" for line in lines)
    done = subprocess.run(
        [str(FISH), "--no-config", "-c", f"source {file}\n{asked}"],
        capture_output=True, text=True, check=False, timeout=120, cwd=file.parent,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return [
        [row.partition("\t")[0] for row in part.splitlines() if row] for part in done.stdout.split("--- end\n")[:-1]
    ]


WANTED = {
    "probe6 ch": ["check"],
    "probe6 check --unt": ["--until"],
    "probe6 --until ": sorted(Stage),
    "probe6 example.com --until=da": ["--until=data"],
    "probe6 trace --format ": ["json", "text"],
    "probe6 check --severity tcp-refus": ["tcp-refused="],
    "probe6 check --severity tcp-refused=": sorted(f"tcp-refused={verdict}" for verdict in Verdict),
    "probe6 --severity=tcp-refused=w": ["--severity=tcp-refused=warning"],
    "probe6 check --proof mbo": ["mbox:"],
    "probe6 check --proof mbox:targ": ["mbox:targets.txt"],
    "probe6 example.com --to ": [],
    "probe6 example.com -o targ": ["targets.txt"],
    "probe6 @tar": ["@targets.txt"],
    "probe6 report targ": ["targets.txt"],
    "probe6 demo v6-refus": ["v6-refused"],
    "probe6 explain tcp-refus": ["tcp-refused"],
    "probe6 audit postf": ["postfix"],
    "probe6 completion ": ["bash", "fish", "zsh"],
    "check_probe6 -H mx1.example.com --until star": ["starttls"],
}


def test_what_is_offered(file: Path) -> None:
    found = completed(file, *WANTED)
    assert {line: sorted(words) for line, words in zip(WANTED, found, strict=True)} == WANTED


def test_every_option_of_every_command_is_offered(file: Path) -> None:
    every = pages()
    for page, found in zip(every, completed(file, *(f"probe6 {page.name} --" for page in every)), strict=True):
        assert sorted(found) == sorted(flag for item in page.options for flag in item.flags if flag.startswith("--"))
