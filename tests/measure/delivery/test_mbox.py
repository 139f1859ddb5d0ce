import asyncio
import errno
import os
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.grammar.body import digest
from probe.measure.delivery import mbox
from probe.measure.delivery.mbox import MOST, Mbox, watch
from probe.measure.proof.arrival import BlindError, Found
from probe.model.errors import UsageError

TOKEN = "p60100abcdefghijklmnopv6"
HEADERS = f"Received: by mx1.example.com; Sun, 22 Nov 2026 18:00:01 +0000\nSubject: probe6 {TOKEN} v6 mx1".encode()
FROM = b"From postmaster@example.com  Sun Nov 22 18:00:01 2026\n"
MESSAGE = FROM + HEADERS + b"\n\nbody\n\n"
BOUNCE = (
    "Return-Path: <>\nFrom: MAILER-DAEMON@mx1.example.com\nSubject: Undeliverable: probe6 %s v6 mx1\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
    "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx1.example.com\nOriginal-Envelope-Id: %s\n\n"
    "Final-Recipient: rfc822; u@example.com\nAction: %s\nStatus: 5.1.1\n--b--\n"
)
VACATION = (
    "Return-Path: <>\nFrom: u@example.com\nSubject: Undeliverable: away\nAuto-Submitted: auto-replied\n\n"
    f"You wrote {TOKEN}\n"
)

OTHER = b"From a@example.org  Sun Nov 22 17:00:00 2026\nSubject: other\n\nhello\n>From here on\n\n"


@pytest.fixture
def box(tmp_path: Path) -> Path:
    path = tmp_path / "probe"
    path.write_bytes(OTHER)
    return path


@pytest.fixture
async def proof(box: Path) -> Any:
    async with watch(f"mbox:{box}") as watching:
        yield watching


def append(box: Path, data: bytes) -> None:
    with box.open("ab") as file:
        file.write(data)


def state(box: Path) -> tuple[bytes, int]:
    return box.read_bytes(), box.stat().st_mtime_ns


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").is_dir() else 0


async def test_nothing_is_found_before_it_came(proof: Mbox, box: Path) -> None:
    assert proof.name == f"mbox:{box}"
    assert await proof.find(TOKEN) is None


async def test_what_was_appended_is_found_and_left_as_it_is(proof: Mbox, box: Path) -> None:
    append(box, OTHER + MESSAGE + OTHER)
    before = state(box)
    assert await proof.find(TOKEN) == Found(HEADERS, 1, f"mbox:{box}")
    assert await proof.find(TOKEN.upper()) is not None
    assert await proof.find(TOKEN.replace("v6", "v4")) is None
    assert state(box) == before


async def test_copies_are_counted(proof: Mbox, box: Path) -> None:
    append(box, MESSAGE + OTHER + MESSAGE.replace(b"\n", b"\r\n"))
    found = await proof.find(TOKEN)
    assert found is not None
    assert found.copies == 2


async def test_what_was_there_before_is_not_read(box: Path) -> None:
    append(box, MESSAGE)
    async with watch(f"mbox:{box}") as proof:
        append(box, OTHER)
        assert await proof.find(TOKEN) is None


async def test_an_empty_file_will_do(tmp_path: Path) -> None:
    box = tmp_path / "empty"
    box.touch()
    async with watch(f"mbox:{box}") as proof:
        append(box, MESSAGE)
        assert await proof.find(TOKEN) is not None


@pytest.mark.parametrize(
    "rewritten",
    [
        MESSAGE,  # shorter than it was
        OTHER.replace(b"other", b"OTHER") + MESSAGE,  # a reader changed a header in place
        OTHER[: OTHER.index(b"hello")] + b"\n" + MESSAGE + OTHER,  # an old message lost a line: all moved
    ],
    ids=["truncated", "changed", "shifted"],
)
async def test_a_file_written_anew_is_read_from_its_top(proof: Mbox, box: Path, rewritten: bytes) -> None:
    with box.open("r+b") as file:
        file.truncate(0)
        file.write(rewritten)
    assert await proof.find(TOKEN) is not None


async def test_a_file_put_in_its_place_is_read_from_its_top(proof: Mbox, box: Path, tmp_path: Path) -> None:
    os.unlink(box)  # noqa: PTH108
    assert await proof.find(TOKEN) is None
    (tmp_path / "new").write_bytes(MESSAGE + OTHER * 3)
    (tmp_path / "new").rename(box)
    assert await proof.find(TOKEN) is not None


@pytest.mark.parametrize(
    "content",
    [
        FROM + b"Subject: other\n\n" + HEADERS + b"\n\n",
        FROM + b"Subject: other\n\n>" + MESSAGE,
        FROM + b"Subject: other\n\ntext\n\nFrom here on it is a body\n" + HEADERS + b"\n\n",
        FROM + b"Subject: other\n\ntext\n" + MESSAGE,
        HEADERS + b"\n\n",
        FROM + b"X: " + b"a" * MOST + b"\n" + HEADERS + b"\n\n",
        FROM + b"Subject: other\n\n\n" + b"a" * 8192 + MESSAGE,
        b"\0" * 100_000,
        b"",
    ],
    ids=["in-the-body", "quoted", "sentence", "no-empty-line", "no-separator", "too-far", "long-line", "zeros", "none"],
)
async def test_what_is_not_the_message(proof: Mbox, box: Path, content: bytes) -> None:
    append(box, content)
    assert await proof.find(TOKEN) is None


