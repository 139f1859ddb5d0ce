import bz2
import errno
import gzip
import os
import shutil
import zlib
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.body import digest
from probe.measure.delivery import maildir
from probe.measure.delivery.maildir import MOST, Maildir, watch
from probe.measure.proof.arrival import Found
from probe.model.errors import UsageError

TOKEN = "p60100abcdefghijklmnopv6"
HEADERS = f"Received: by mx1.example.com; Sun, 22 Nov 2026 18:00:01 +0000\nSubject: probe6 {TOKEN} v6 mx1".encode()
MESSAGE = HEADERS + b"\n\nbody\n"
NAME = "1795370401.M123456P4711Q1.mx1"
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


@pytest.fixture
def box(tmp_path: Path) -> Path:
    for folder in (tmp_path / "Maildir", tmp_path / "Maildir" / ".Junk"):
        for name in ("tmp", "new", "cur"):
            (folder / name).mkdir(parents=True)
    return tmp_path / "Maildir"


def state(box: Path) -> list[tuple[str, int, int]]:
    return [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(box.rglob("*"))]


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").is_dir() else 0


@pytest.fixture
async def proof(box: Path) -> Any:
    async with watch(f"maildir:{box}") as watching:
        yield watching


async def test_an_empty_maildir_holds_nothing(proof: Maildir, box: Path) -> None:
    assert proof.name == f"maildir:{box}"
    assert await proof.find(TOKEN) is None


@pytest.mark.parametrize("place", ["new", "cur"])
async def test_a_message_is_found_and_left_as_it_is(proof: Maildir, box: Path, place: str) -> None:
    (box / place / NAME).write_bytes(MESSAGE)
    before = state(box)
    assert await proof.find(TOKEN) == Found(HEADERS, 1, f"maildir:{box}")
    assert await proof.find(TOKEN.upper()) is not None
    assert await proof.find(TOKEN.replace("v6", "v4")) is None
    assert state(box) == before


async def test_the_subfolder_is_named(proof: Maildir, box: Path) -> None:
    (box / ".Junk" / "cur" / f"{NAME}:2,S").write_bytes(MESSAGE)
    found = await proof.find(TOKEN)
    assert found is not None
    assert found.where == f"maildir:{box} .Junk"


async def test_what_was_there_before_is_not_read_whatever_its_time_and_flags(box: Path) -> None:
    (box / "new" / NAME).write_bytes(MESSAGE)
    async with watch(f"maildir:{box}") as proof:
        (box / "new" / NAME).rename(box / "cur" / f"{NAME},S=200:2,S")
        os.utime(box / "cur" / f"{NAME},S=200:2,S", (4e9, 4e9))
        assert await proof.find(TOKEN) is None
        (box / "new" / "1795370402.other").write_bytes(MESSAGE)
        os.utime(box / "new" / "1795370402.other", (0, 0))  # stamped with some date of its own
        assert await proof.find(TOKEN) is not None


async def test_copies_are_counted_and_a_moved_file_is_one(proof: Maildir, box: Path) -> None:
    (box / "new" / NAME).write_bytes(MESSAGE)
    (box / "cur" / f"{NAME},S=200,W=210:2,RS").write_bytes(MESSAGE)  # seen on both sides of a move
    os.link(box / "new" / NAME, box / ".Junk" / "new" / "1795370403.linked")  # moved by linking to a new name
    found = await proof.find(TOKEN)
    assert found is not None
    assert found.copies == 1
    (box / "cur" / "1795370402.M1P1.mx1;2,").write_bytes(MESSAGE)
    found = await proof.find(TOKEN)
    assert found is not None
    assert found.copies == 2


async def test_a_message_that_moves_between_two_looks_stays_found(proof: Maildir, box: Path) -> None:
    (box / "new" / "1.other").write_bytes(b"Subject: other\n\n")
    assert await proof.find(TOKEN) is None
    (box / "new" / NAME).write_bytes(MESSAGE)
    assert await proof.find(TOKEN) is not None
    (box / "new" / NAME).rename(box / "cur" / f"{NAME}:2,")
    assert await proof.find(TOKEN) is not None


