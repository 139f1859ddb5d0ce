"""A mailbox watched over IMAP: what is found, what is left alone, and who says what when it goes wrong."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from probe.grammar.body import digest
from probe.lab.certificates import Authority
from probe.lab.faults import Certificate
from probe.measure.proof import imap_session
from probe.measure.proof.arrival import BlindError, Found, Means
from probe.measure.proof.imap_mailbox import WatchedMailbox, watch_mailbox
from probe.measure.proof.imap_session import MOST
from probe.model.errors import UsageError
from tests.measure.fake_imap import DROP, PASSWORD, USER, FakeImap, Folder, imap

TOKEN = "p60100abcdefghijklmnopv6"
HEADERS = (
    "Received: from a.example ([IPv6:2001:db8::9]) by b.example with ESMTP; Sun, 22 Nov 2026 18:00:01 +0000\r\n"
    f"Subject: probe6 {TOKEN} v6 mx1\r\nMessage-ID: <{TOKEN}@probe.example.net>"
).encode()
MESSAGE = HEADERS + b"\r\n\r\nbody\r\n"
OTHER = b"Subject: other\r\nMessage-ID: <1@example.org>\r\n\r\nhello\r\n"
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

MEANS = Means({"imap": PASSWORD}, timeout=5.0)

Opened = Callable[[FakeImap], Awaitable[WatchedMailbox]]


def spec(server: FakeImap, folder: str = "INBOX", host: str = "127.0.0.1") -> str:
    return f"imap://{USER}@{host}:{server.port}/{folder}"


@asynccontextmanager
async def watched(server: FakeImap, means: Means = MEANS, folder: str = "INBOX") -> AsyncIterator[WatchedMailbox]:
    async with imap(server), watch_mailbox(spec(server, folder), means) as mailbox:
        yield mailbox


async def refusal(server: FakeImap, means: Means = MEANS, folder: str = "INBOX") -> str:
    async with AsyncExitStack() as stack:
        with pytest.raises(UsageError) as caught:
            await stack.enter_async_context(watched(server, means, folder))
    said = str(caught.value)
    assert said.isprintable()
    assert PASSWORD not in said
    assert "h\\" not in said
    return said


def writes(server: FakeImap) -> list[bytes]:
    return [line for line in server.asked if any(word in line for word in (b"SELECT", b"STORE", b"EXPUNGE", b"CLOSE"))]


async def test_a_message_that_comes_is_found_and_nothing_is_changed() -> None:
    server = FakeImap()
    server.inbox.add(OTHER)
    async with watched(server) as mailbox:
        assert await mailbox.find(TOKEN) is None
        server.inbox.add(OTHER)
        server.inbox.add(MESSAGE)
        assert await mailbox.find(TOKEN) == Found(HEADERS + b"\r\n\r\n", 1, mailbox.name)
        assert await mailbox.find(TOKEN.replace("v6", "v4")) is None
        server.inbox.add(MESSAGE)
        found = await mailbox.find(TOKEN)
    assert found is not None
    assert found.copies == 2
    assert writes(server) == []
    assert server.asked[-1] == b"LOGOUT"
    assert server.connections == 1


@pytest.mark.parametrize(("extra", "expected"), [(b"", True), (b"-- \r\nA notice.\r\n", False), (b"x" * MOST, None)])
async def test_the_text_is_held_against_what_was_sent(extra: bytes, expected: bool | None) -> None:
    text = TOKEN.encode() + b"\r\nthe text\r\n"
    server = FakeImap()
    async with watched(server) as mailbox:
        server.inbox.add(HEADERS + f"\r\nX-Probe6-Body: {digest(text)}\r\n\r\n".encode() + text + extra)
        looks = [await mailbox.find(TOKEN) for _ in range(2)]
    assert [found and found.unchanged for found in looks] == [expected] * 2
    assert sum(b"BODY.PEEK[]" in line for line in server.asked) == 1
    assert writes(server) == []


async def test_what_was_there_before_is_not_found_although_the_server_names_the_last_message() -> None:
    server = FakeImap()
    server.inbox.add(MESSAGE)
    async with watched(server) as mailbox:
        assert await mailbox.find(TOKEN) is None
    assert not any(b"FETCH" in line for line in server.asked)


async def test_junk_is_looked_at_too_and_named() -> None:
    server = FakeImap()
    async with watched(server) as mailbox:
        server.folders['"Junk &- more"'].add(MESSAGE)
        found = await mailbox.find(TOKEN)
    assert found is not None
    assert found.where == f"{mailbox.name} Junk &- more"


async def test_without_special_use_there_is_one_mailbox_and_noop_refreshes_it() -> None:
    server = FakeImap(junk=None)
    async with watched(server) as mailbox:
        for _ in range(3):
            assert await mailbox.find(TOKEN) is None
    assert [line.partition(b" ")[0] for line in server.asked].count(b"EXAMINE") == 1
    assert server.asked.count(b"NOOP") == 3


async def test_a_folder_of_another_script() -> None:
    server = FakeImap(folders={'"Entw&APw-rfe"': Folder()}, junk=None)
    async with watched(server, folder="Entw%C3%BCrfe") as mailbox:
        server.folders['"Entw&APw-rfe"'].add(MESSAGE)
        assert await mailbox.find(TOKEN) is not None


async def test_a_server_that_cannot_search_headers_or_does_not_say_uidnext() -> None:
    server = FakeImap(searches_headers=False, says_next=False)
    server.inbox.add(OTHER)
    async with watched(server) as mailbox:
        server.inbox.add(OTHER)
        assert await mailbox.find(TOKEN) is None
        fetched = sum(b"FETCH" in line for line in server.asked)
        assert await mailbox.find(TOKEN) is None
        assert sum(b"FETCH" in line for line in server.asked) == fetched == 1  # read once is enough
        server.inbox.add(MESSAGE)
        assert await mailbox.find(TOKEN) is not None


async def test_a_message_whose_id_was_rewritten_is_found_by_its_subject() -> None:
    server = FakeImap()
    async with watched(server) as mailbox:
        server.inbox.add(MESSAGE.replace(f"<{TOKEN}@probe.example.net>".encode(), b"<new@ses.example>"))
        assert await mailbox.find(TOKEN) is not None
    assert not any(b" ALL" in line for line in server.asked if b"SEARCH" in line and b"INBOX" in line)


async def test_a_mailbox_made_anew_is_all_new() -> None:
    server = FakeImap()
    for _ in range(9):
        server.inbox.add(OTHER)
    async with watched(server) as mailbox:
        server.folders['"INBOX"'] = Folder(validity=8, messages={1: MESSAGE})
        assert await mailbox.find(TOKEN) is not None


async def test_an_answer_to_our_message_is_not_the_message() -> None:
    server = FakeImap()
    async with watched(server) as mailbox:
        server.inbox.add(f"Subject: Re: {TOKEN}\r\nIn-Reply-To: <{TOKEN}@x>\r\n\r\n".encode())
        assert await mailbox.find(TOKEN) is None


async def test_two_messages_at_once_share_the_connection() -> None:
    server = FakeImap()
    other = TOKEN.replace("v6", "v4")
    async with watched(server) as mailbox:
        server.inbox.add(MESSAGE)
        server.inbox.add(MESSAGE.replace(TOKEN.encode(), other.encode()))
        async with asyncio.TaskGroup() as group:
            looks = [group.create_task(mailbox.find(token)) for token in (TOKEN, other, TOKEN)]
    assert all(look.result() for look in looks)
    assert server.connections == 1


class TestCleaningUp:
    """``--cleanup`` takes away what this run found, and nothing else."""

    async def test_only_our_messages_go(self) -> None:
        server = FakeImap()
        server.inbox.add(MESSAGE)  # from another run, say
        async with watched(server, Means({"imap": PASSWORD}, cleanup=True)) as mailbox:
            server.inbox.add(OTHER)
            server.inbox.add(MESSAGE)
            server.folders['"Junk &- more"'].add(MESSAGE)
            server.inbox.deleted.add(2)  # somebody else's mark
            assert await mailbox.find(TOKEN) is not None
            assert writes(server) == []
        assert sorted(server.inbox.messages) == [1, 2]
        assert server.folders['"Junk &- more"'].messages == {}
        assert writes(server) != []

    async def test_a_mailbox_that_was_made_anew_since_is_left_alone(self) -> None:
        server = FakeImap()
        async with watched(server, Means({"imap": PASSWORD}, cleanup=True)) as mailbox:
            server.inbox.add(MESSAGE)
            await mailbox.find(TOKEN)
            server.folders['"INBOX"'] = Folder(validity=8, messages={1: MESSAGE})
        assert list(server.inbox.messages) == [1]

    async def test_a_uid_that_holds_something_else_by_now_is_left_alone(self) -> None:
        server = FakeImap()
        async with watched(server, Means({"imap": PASSWORD}, cleanup=True)) as mailbox:
            server.inbox.add(MESSAGE)
            await mailbox.find(TOKEN)
            server.inbox.messages[1] = OTHER
        assert server.inbox.messages == {1: OTHER}
        assert server.inbox.deleted == set()

    async def test_a_connection_lost_meanwhile_is_made_again(self) -> None:
        server = FakeImap()
        async with watched(server, Means({"imap": PASSWORD}, cleanup=True)) as mailbox:
            server.inbox.add(MESSAGE)
            await mailbox.find(TOKEN)
            server.spoil = lambda _, line: DROP if b"SELECT" in line else None
        assert list(server.inbox.messages) == [1]  # what fails leaves it there, and the run goes on

    async def test_what_fails_is_noted_and_what_works_is_not(self) -> None:
        for drops, expected in ((True, 1), (False, 0)):
            server, notes = FakeImap(), []
            async with watched(server, Means({"imap": PASSWORD}, cleanup=True, note=notes.append)) as mailbox:
                server.inbox.add(MESSAGE)
                await mailbox.find(TOKEN)
                if drops:
                    server.spoil = lambda _, line: DROP if b"SELECT" in line else None
            assert len(notes) == expected
            assert all(note.startswith("--cleanup: 1 test message may still lie in imap") for note in notes)

    async def test_a_message_that_is_gone_already_is_no_failure(self) -> None:
        server, notes = FakeImap(), []
        async with watched(server, Means({"imap": PASSWORD}, cleanup=True, note=notes.append)) as mailbox:
            server.inbox.add(MESSAGE)
            await mailbox.find(TOKEN)
            server.inbox.messages.clear()
        assert notes == []

    async def test_a_server_that_refuses_is_noted(self) -> None:
        server, notes = FakeImap(), []
        async with watched(server, Means({"imap": PASSWORD}, cleanup=True, note=notes.append)) as mailbox:
            server.inbox.add(MESSAGE)
            await mailbox.find(TOKEN)
            server.folders['"INBOX"'] = Folder(validity=8, messages={1: MESSAGE})
        assert len(notes) == 1

    async def test_without_uidplus_it_is_refused_before_any_mail(self) -> None:
        said = await refusal(FakeImap(capabilities="IDLE"), Means({"imap": PASSWORD}, cleanup=True))
        assert "UIDPLUS" in said


class TestOpening:
    """All that can be wrong is told before any mail goes out."""

    @pytest.mark.parametrize("login", ["AUTH=PLAIN", ""])
    async def test_a_wrong_password_is_named_and_never_shown(self, login: str) -> None:
        server = FakeImap(login=login, password="other")
        said = await refusal(server, Means({"imap": 'h"u\\sh'}))
        assert f'password for "{USER} at 127.0.0.1" is not accepted (AUTHENTICATIONFAILED)' in said

    async def test_login_quotes_what_it_sends(self) -> None:
        server = FakeImap(login="", password='h"u\\sh')
        async with watched(server, Means({"imap": 'h"u\\sh'})) as mailbox:
            assert await mailbox.find(TOKEN) is None

    async def test_a_password_login_cannot_carry(self) -> None:
        assert "is not accepted" in await refusal(FakeImap(login=""))
        assert "is not accepted" in await refusal(FakeImap(login=""), Means({"imap": "a\r\nb"}))

    async def test_a_folder_that_is_not_there(self) -> None:
        assert 'has no mailbox "Nowhere"' in await refusal(FakeImap(), folder="Nowhere")

    async def test_a_closed_port(self) -> None:
        async with imap(FakeImap()) as server:
            pass
        with pytest.raises(UsageError, match=r"port \d+: Connection refused"):
            async with watch_mailbox(spec(server), MEANS):
                raise AssertionError("opened")

    async def test_no_such_authority_file(self, tmp_path: Path) -> None:
        said = await refusal(FakeImap(), Means({"imap": PASSWORD}, ca_file=str(tmp_path / "none")))
        assert "--ca" in said
        assert "No such file" in said

    async def test_in_clear_no_password_leaves_this_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("probe.measure.proof.imap_session.ip_address", lambda _: Elsewhere)
        server = FakeImap()
        assert "offers no STARTTLS" in await refusal(server)
        assert [line for line in server.asked if b"LOGIN" in line or b"AUTH" in line] == []

    @pytest.mark.parametrize("kind", [Certificate.GOOD, Certificate.SELF_SIGNED])
    async def test_elsewhere_starttls_is_verified(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: Certificate
    ) -> None:
        monkeypatch.setattr("probe.measure.proof.imap_session.ip_address", lambda _: Elsewhere)
        authority = Authority(tmp_path)
        means = Means({"imap": PASSWORD}, ca_file=str(authority.ca_file))
        async with imap(FakeImap(authority.context(kind, "localhost"))) as server:
            async with AsyncExitStack() as stack:
                opening = stack.enter_async_context(watch_mailbox(spec(server, host="localhost"), means))
                if kind is Certificate.GOOD:
                    assert await (await opening).find(TOKEN) is None
                else:
                    with pytest.raises(UsageError, match="certificate of localhost"):
                        await opening
            assert b"STARTTLS" in server.asked
            assert (b"AUTHENTICATE PLAIN" in server.asked) is (kind is Certificate.GOOD)

    async def test_a_server_that_wants_tls_gets_it_even_here(self, tmp_path: Path) -> None:
        authority = Authority(tmp_path)
        server = FakeImap(authority.context(Certificate.GOOD, "mx1.example.com"), login="LOGINDISABLED")
        said = await refusal(server, Means({"imap": PASSWORD}, ca_file=str(authority.ca_file)))
        assert "certificate of 127.0.0.1 is not accepted" in said

    async def test_no_way_to_log_in(self, tmp_path: Path) -> None:
        authority = Authority(tmp_path)
        context = authority.context(Certificate.GOOD, "localhost")
        means = Means({"imap": PASSWORD}, ca_file=str(authority.ca_file))
        async with imap(FakeImap(context, login="LOGINDISABLED AUTH=GSSAPI")) as server:
            with pytest.raises(UsageError, match="takes no user name with a password"):
                async with watch_mailbox(spec(server, host="localhost"), means):
                    raise AssertionError("opened")
        assert not any(b"LOGIN" in line for line in server.asked)


class Elsewhere:
    """What says of every address that it is not this machine's."""

    is_loopback = False


