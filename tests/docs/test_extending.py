"""``docs/extending.md`` is true: in a copy of the package, its files are added, and nothing else."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs.picture import FILE

ROOT = FILE.parent.parent
TEXT = (FILE.parent / "extending.md").read_text(encoding="utf-8")
FILES = re.findall(r"<!-- (probe/[\w/]+\.py) -->\n```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("extended")
    shutil.copytree(ROOT / "probe", place / "probe", ignore=shutil.ignore_patterns("__pycache__"))
    for path, text in FILES:
        assert not (place / path).exists()
        (place / path).write_text(text, encoding="utf-8")
    return place


def said(copy: Path, *words: str) -> str:
    env = {**os.environ, "PYTHONPATH": str(copy)}
    done = subprocess.run(
        [sys.executable, "-m", "probe", *words],
        check=False, capture_output=True, text=True, cwd=copy, env=env, timeout=120,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.stdout


def test_there_is_a_check_and_a_format() -> None:
    assert [path.rsplit("/", 1)[0] for path, _ in FILES] == ["probe/judge/checks", "probe/report"]


def test_the_check_is_found_explained_and_run(copy: Path) -> None:
    assert "smtpd_banner = $myhostname ESMTP" in said(copy, "explain", "banner-software")
    assert "greets with the name of its software" in said(copy, "demo", "healthy", "--format", "json")
    assert "banner-software" in said(copy, "completion", "bash")


def test_the_format_is_found_and_prints_what_the_page_says(copy: Path) -> None:
    (line,) = re.findall(r"`probe6 (demo [^`]*)` prints `([^`]*)`", TEXT)
    assert said(copy, *line[0].split()) == f"{line[1]}\n"
    assert "brief csv " in said(copy, "completion", "fish")
    said(copy, "demo", "v6-refused", "-o", "report.brief")
    assert (copy / "report.brief").read_text(encoding="utf-8") == f"{line[1]}\n"


def test_the_rooms_it_names_are_there() -> None:
    for path in re.findall(r"`((?:probe|tests)/[\w./]+)`", TEXT):
        assert (ROOT / path).exists() or path in [name for name, _ in FILES] or "greeting_software" in path
