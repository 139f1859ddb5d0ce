"""The story of one probe over scripted servers: what is told, what is sent, and to whom."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from probe.grammar.target import parse_target
from probe.lab.scenarios import SCENARIOS
from probe.lab.world import world
from probe.measure.run import measure
from probe.model.errors import NetworkError, UsageError
from probe.model.measurement import Measurement
from probe.model.memory import Memory, Question, Silenced
from probe.model.network import Source
from probe.model.settings import Pipelining, Record, Settings, Target, TargetKind, Timeouts
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Purpose, Stage
from tests.measure.fake_imap import PASSWORD, FakeImap, imap
from tests.measure.scripted import Script, ScriptedNetwork, answering, serving

FIRST, SECOND = "192.0.2.25", "192.0.2.26"
GREETING = b"220 mx1.example.com ESMTP\r\n"
EHLO = b"250 mx1.example.com\r\n"
OK = b"250 2.0.0 Ok\r\n"
TARGET = Target("user@example.com", TargetKind.MAILBOX, "example.com", "user@example.com")
SETTINGS = Settings(
    families=(Family.IPV4,),
    helo="probe.example.net",
    recipient="user@example.com",
    treat_global=("192.0.2.0/24", "203.0.113.0/24"),
    timeouts=Timeouts(connect=2, banner=2, reply=2, final_dot=2, dns=0.1, arrival=0.3, deadline=20),
    overlay=tuple(
        Record(name, rrtype, records, option=True)
        for name, rrtype, records in (
            ("example.com", "MX", ("10 mx1.example.com.", "20 mx2.example.com.")),
            ("mx1.example.com", "A", (FIRST,)),
            ("mx1.example.com", "AAAA", ()),
            ("mx2.example.com", "A", (SECOND,)),
            ("mx2.example.com", "AAAA", ()),
        )
    ),
)


class Mailbox:
    """A server that takes mail into a Maildir."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.messages: list[bytes] = []
        for name in ("new", "cur", "tmp"):
            (path / name).mkdir(parents=True)

    async def script(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        while line := await reader.readline():
            if line != b"DATA\r\n":
                writer.write(EHLO if line.startswith(b"EHLO") else OK)
                continue
            writer.write(b"354 go\r\n")
            content = (await reader.readuntil(b"\r\n.\r\n"))[:-3]
            self.messages.append(content)
            trace = b"Received: from probe.example.net (unknown [203.0.113.9]) by mx1.example.com with ESMTP id A1\r\n"
            (self.path / "new" / f"1.M{len(self.messages)}.mx1").write_bytes(trace + content)
            writer.write(b"250 2.0.0 Ok: queued as A1\r\n")


async def probe(
    network: ScriptedNetwork, first: Script, second: Script, settings: Settings, heard: list[Session] | None = None
) -> Measurement:
    async with serving(network, FIRST, first), serving(network, SECOND, second):
        return await measure(TARGET, settings, network, heard.append if heard is not None else None)


@pytest.fixture
def network() -> ScriptedNetwork:
    return ScriptedNetwork()


FRIENDLY = answering(GREETING, EHLO, then=OK)


async def test_a_domain_is_walked_to_rcpt_and_nothing_is_sent(network: ScriptedNetwork) -> None:
    heard: list[Session] = []
    found = await probe(network, FRIENDLY, FRIENDLY, SETTINGS, heard)
    assert [(session.mx, session.reached, session.failure) for session in found.sessions] == [
        ("mx1.example.com", Stage.RCPT, None),
        ("mx2.example.com", Stage.RCPT, None),
    ]
    assert found.attempts == ()
    assert found.connections == 2
    assert sorted(session.address for session in heard) == [FIRST, SECOND]
    assert all(session.helo == "probe.example.net" for session in found.sessions)


async def test_one_message_to_the_best_host_and_its_proof(network: ScriptedNetwork, tmp_path: Path) -> None:
    box = Mailbox(tmp_path / "box")
    settings = replace(SETTINGS, until=Stage.DELIVERY, proofs=(f"maildir:{box.path}",))
    found = await probe(network, box.script, FRIENDLY, settings)
    (attempt,) = found.attempts
    assert (attempt.address, attempt.accepted, attempt.queue_id) == (FIRST, True, "A1")
    assert attempt.arrival is not None
    assert attempt.arrival.hops[0].address == "203.0.113.9"
    assert len(box.messages) == 1
    assert found.sessions[attempt.session].address == FIRST


@pytest.mark.parametrize("stands", [True, False], ids=["stands a group", "hangs up at one"])
async def test_commands_together_give_one_message_however_that_ends(
    network: ScriptedNetwork, tmp_path: Path, stands: bool
) -> None:
    """Where the group went wrong the message goes along to the conversation in lock-step, and nowhere else."""
    box = Mailbox(tmp_path / "box")

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        await reader.readuntil(b"\n")
        writer.write(b"250-mx1.example.com\r\n250 PIPELINING\r\n")
        said = await reader.read(4096)
        if said.count(b"\n") > 1 and not stands:
            return
        # To the mailbox it is another client, who has said all that before.
        other = asyncio.StreamReader()
        other.feed_data(said)
        writer.write = partial(_without_greeting, writer.write)  # type: ignore[method-assign]
        async with asyncio.TaskGroup() as group:
            group.create_task(box.script(other, writer))
            while data := await reader.read(4096):
                other.feed_data(data)
            other.feed_eof()

    auto = replace(SETTINGS, until=Stage.DELIVERY, proofs=(f"maildir:{box.path}",), pipelining=Pipelining.AUTO)
    found = await probe(network, script, FRIENDLY, auto)
    first = [session for session in found.sessions if session.address == FIRST]
    assert [session.purpose for session in first] == [Purpose.CHECK] + ([] if stands else [Purpose.RETRY])
    assert [bool(session.group) for session in first] == [True] + ([] if stands else [False])
    (attempt,) = found.attempts
    assert (attempt.accepted, attempt.arrival is not None) == (True, True)
    assert found.sessions[attempt.session] is first[-1]
    assert len(box.messages) == 1


def _without_greeting(write: Callable[[bytes], None], data: bytes) -> None:
    if data != GREETING:
        write(data)


async def test_the_message_goes_to_the_next_host_when_the_best_does_not_take_the_recipient(
    network: ScriptedNetwork, tmp_path: Path
) -> None:
    box = Mailbox(tmp_path / "box")
    settings = replace(SETTINGS, until=Stage.DELIVERY, proofs=(f"maildir:{box.path}",))
    choosy = answering(GREETING, EHLO, OK, b"550 5.1.1 unknown\r\n", then=OK)
    found = await probe(network, choosy, box.script, settings)
    (attempt,) = found.attempts
    assert (attempt.address, attempt.accepted) == (SECOND, True)
    assert [session.purpose for session in found.sessions] == [Purpose.CHECK, Purpose.CHECK, Purpose.MESSAGE]


async def test_no_second_message_after_a_refused_one(network: ScriptedNetwork, tmp_path: Path) -> None:
    box = Mailbox(tmp_path / "box")
    strict = answering(GREETING, EHLO, OK, OK, b"554 5.7.1 no\r\n", then=OK)
    found = await probe(network, strict, box.script, replace(SETTINGS, until=Stage.DATA))
    assert [(attempt.address, attempt.accepted) for attempt in found.attempts] == [(FIRST, False)]
    assert box.messages == []


@pytest.mark.parametrize("cleanup", [False, True])
async def test_several_proofs_watch_and_the_first_to_see_it_is_named(
    network: ScriptedNetwork, tmp_path: Path, cleanup: bool
) -> None:
    """The mail goes to IMAP here; the Maildir beside it stays empty, and the password stays where it was."""
    box, empty = Mailbox(tmp_path / "box"), Mailbox(tmp_path / "empty")
    async with imap(FakeImap()) as server:
        proofs = (f"maildir:{empty.path}", f"imap://me@example.com@127.0.0.1:{server.port}/")

        async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await box.script(reader, writer)
            for content in box.messages:
                server.inbox.add(content)

        settings = replace(SETTINGS, until=Stage.DELIVERY, proofs=proofs)
        async with serving(network, FIRST, script), serving(network, SECOND, FRIENDLY):
            found = await measure(TARGET, settings, network, secrets={"imap": PASSWORD}, cleanup=cleanup)
        assert len(server.inbox.messages) == (0 if cleanup else 1)
    (attempt,) = found.attempts
    assert attempt.arrival is not None
    assert (attempt.arrival.where, attempt.watched, attempt.failure) == (proofs[1], proofs, None)
    assert PASSWORD not in repr(found)


async def test_a_wrong_proof_is_told_before_anything_is_asked(network: ScriptedNetwork, tmp_path: Path) -> None:
    settings = replace(SETTINGS, until=Stage.DELIVERY, proofs=(f"maildir:{tmp_path / 'none'}",))
    with pytest.raises(UsageError, match="none"):
        await probe(network, FRIENDLY, FRIENDLY, settings)
    assert network.dialled == []


@pytest.mark.parametrize(
    "settings",
    [
        replace(SETTINGS, contact="two\r\nlines"),
        replace(SETTINGS, helo="bad name"),
        replace(SETTINGS, sender="a\r\nRCPT TO:<b@example.org>"),
        replace(SETTINGS, engine="nosuch"),
        replace(SETTINGS, recipient=None),
    ],
)
async def test_what_could_forge_a_line_is_refused_before_anything_is_asked(
    network: ScriptedNetwork, settings: Settings
) -> None:
    with pytest.raises(UsageError):
        await measure(TARGET, settings, network)
    assert network.dialled == []


async def test_without_a_way_out_the_address_is_written_down_and_not_dialled(
    network: ScriptedNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(address: str, bound: str | None = None) -> Source:
        raise NetworkError(Failure.NO_ROUTE, "Network is unreachable")

    monkeypatch.setattr(network, "source_for", nowhere)
    found = await measure(TARGET, SETTINGS, network)
    assert [session.failure for session in found.sessions] == [Failure.NO_ROUTE] * 2
    assert network.dialled == []
    assert found.connections == 0
    assert found.vantage_of(Family.IPV4).usable is False


async def test_until_resolve_dials_nobody(network: ScriptedNetwork) -> None:
    found = await measure(TARGET, replace(SETTINGS, until=Stage.RESOLVE), network)
    assert found.sessions == ()
    assert [host.host for host in found.resolved.hosts] == ["mx1.example.com", "mx2.example.com"]


async def test_a_bug_is_not_swallowed(network: ScriptedNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*args: object, max_segment: int | None) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(network, "dial", broken)
    with pytest.raises(BaseExceptionGroup) as caught:
        await measure(TARGET, SETTINGS, network)
    assert caught.group_contains(ZeroDivisionError)


async def test_what_nobody_says_in_a_conversation_is_asked_beside_them(network: ScriptedNetwork) -> None:
    record = Record("_smtp._tls.example.com", "TXT", ('"v=TLSRPTv1; rua=mailto:tls@example.com"',))
    settings = replace(SETTINGS, overlay=(*SETTINGS.overlay, record), until=Stage.RCPT)
    measurement = await probe(network, FRIENDLY, FRIENDLY, settings)
    assert measurement.inquiries is not None
    assert measurement.inquiries.tlsrpt is not None
    assert measurement.inquiries.tlsrpt.records == record.records


async def test_the_conversations_alone_ask_for_nothing_else(network: ScriptedNetwork) -> None:
    measurement = await probe(network, FRIENDLY, FRIENDLY, replace(SETTINGS, until=Stage.RCPT, plain=True))
    assert measurement.inquiries is None


class Notebook:
    """Remembers what it was asked, and that one host was busy."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def recall(self, question: Question) -> Memory:
        self.asked.append(question)
        return Memory(silenced=(Silenced("mx1.example.com", question.now, question.now + timedelta(minutes=5)),))


async def test_what_earlier_runs_left_is_asked_for_once_and_travels_along(network: ScriptedNetwork) -> None:
    notebook = Notebook()
    async with serving(network, FIRST, FRIENDLY), serving(network, SECOND, FRIENDLY):
        found = await measure(TARGET, replace(SETTINGS, named=False), network, memory=notebook)
    (question,) = notebook.asked
    assert question.hosts == ("mx1.example.com", "mx2.example.com")
    assert question.addresses == (FIRST, SECOND)
    assert (question.sender, question.recipient) == (SETTINGS.sender, SETTINGS.recipient)
    assert question.now == found.started
    assert found.memory == notebook.recall(question)
    assert [(item.mx, item.failure) for item in found.sessions] == [
        ("mx1.example.com", Failure.NOT_TRIED),
        ("mx2.example.com", None),
    ]
    assert network.dialled == [SECOND]


@pytest.mark.parametrize(("name", "fetched"), [("healthy", 0), ("sts-testing", 2), ("sts-no-aaaa", 1)])
async def test_connections_to_policy_hosts_are_counted_too(name: str, fetched: int, tmp_path: Path) -> None:
    async with world(SCENARIOS[name], tmp_path) as place:
        found = await measure(parse_target(place.target), place.settings, place.network)
    assert found.connections == len(found.sessions) + fetched
