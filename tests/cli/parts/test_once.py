"""One run of a configuration at a time, whatever became of the last one."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from probe.cli.parts.once import alone, splay
from probe.model.errors import UsageError

HOLDER = """
import sys, time
from pathlib import Path
from probe.cli.parts.once import alone
with alone(sys.argv[1], Path(sys.argv[2])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "a.toml"
    path.write_text("")
    return str(path)


@pytest.mark.parametrize("kept", [True, False])
def test_a_second_run_is_told_of_the_first(file: str, tmp_path: Path, kept: bool) -> None:
    state = tmp_path / "state" / "state.sqlite" if kept else None
    who = f" (process {os.getpid()})" if kept else ""
    with alone(file, state), pytest.raises(UsageError) as caught, alone(file, state):
        pass
    assert str(caught.value) == f'--config "{file}": another run of it{who} is still going on'
    with alone(file, state):
        pass


def test_the_lock_is_private_and_another_configuration_has_its_own(file: str, tmp_path: Path) -> None:
    state = tmp_path / "state" / "state.sqlite"
    other = tmp_path / "b.toml"
    other.write_text("")
    with alone(file, state), alone(str(other), state):
        assert [stat.S_IMODE(path.stat().st_mode) for path in state.parent.iterdir()] == [0o600, 0o600]


def test_a_link_to_a_configuration_is_that_configuration(file: str, tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite"
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    with alone(file, state), pytest.raises(UsageError), alone(str(link), state):
        pass


def test_a_run_that_was_killed_holds_nothing(file: str, tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, file, str(state)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(UsageError, match=f"process {process.pid}"), alone(file, state):
            pass
        process.send_signal(signal.SIGKILL)
    with alone(file, state):
        pass


def test_a_splay_is_another_one_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    for _ in range(20):
        splay(30.0)
    splay(0.0)
    assert len(set(waited)) == 20
    assert all(0 <= seconds <= 30 for seconds in waited)


def test_a_run_that_is_ended_while_it_waits_says_so(tmp_path: Path) -> None:
    """Systemd stops a service whose run has not begun; the lock and the state are free for the next one."""
    file = tmp_path / "a.toml"
    file.write_text("targets = ['a.example']\nnameserver = '127.0.0.1:1'\n")
    words = [sys.executable, "-m", "probe", "check", "--config", str(file), "--quiet"]
    state = ["--state", str(tmp_path / "state.sqlite")]
    with subprocess.Popen([*words, *state, "--splay", "80000"], stderr=subprocess.PIPE, text=True) as process:
        for _ in range(1200):
            if list(tmp_path.glob("*.lock")):
                break
            time.sleep(0.05)
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=120) == (None, "probe6: terminated\n")
    assert process.returncode == 3
    with alone(str(file), tmp_path / "state.sqlite"):
        pass
