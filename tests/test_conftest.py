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

FICKLE = """
import socket
import pytest

tries = []

def test_a_machine_that_stumbles():
    tries.append(0)
    assert len(tries) == 2

def test_a_fault():
    assert False
"""

TALKATIVE = """
import socket

def test_it():
    with socket.socket() as link:
        try:
            link.connect(("192.0.2.1", 25))
        except OSError:
            pass

def test_asking_the_routing_table():
    with socket.socket(type=socket.SOCK_DGRAM) as link:
        try:
            link.connect(("192.0.2.1", 25))
        except OSError:
            pass
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
    done = suite(tmp_path, "test_suite.py", SUITE, environment)
    assert done.returncode == status, done.stdout + done.stderr
    assert closing in done.stdout.splitlines()[-1]
    assert ("no postfix" in done.stdout) == bool(status)


@pytest.mark.parametrize(
    ("environment", "place", "tries"), [({}, "lab", 1), ({"CI": "true"}, "lab", 2), ({"CI": "true"}, "judge", 1)]
)
def test_a_second_try_is_given_only_there_and_told(
    tmp_path: Path, environment: dict[str, str], place: str, tries: int
) -> None:
    done = suite(tmp_path, f"{place}/test_suite.py", FICKLE, environment)
    assert done.returncode == 1
    told = [line for line in done.stdout.splitlines() if "at the second try: " in line]
    name = f"{place}/test_suite.py::"
    if tries == 1:
        assert told == []
        assert done.stdout.splitlines()[-1].startswith("2 failed in ")
    else:
        assert told == [
            f"failed at the second try: {name}test_a_fault",
            f"passed at the second try: {name}test_a_machine_that_stumbles",
        ]
        assert done.stdout.splitlines()[-1].startswith("1 failed, 1 passed, 2 rerun in ")
        assert "assert 1 == 2" in done.stdout


def test_what_is_sent_to_another_machine_is_an_error_even_where_it_is_forgiven(tmp_path: Path) -> None:
    done = suite(tmp_path, "test_suite.py", TALKATIVE, {})
    assert "socket.connect to ('192.0.2.1', 25)" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("2 passed, 1 error in ")


def suite(place: Path, name: str, text: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """A suite of one file, under this conftest.py."""
    (place / "conftest.py").write_text(Path(__file__).with_name("conftest.py").read_text())
    (place / "pytest.ini").write_text("[pytest]\nmarkers = real\nasyncio_default_fixture_loop_scope = function\n")
    (place / name).parent.mkdir(exist_ok=True)
    (place / name).write_text(text)
    clean = {name: value for name, value in os.environ.items() if name not in {"CI", "PROBE6_REQUIRE_REAL"}}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."],
        cwd=place,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
