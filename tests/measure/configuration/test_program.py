import sys

import pytest

from probe.measure.configuration.program import ask, found
from probe.model.errors import UsageError


async def test_what_it_says_and_how_it_ends() -> None:
    done = await ask(sys.executable, "-c", "import sys; print('out'); print('x\\x1b[2J', file=sys.stderr); sys.exit(3)")
    assert (done.status, done.out, done.complaint) == (3, "out\n", "x\\x1b[2J")


async def test_an_endless_answer_is_cut() -> None:
    done = await ask(sys.executable, "-c", "print('x' * (3 << 20))")
    assert (done.status, len(done.out)) == (0, 1 << 20)


async def test_a_silent_failure_is_told_by_its_status() -> None:
    done = await ask(sys.executable, "-c", "raise SystemExit(7)")
    assert done.complaint == "exit status 7"


async def test_a_program_that_does_not_end_is_ended() -> None:
    with pytest.raises(UsageError, match=r"no end within 0\.2 s"):
        await ask(sys.executable, "-c", "import time; time.sleep(60)", patience=0.2)


async def test_a_program_that_is_not_there() -> None:
    with pytest.raises(UsageError, match='"/nowhere/postconf": No such file or directory'):
        await ask("/nowhere/postconf")


def test_programs_of_root_are_found_without_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert found("no-such-program-of-anybody") is None
    assert found("ldconfig") in {"/usr/sbin/ldconfig", "/sbin/ldconfig", None}