@pytest.mark.parametrize(
    "packed",
    [gzip.compress(MESSAGE), *(zlib.compress(MESSAGE, level) for level in (0, 1, 2, 6, 9))],
    ids=lambda p: p[:2].hex(),
)
async def test_compressed_messages_are_read(proof: Maildir, box: Path, packed: bytes) -> None:
    (box / "new" / NAME).write_bytes(packed)
    found = await proof.find(TOKEN)
    assert found is not None
    assert found.headers == HEADERS


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 1000,
        b"Subject: other\n\nX-Probe6-Token: " + TOKEN.encode(),
        b"x^Odd: is no zlib\n\n",
        gzip.compress(MESSAGE)[:12],
        bz2.compress(MESSAGE),
        b"X: " + b"a" * MOST + b"\n" + MESSAGE,
        zlib.compress(b"X: " + b"a" * (64 << 20) + b"\n" + MESSAGE),
    ],
    ids=["empty", "zeros", "in-the-body", "not-zlib", "truncated", "other-format", "too-far-down", "bomb"],
)
async def test_what_is_not_the_message(proof: Maildir, box: Path, content: bytes) -> None:
    (box / "new" / NAME).write_bytes(content)
    assert await proof.find(TOKEN) is None


async def test_a_header_that_begins_like_zlib_is_still_read(proof: Maildir, box: Path) -> None:
    (box / "new" / NAME).write_bytes(b"x^Odd: field\n" + MESSAGE)
    assert await proof.find(TOKEN) is not None


@pytest.fixture
def littered(box: Path, tmp_path: Path) -> Path:
    outside = tmp_path / "outside"
    (outside / "new").mkdir(parents=True)
    (outside / "new" / NAME).write_bytes(MESSAGE)
    (box / "new" / "link").symlink_to(outside / "new" / NAME)
    (box / ".Linked").symlink_to(outside)
    (box / ".Half").mkdir()
    (box / ".file").write_bytes(MESSAGE)
    (box / "new" / "directory").mkdir()
    (box / "new" / ".hidden").write_bytes(MESSAGE)
    os.mkfifo(box / "new" / "pipe")
    return box


async def test_links_pipes_and_directories_are_passed_over(proof: Maildir, littered: Path) -> None:
    assert await proof.find(TOKEN) is None


async def test_a_name_may_be_any_bytes(proof: Maildir, box: Path) -> None:
    (box / "new" / os.fsdecode(b"\xff\n\x1b[2J")).write_bytes(MESSAGE)
    assert await proof.find(TOKEN) is not None


