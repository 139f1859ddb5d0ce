"""One connection: the limits on what it reads, and what stays closed afterwards."""

import gc
import warnings
from collections.abc import AsyncIterator

import pytest

from probe.grammar.imap import parse_place
from probe.measure.proof import imap_session
from probe.measure.proof.imap_session import FAILURES, MOST, ImapSession, connect
from tests.measure.fake_imap import DROP, PASSWORD, USER, FakeImap, imap

INBOX = '"INBOX"'


@pytest.fixture
async def server() -> AsyncIterator[FakeImap]:
    async with imap(FakeImap()) as server:
        yield server


async def session_to(server: FakeImap) -> ImapSession:
    return await connect(parse_place(f"imap://{USER}@127.0.0.1:{server.port}/"), PASSWORD, None, timeout=5.0)


async def test_a_mailbox_as_the_server_tells_of_it(server: FakeImap) -> None:
    server.inbox.add(b"Subject: one\r\n\r\n")
    session = await session_to(server)
    assert await session.examine(INBOX) == (7, 2)
    assert await session.examine(INBOX) == (7, 0)
    assert await session.examine('"Nowhere"') is None
    assert await session.examine(INBOX) == (7, 2)  # what was open is closed by then
    assert await session.junk() == '"Junk &- more"'
    assert session.can_remove
    await session.examine(INBOX)
    assert (await session.search(1, "ALL"), await session.search(2, "ALL")) == ((1,), ())
    assert (await session.header(1), await session.header(2)) == (b"Subject: one\r\n\r\n", b"")
    await session.close()
    assert server.asked[-1] == b"LOGOUT"


async def test_of_a_long_header_only_the_beginning_is_asked_for(server: FakeImap) -> None:
    server.inbox.add(b"X: " + b"a" * (2 * MOST) + b"\r\n\r\n")
    session = await session_to(server)
    await session.examine(INBOX)
    assert len(await session.header(1)) == MOST
    await session.close()


async def test_one_step_may_read_so_much_and_the_next_as_much_again(
    server: FakeImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_session, "BUDGET", 10_000)
    server.inbox.add(b"X: " + b"a" * 8000 + b"\r\n\r\n")
    session = await session_to(server)
    await session.examine(INBOX)
    assert [len(await session.header(1)) for _ in range(3)] == [8007] * 3
    server.inbox.messages[1] = b"X: " + b"a" * 12_000 + b"\r\n\r\n"
    with pytest.raises(FAILURES, match="beyond our limit"):
        await session.header(1)
    with pytest.raises(FAILURES):
        await session.examine(INBOX)  # after a failure the connection is closed


async def test_nothing_stays_open_after_a_failure(server: FakeImap) -> None:
    session = await session_to(server)
    server.spoil = lambda _, line: DROP if line.startswith(b"EXAMINE") else None
    with pytest.raises(FAILURES):
        await session.examine(INBOX)
    await session.close()
    del session
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        gc.collect()
    assert [str(item.message) for item in caught if item.category is ResourceWarning] == []


async def test_the_password_is_kept_in_no_trace_of_the_library(server: FakeImap) -> None:
    server.login = ""
    server.password = "hush-hush"
    place = parse_place(f"imap://{USER}@127.0.0.1:{server.port}/")
    session = await connect(place, server.password, None, timeout=5.0)
    kept = repr(vars(session._client))
    await session.close()
    assert any(b"hush-hush" in line for line in server.asked)
    assert "hush-hush" not in kept