async def test_a_message_after_a_body_that_quotes_is_found(proof: Mbox, box: Path) -> None:
    append(box, FROM + b"Subject: other\n\n\n\n>From a 1:00\n\n" + MESSAGE)
    assert await proof.find(TOKEN) is not None


async def test_a_message_still_being_written_is_found_when_its_token_is_there(proof: Mbox, box: Path) -> None:
    append(box, MESSAGE[:60])
    assert await proof.find(TOKEN) is None
    append(box, MESSAGE[60 : len(FROM + HEADERS)])
    assert await proof.find(TOKEN) is not None


async def test_only_so_much_of_the_end_is_read(proof: Mbox, box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "REACH", 2000)
    append(box, MESSAGE + OTHER * 40)
    assert await proof.find(TOKEN) is None
    append(box, MESSAGE)
    found = await proof.find(TOKEN)
    assert found is not None
    assert found.copies == 1


async def refusal(spec: str) -> str:
    async with AsyncExitStack() as stack:
        with pytest.raises(UsageError) as caught:
            await stack.enter_async_context(watch(spec))
    assert str(caught.value).isprintable()
    return str(caught.value)


async def test_what_cannot_be_watched_is_told_at_once(
    box: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "does not exist" in await refusal(f"mbox:{tmp_path}/none")
    assert "write maildir:PATH" in await refusal(f"mbox:{tmp_path}")
    assert "write mbox:PATH" in await refusal("mbox:")
    assert "write mbox:PATH" in await refusal("mbox:/a\0b")
    assert "mbox:" in await refusal("mbox:/\x1b[2J\udcff\n")
    assert "home" in await refusal("mbox:~no-such-user-here/mbox")
    assert "Not a directory" in await refusal(f"mbox:{box}/x")
    os.mkfifo(tmp_path / "pipe")
    assert "is not a file" in await refusal(f"mbox:{tmp_path}/pipe")
    (tmp_path / "letter").write_bytes(b"Dear reader,\n")
    assert 'does not begin with "From "' in await refusal(f"mbox:{tmp_path}/letter")
    monkeypatch.setenv("HOME", str(tmp_path))
    async with watch("mbox:~/probe") as proof:
        assert await proof.find(TOKEN) is None


async def test_missing_rights_are_told_at_once_and_later_are_lost_sight(
    proof: Mbox, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_open = os.open

    def failing(path: Path, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if path == box:
            raise PermissionError(errno.EACCES, "Permission denied")
        return really_open(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", failing)
    assert "cannot be read: Permission denied" in await refusal(f"mbox:{box}")
    with pytest.raises(BlindError, match="Permission denied"):
        await proof.find(TOKEN)


async def test_no_descriptor_stays_open(proof: Mbox, box: Path) -> None:
    append(box, MESSAGE)
    await proof.find(TOKEN)
    before = descriptors()
    for _ in range(20):
        await proof.find(TOKEN)
    await refusal(f"mbox:{box.parent}")
    assert descriptors() == before


@settings(deadline=None)
@given(st.lists(st.sampled_from([FROM, HEADERS, b"\n", b"From ", b"\r\n", b"\0", b"x" * 9000, MESSAGE]), max_size=12))
def test_no_content_makes_it_fail(tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]) -> None:
    box = tmp_path_factory.mktemp("any") / "mbox"
    box.touch()

    async def look() -> Found | None:
        async with watch(f"mbox:{box}") as proof:
            box.write_bytes(b"".join(parts))
            return await proof.find(TOKEN)

    found = asyncio.run(look())
    assert found is None or found.copies <= len(parts)


async def test_a_bounce_is_read_and_is_not_the_message(proof: Mbox, box: Path) -> None:
    append(
        box, OTHER + FROM + VACATION.encode() + b"\n" + FROM + (BOUNCE % ("other", "other", "failed")).encode() + b"\n"
    )
    assert await proof.returned(TOKEN) is None
    append(box, FROM + (BOUNCE % (TOKEN, TOKEN, "failed")).encode() + b"\n" + OTHER)
    found = await proof.returned(TOKEN)
    assert found is not None
    assert (found.action, found.recipients[0].recipient) == ("failed", "u@example.com")
    assert await proof.find(TOKEN) is None


async def test_an_mbox_that_is_gone_holds_no_bounce_and_one_that_cannot_be_read_tells_nothing(
    proof: Mbox, box: Path
) -> None:
    box.unlink()  # noqa: ASYNC240 - a test may wait
    assert await proof.returned(TOKEN) is None
    box.mkdir()  # noqa: ASYNC240
    with pytest.raises(BlindError):
        await proof.returned(TOKEN)


TEXT = TOKEN.encode() + b"\n" + b"the text\n"
OWN_TEXT = (
    b"From probe@example.net Sun Nov 22 18:00:01 2026\n"
    + f"X-Probe6-Token: {TOKEN}\nX-Probe6-Body: {digest(TEXT)}\n\n".encode()
    + TEXT
)


@pytest.mark.parametrize(("extra", "expected"), [(b"", True), (b"-- \nA notice.\n", False)])
async def test_the_text_is_held_against_what_was_sent(proof: Mbox, box: Path, extra: bytes, expected: bool) -> None:
    append(box, OTHER + OWN_TEXT + extra + b"\n" + OTHER)
    found = await proof.find(TOKEN)
    assert found is not None
    assert found.unchanged is expected
