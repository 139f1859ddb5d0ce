"""The proof as the run meets it: a file, opened at its end; what it makes of lines is tested with its witness."""

import gzip
import os
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from probe.measure.delivery.log import watch
from probe.measure.proof.arrival import BlindError
from probe.model.errors import UsageError
from tests.measure.log_lines import POSTFIX, SOURCE, TOKEN


async def test_a_delivery_after_the_start_is_an_arrival(tmp_path: Path) -> None:
    path = tmp_path / "mail.log"
    path.write_text(POSTFIX)
    async with watch(f"log:{path}") as proof:
        assert await proof.find(TOKEN) is None  # that was before
        with path.open("a") as file:
            file.write(POSTFIX)
        found = await proof.find(TOKEN)
        assert found is not None
        assert (found.where, found.copies, found.relayed) == (f"log:{path}", 1, None)
        assert [hop.address for hop in found.hops] == [SOURCE]


async def test_through_rotation_with_a_gap(tmp_path: Path) -> None:
    path = tmp_path / "mail.log"
    path.touch()
    first, second = POSTFIX.splitlines(keepends=True)[:3], POSTFIX.splitlines(keepends=True)[3:]
    async with watch(f"log:{path}") as proof:
        path.write_text("".join(first))
        path.rename(tmp_path / "mail.log.1")
        with pytest.raises(BlindError, match="No such file"):
            await proof.find(TOKEN)
        path.write_text("".join(second))
        assert await proof.find(TOKEN) is not None


async def test_what_was_found_is_told_although_the_log_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "mail.log"
    path.touch()
    async with watch(f"log:{path}") as proof:
        path.write_text(POSTFIX)
        path.rename(tmp_path / "mail.log.1")
        assert await proof.find(TOKEN) is not None


async def refusal(spec: str) -> str:
    async with AsyncExitStack() as stack:
        with pytest.raises(UsageError) as caught:
            await stack.enter_async_context(watch(spec))
    assert str(caught.value).isprintable()
    return str(caught.value)


async def test_what_cannot_be_watched_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "does not exist; for the systemd journal write journal:" in await refusal(f"log:{tmp_path}/none")
    assert "Is a directory" in await refusal(f"log:{tmp_path}")
    assert "write log:PATH" in await refusal("log:")
    assert "write log:PATH" in await refusal("log:/a\0b")
    assert "log:" in await refusal("log:/\x1b[2J\udcff\n")
    assert "home" in await refusal("log:~no-such-user-here/mail.log")
    os.mkfifo(tmp_path / "pipe")
    assert "it is not a file" in await refusal(f"log:{tmp_path}/pipe")
    (tmp_path / "old.gz").write_bytes(gzip.compress(POSTFIX.encode()))
    assert "is compressed" in await refusal(f"log:{tmp_path}/old.gz")
    (tmp_path / "mail.log").touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    async with watch("log:~/mail.log") as proof:
        assert await proof.find(TOKEN) is None


async def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    (tmp_path / "mail.log").touch()
    before = descriptors()
    async with watch(f"log:{tmp_path}/mail.log") as proof:
        await proof.find(TOKEN)
    assert descriptors() == before


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
