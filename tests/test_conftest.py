"""The rule of conftest.py, tried on a small suite of its own: where real servers are required, a skip is a failure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = """
import pytest

@pytest.fixture
def world():
    pytest.skip("no postfix")

@pytest.mark.real
def test_real(world): ...

@pytest.mark.real
def test_known_fault():
    pytest.xfail("known")

def test_other():
    pytest.skip("not here")
"""


@pytest.mark.parametrize(
    ("environment", "status", "closing"),
    [
        ({}, 0, "2 skipped, 1 xfailed"),
        ({"CI": "true"}, 1, "1 skipped, 1 xfailed, 1 error"),
        ({"PROBE6_REQUIRE_REAL": "1"}, 1, "1 skipped, 1 xfailed, 1 error"),
    ],
)
def test_a_skipped_real_test_fails_where_it_must_run(
    tmp_path: Path, environment: dict[str, str], status: int, closing: str
) -> None:
    (tmp_path / "conftest.py").write_text(Path(__file__).with_name("conftest.py").read_text())
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = real\n")
    (tmp_path / "test_suite.py").write_text(SUITE)
    clean = {name: value for name, value in os.environ.items() if name not in {"CI", "PROBE6_REQUIRE_REAL"}}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."],
        cwd=tmp_path,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert closing in done.stdout.splitlines()[-1]
    assert ("no postfix" in done.stdout) == bool(status)