async def test_files_that_vanish_or_cannot_be_read_are_tried_again(
    proof: Maildir, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (box / "new" / NAME).write_bytes(MESSAGE)
    really_open = os.open
    errors = [FileNotFoundError(errno.ENOENT, "gone"), PermissionError(errno.EACCES, "no")]

    def failing(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if path == NAME and errors:
            raise errors.pop()
        return really_open(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", failing)
    assert [await proof.find(TOKEN) is None for _ in range(3)] == [True, True, False]


async def test_a_maildir_that_vanishes_holds_nothing(proof: Maildir, box: Path) -> None:
    shutil.rmtree(box)
    assert await proof.find(TOKEN) is None


async def test_no_descriptor_stays_open(proof: Maildir, box: Path) -> None:
    (box / "new" / NAME).write_bytes(MESSAGE)
    await proof.find(TOKEN)
    before = descriptors()
    for _ in range(20):
        await proof.find(TOKEN)
    assert descriptors() == before


async def refusal(spec: str) -> str:
    async with AsyncExitStack() as stack:
        with pytest.raises(UsageError) as caught:
            await stack.enter_async_context(watch(spec))
    assert str(caught.value).isprintable()
    return str(caught.value)


async def test_what_cannot_be_watched_is_told_at_once(
    box: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "does not exist" in await refusal(f"maildir:{tmp_path}/none")
    assert "is not a Maildir: it has no directory new" in await refusal(f"maildir:{tmp_path}")
    (tmp_path / "file").touch()
    assert "Not a directory" in await refusal(f"maildir:{tmp_path}/file")
    assert "write maildir:PATH" in await refusal("maildir:")
    assert "maildir:" in await refusal("maildir:/a\0b")
    assert "maildir:" in await refusal("maildir:/\x1b[2J\udcff\n")
    assert "home" in await refusal("maildir:~no-such-user-here/Maildir")
    monkeypatch.setenv("HOME", str(tmp_path))
    async with watch("maildir:~/Maildir") as proof:
        assert await proof.find(TOKEN) is None


@pytest.mark.parametrize("name", ["new", "cur", NAME])
async def test_missing_rights_are_told_at_once(box: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (box / "cur" / NAME).write_bytes(MESSAGE)
    really_open = os.open

    def failing(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if path == name:
            raise PermissionError(errno.EACCES, "Permission denied")
        return really_open(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", failing)
    assert "cannot be read: permission denied" in (await refusal(f"maildir:{box}")).lower()


async def test_a_link_as_first_entry_is_no_lack_of_rights(box: Path) -> None:
    (box / "new" / "link").symlink_to("nowhere")
    async with watch(f"maildir:{box}") as proof:
        assert await proof.find(TOKEN) is None


async def test_new_behind_a_link_would_not_be_looked_at_and_is_refused(box: Path, tmp_path: Path) -> None:
    (box / "new").rename(tmp_path / "new")
    (box / "new").symlink_to(tmp_path / "new")
    assert "no directory new" in await refusal(f"maildir:{box}")


@given(st.text(max_size=60))
def test_the_unique_part_does_not_change_with_flags(name: str) -> None:
    unique = maildir._unique(name)
    assert name.startswith(unique)
    for tail in (":2,", ":2,FS", ";2,S", "!2,", ",S=1:2,", ",S=1,W=2"):
        assert maildir._unique(unique + tail) == unique


async def test_a_bounce_is_read_and_is_not_the_message(box: Path) -> None:
    (box / "new" / "old").write_text(BOUNCE % (TOKEN, TOKEN, "failed"))
    async with watch(f"maildir:{box}") as proof:
        assert await proof.returned(TOKEN) is None
        (box / "new" / "1").write_text(VACATION)
        (box / "new" / "2").write_text(BOUNCE % ("other", "other", "failed"))
        assert await proof.returned(TOKEN) is None
        (box / "new" / "3").write_text(BOUNCE % (TOKEN, TOKEN, "delayed"))
        found = await proof.returned(TOKEN)
        assert found is not None
        assert found.action == "delayed"
        (box / "cur" / "4:2,S").write_bytes(gzip.compress((BOUNCE % (TOKEN, TOKEN, "failed")).encode()))
        found = await proof.returned(TOKEN)
        assert found is not None
        assert found.action == "failed"
        assert await proof.find(TOKEN) is None


@pytest.mark.parametrize(
    ("folder", "junk"),
    [("", False), (".Junk", True), (".INBOX.Spam", True), (".Junk E-mail", True), (".Spammers", False)],
)
async def test_which_folder_is_for_junk(proof: Maildir, box: Path, folder: str, junk: bool) -> None:
    for name in ("tmp", "new", "cur"):
        (box / folder / name).mkdir(parents=True, exist_ok=True)
    (box / folder / "new" / NAME).write_bytes(MESSAGE)
    found = await proof.find(TOKEN)
    assert found is not None
    assert found.junk is junk


TEXT = TOKEN.encode() + b"\n" + b"the text\n"
OWN_TEXT = f"X-Probe6-Token: {TOKEN}\nX-Probe6-Body: {digest(TEXT)}\n\n".encode() + TEXT


@pytest.mark.parametrize(("extra", "expected"), [(b"", True), (b"-- \nA notice.\n", False)])
async def test_the_text_is_held_against_what_was_sent(proof: Maildir, box: Path, extra: bytes, expected: bool) -> None:
    (box / "new" / NAME).write_bytes(OWN_TEXT + extra)
    found = await proof.find(TOKEN)
    assert found is not None
    assert found.unchanged is expected