ENDLESS = b"* " + b"x" * 100_000


def flood(count: int) -> bytes:
    return b"".join(b"* %d FETCH (FLAGS ())\r\n" % number for number in range(count))


class TestHostileServers:
    """Whatever a server says, there is one line for the operator, soon, and no thread waits behind it."""

    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(imap_session, "BUDGET", 200_000)

    @pytest.mark.parametrize(
        "greeting",
        [
            b"",
            b"* BYE go away\r\n",
            b"220 smtp.example.com ESMTP\r\n",
            b"* OK " + b"a" * 2_000_000 + b"\r\n",
            b"* PREAUTH hello\r\n* CAPABILITY {99999999999}\r\n",
            b"* OK {9" + b"9" * 5000 + b"}\r\n",
            b"\xff\xfe\r\n",
            flood(20_000),
        ],
        ids=["silence", "bye", "smtp", "endless", "preauth-literal", "digits", "binary", "flood"],
    )
    async def test_greetings(self, greeting: bytes) -> None:
        said = await refusal(FakeImap(greeting=greeting), Means({"imap": PASSWORD}, timeout=0.15))
        assert said.startswith("imap: ")

    @pytest.mark.parametrize(
        "said",
        [
            DROP,
            b"A000 OK not your tag\r\n",
            b"* CAPABILITY IMAP4rev1\r\n",
            ENDLESS * 5,
            flood(20_000),
            b"* 1 FETCH (BODY[HEADER] {4000000000}\r\n",
            b"* SEARCH 99999999999999999999999 x -1 \xff\r\n",
            b"BYE\r\n",
            b"\0" * 5000 + b"\r\n",
        ],
        ids=["drop", "wrong-tag", "no-end", "endless", "flood", "literal", "numbers", "no-star", "zeros"],
    )
    @pytest.mark.parametrize("word", [b"CAPABILITY", b"AUTHENTICATE", b"EXAMINE", b"LIST"])
    async def test_while_opening(self, word: bytes, said: bytes) -> None:
        server = FakeImap(spoil=lambda _, line: said if line.startswith(word) else None)
        assert (await refusal(server, Means({"imap": PASSWORD}, timeout=0.15))).startswith("imap: ")

    @pytest.mark.parametrize("said", [DROP, b"A000 OK\r\n", flood(20_000), b"* 1 FETCH (BODY[HEADER] {4000000000}\r\n"])
    @pytest.mark.parametrize("word", [b"EXAMINE", b"UID SEARCH", b"UID FETCH"])
    async def test_later_it_is_blind_and_sees_again_when_the_server_is_well(self, word: bytes, said: bytes) -> None:
        server = FakeImap()
        async with watched(server, Means({"imap": PASSWORD}, timeout=1.0)) as mailbox:
            server.inbox.add(MESSAGE)
            server.spoil = lambda _, line: said if line.startswith(word) else None
            with pytest.raises(BlindError):
                await mailbox.find(TOKEN)
            assert server.connections == 2  # tried again, once
            server.spoil = lambda _, line: None
            assert await mailbox.find(TOKEN) is not None

    async def test_a_dropped_connection_is_made_again_at_once(self) -> None:
        server = FakeImap()
        async with watched(server) as mailbox:
            server.inbox.add(MESSAGE)
            server.drop_all()
            assert await mailbox.find(TOKEN) is not None
        assert server.connections == 2

    async def test_a_password_changed_meanwhile_makes_it_blind(self) -> None:
        server = FakeImap()
        async with watched(server) as mailbox:
            server.password = "other"
            server.drop_all()
            with pytest.raises(BlindError):
                await mailbox.find(TOKEN)

    async def test_odd_search_answers_are_passed_over(self) -> None:
        odd = b"* SEARCH 99999999999999999999999 x -1 0 2 \xff\r\n* SEARCH 3\r\n* ESEARCH\r\n"
        server = FakeImap()
        async with watched(server) as mailbox:
            server.inbox.add(MESSAGE)
            server.spoil = lambda tag, line: odd + tag + b" OK done\r\n" if b"HEADER Message-ID" in line else None
            assert await mailbox.find(TOKEN) is not None  # by its subject

    async def test_who_gives_up_waiting_leaves_no_thread_behind(self) -> None:
        server = FakeImap()
        async with watched(server) as mailbox:
            server.spoil = lambda _, line: b"* 1 EXISTS\r\n"  # and nothing more
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await mailbox.find(TOKEN)
            async with asyncio.timeout(1):  # far less than the five seconds of a step
                await server.left.wait()
            server.spoil = lambda _, line: None
            assert await mailbox.find(TOKEN) is None


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


async def test_a_bounce_is_read_and_is_not_the_message() -> None:
    server = FakeImap()
    server.inbox.add(crlf(BOUNCE % (TOKEN, TOKEN, "failed")))
    async with watched(server) as mailbox:
        assert await mailbox.returned(TOKEN) is None
        server.inbox.add(crlf(VACATION))
        server.inbox.add(OTHER)
        assert await mailbox.returned(TOKEN) is None
        server.inbox.add(crlf(BOUNCE % (TOKEN, TOKEN, "failed")))
        found = await mailbox.returned(TOKEN)
        assert found is not None
        assert (found.action, found.recipients[0].recipient) == ("failed", "u@example.com")
        assert await mailbox.find(TOKEN) is None
        await mailbox.returned(TOKEN)
    bodies = [line for line in server.asked if b"BODY.PEEK[]" in line]
    assert len(bodies) == 2  # the vacation note looks like one; what is no bounce is not read further
    assert writes(server) == []
