"""The conversation over loopback: the straight way, every refusal, every hang-up."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from probe.lab.faults import Mail
from probe.measure.connector import converse
from probe.measure.frame import Frame
from probe.measure.session.conversation import engines
from probe.measure.session.diary import Call
from probe.model.errors import NetworkError
from probe.model.network import Icmp
from probe.model.settings import Settings, Timeouts
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Stage
from tests.measure.lab_call import CALL as IN_LAB
from tests.measure.lab_call import calling
from tests.measure.scripted import OURS, Script, ScriptedNetwork, answering, forever, serving

MX = "192.0.2.25"
TIMEOUTS = Timeouts(connect=5, banner=5, reply=5, final_dot=5, quit=5, deadline=None)


async def own_name() -> str:
    return "probe.example.net"


CALL = Call(
    mx="mx1.example.com",
    names=("mx1.example.com",),
    address=MX,
    port=25,
    family=Family.IPV4,
    until=Stage.RCPT,
    helo=own_name,
    recipient="postmaster@example.com",
)
GREETING = b"220 mx1.example.com ESMTP\r\n"
EHLO = b"250-mx1.example.com\r\n250-SIZE 1000\r\n250 8BITMIME\r\n"
OK = b"250 2.1.0 Ok\r\n"


def frame(network: ScriptedNetwork, timeouts: Timeouts = TIMEOUTS, deadline: float | None = None) -> Frame:
    now = network.monotonic()
    settings = Settings(timeouts=timeouts, engine=network.engine)
    return Frame(network, settings, now, None if deadline is None else now + deadline)


@pytest.fixture(params=engines())
def network(request: pytest.FixtureRequest) -> ScriptedNetwork:
    """Every test here is told twice, once by each engine."""
    return ScriptedNetwork(request.param)


async def test_a_call_may_say_from_where_it_is_made(network: ScriptedNetwork) -> None:
    async with serving(network, MX, answering(GREETING, EHLO, OK, OK, OK, b"221 2.0.0 Bye\r\n")):
        session = await converse(replace(CALL, source="203.0.113.77"), frame(network))
    assert session.source == "203.0.113.77"


EHLO_DSN = b"250-mx1.example.com\r\n250 DSN\r\n"
LETTER = replace(
    CALL,
    until=Stage.DATA,
    sender="me@example.net",
    message=lambda helo: b"Subject: x\r\n\r\nx\r\n",
    envid="p6token",
)


def envelope_of(session: Session) -> list[tuple[str | None, int | None]]:
    return [
        (step.command, step.reply and step.reply.code)
        for step in session.steps
        if step.stage in {Stage.MAIL, Stage.RCPT}
    ]


async def test_a_message_is_named_where_the_server_knows_dsn(network: ScriptedNetwork) -> None:
    script = answering(GREETING, EHLO_DSN, OK, OK, b"354 go\r\n", then=b"")
    async with serving(network, MX, script):
        session = await converse(LETTER, replace(frame(network), deadline=network.monotonic() + 0.5))
    assert envelope_of(session) == [
        ("MAIL FROM:<me@example.net> RET=HDRS ENVID=p6token", 250),
        ("RCPT TO:<postmaster@example.com> NOTIFY=FAILURE,DELAY ORCPT=rfc822;postmaster@example.com", 250),
    ]


async def test_who_offers_dsn_and_refuses_it_is_asked_as_most_senders_ask(network: ScriptedNetwork) -> None:
    refused = b"555 5.5.4 Unsupported option: ENVID\r\n"
    script = answering(GREETING, EHLO_DSN, refused, OK, OK, b"354 go\r\n", then=b"")
    async with serving(network, MX, script):
        session = await converse(LETTER, replace(frame(network), deadline=network.monotonic() + 0.5))
    assert envelope_of(session) == [
        ("MAIL FROM:<me@example.net> RET=HDRS ENVID=p6token", 555),
        ("MAIL FROM:<me@example.net>", 250),
        ("RCPT TO:<postmaster@example.com>", 250),
    ]


async def test_a_refusal_of_the_sender_is_not_asked_for_twice(network: ScriptedNetwork) -> None:
    async with serving(network, MX, answering(GREETING, EHLO_DSN, b"550 5.7.1 no\r\n", OK)):
        session = await converse(LETTER, frame(network))
    assert envelope_of(session) == [("MAIL FROM:<me@example.net> RET=HDRS ENVID=p6token", 550)]
    assert session.failure is Failure.REJECTED


async def test_walks_to_rcpt_and_says_goodbye(network: ScriptedNetwork) -> None:
    async with serving(network, MX, answering(GREETING, EHLO, OK, OK, OK, b"221 2.0.0 Bye\r\n")):
        session = await converse(CALL, frame(network))
    assert session.completed
    assert [step.stage for step in session.steps] == [
        Stage.CONNECT,
        Stage.BANNER,
        Stage.EHLO,
        Stage.STARTTLS,
        Stage.MAIL,
        Stage.RCPT,
    ]
    assert session.source == OURS
    assert session.capabilities == ("SIZE 1000", "8BITMIME")
    assert session.step(Stage.STARTTLS).failure is Failure.NOT_OFFERED
    assert [line.text for line in session.transcript if line.who == "C"] == [
        "EHLO probe.example.net",
        "MAIL FROM:<>",
        "RCPT TO:<postmaster@example.com>",
        "RSET",
        "QUIT",
    ]
    assert [line.text for line in session.transcript if line.who == "S"][-1] == "221 2.0.0 Bye"


async def test_times_are_in_order_and_within_the_conversation(network: ScriptedNetwork) -> None:
    async with serving(network, MX, answering(GREETING, EHLO, OK, OK, OK, OK)):
        session = await converse(CALL, frame(network))
    starts = [step.started for step in session.steps]
    assert starts == sorted(starts)
    assert all(step.elapsed >= 0 for step in session.steps)
    assert session.steps[-1].started + session.steps[-1].elapsed <= session.started + session.elapsed


async def test_a_message_is_sent_dot_stuffed_and_the_final_dot_has_its_own_step(network: ScriptedNetwork) -> None:
    received = bytearray()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for reply in (GREETING, EHLO, OK, OK, b"354 go ahead\r\n"):
            writer.write(reply)
            await reader.readuntil(b"\n")
            if reply.startswith(b"354"):
                received.extend(await reader.readuntil(b"\r\n.\r\n"))
        writer.write(b"250 2.0.0 Ok: queued as 4Bz\r\n")
        await reader.readuntil(b"\n")
        writer.write(b"221 Bye\r\n")

    def message(helo: str) -> bytes:
        return f"Subject: from {helo}\r\n\r\n.hidden\r\nlast\r\n".encode()

    call = replace(CALL, until=Stage.DATA, message=message)
    async with serving(network, MX, script):
        session = await converse(call, frame(network))
    assert session.completed
    assert bytes(received).endswith(b"\r\n..hidden\r\nlast\r\n.\r\n")
    assert [(step.command, step.reply.code) for step in session.steps if step.stage is Stage.DATA] == [
        ("DATA", 354),
        (".", 250),
    ]


async def test_no_reply_to_the_final_dot_is_a_timeout_of_the_dot(network: ScriptedNetwork) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for reply in (GREETING, EHLO, OK, OK, b"354 go ahead\r\n"):
            writer.write(reply)
            await reader.readuntil(b"\n")
        await forever()

    call = replace(CALL, until=Stage.DATA, message=lambda helo: b"Subject: x\r\n\r\nx\r\n")
    async with serving(network, MX, script):
        session = await converse(call, frame(network, replace(TIMEOUTS, final_dot=0.05)))
    assert session.failure is Failure.TIMEOUT
    assert session.steps[-1].command == "."
    assert "QUIT" not in [line.text for line in session.transcript]


@pytest.mark.parametrize(
    ("replies", "stage", "failure", "goodbye"),
    [
        ([b"554 5.7.1 go away\r\n"], Stage.BANNER, Failure.REJECTED, None),
        ([b"421 4.3.2 too busy\r\n"], Stage.BANNER, Failure.DEFERRED, False),
        ([b"250 hello\r\n"], Stage.BANNER, Failure.PROTOCOL, None),
        ([GREETING, b"550 5.7.1 no\r\n", OK], Stage.EHLO, Failure.REJECTED, True),
        ([GREETING, b"421 4.7.0 slow down\r\n"], Stage.EHLO, Failure.DEFERRED, False),
        ([GREETING, EHLO, b"451 4.3.0 later\r\n", OK], Stage.MAIL, Failure.DEFERRED, True),
        ([GREETING, EHLO, b"354 what?\r\n", OK], Stage.MAIL, Failure.PROTOCOL, True),
        ([GREETING, EHLO, OK, b"550 5.1.1 unknown\r\n", OK], Stage.RCPT, Failure.REJECTED, True),
        ([GREETING, EHLO, OK, b"450 4.2.0 Greylisted\r\n", OK], Stage.RCPT, Failure.DEFERRED, True),
    ],
)
async def test_a_refusal_ends_the_conversation_with_its_word_and_its_reply(
    network: ScriptedNetwork, replies: list[bytes], stage: Stage, failure: Failure, goodbye: bool | None
) -> None:
    async with serving(network, MX, answering(*replies, then=b"221 bye\r\n")):
        session = await converse(CALL, frame(network))
    assert (session.reached, session.failure) == (stage, failure)
    assert session.steps[-1].reply.code == int(
        replies[len(session.steps) - 2 - (stage is Stage.MAIL or stage is Stage.RCPT)][:3]
    )
    if goodbye is not None:
        assert ("QUIT" in [line.text for line in session.transcript]) is goodbye


async def test_helo_after_an_ehlo_nobody_knows(network: ScriptedNetwork) -> None:
    script = answering(GREETING, b"502 5.5.2 what is that\r\n", b"250 mx1.example.com\r\n", OK, OK, then=OK)
    async with serving(network, MX, script):
        session = await converse(CALL, frame(network))
    assert session.completed
    ehlo, helo = (step for step in session.steps if step.stage is Stage.EHLO)
    assert (ehlo.failure, helo.failure, helo.command) == (Failure.REJECTED, None, "HELO probe.example.net")
    assert session.capabilities == ()


CLOSERS: dict[Stage, list[bytes]] = {
    Stage.BANNER: [],
    Stage.EHLO: [GREETING],
    Stage.MAIL: [GREETING, EHLO],
    Stage.RCPT: [GREETING, EHLO, OK],
}


@pytest.mark.parametrize("stage", CLOSERS)
async def test_a_hang_up_is_told_with_its_stage(network: ScriptedNetwork, stage: Stage) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for reply in CLOSERS[stage]:
            writer.write(reply)
            await reader.readuntil(b"\n")

    async with serving(network, MX, script):
        session = await converse(CALL, frame(network))
    assert (session.reached, session.failure) == (stage, Failure.CLOSED)


@pytest.mark.parametrize("stage", CLOSERS)
async def test_silence_is_told_with_its_stage(network: ScriptedNetwork, stage: Stage) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for reply in CLOSERS[stage]:
            writer.write(reply)
            await reader.readuntil(b"\n")
        await forever()

    async with serving(network, MX, script):
        session = await converse(CALL, frame(network, replace(TIMEOUTS, banner=0.05, reply=0.05)))
    assert (session.reached, session.failure) == (stage, Failure.TIMEOUT)
    assert "waited 0.05 s" in session.steps[-1].detail


async def test_the_deadline_has_its_own_word_and_keeps_what_was_seen(network: ScriptedNetwork) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        await forever()

    async with serving(network, MX, script):
        session = await converse(CALL, frame(network, deadline=0.2))
    assert (session.reached, session.failure) == (Stage.EHLO, Failure.DEADLINE)
    assert session.banner.lines == ("mx1.example.com ESMTP",)


async def test_after_the_deadline_nothing_is_dialled(network: ScriptedNetwork) -> None:
    session = await converse(CALL, frame(network, deadline=-1))
    assert (session.reached, session.failure) == (Stage.CONNECT, Failure.DEADLINE)
    assert network.dialled == []


async def test_what_the_network_refuses_is_data_with_who_said_so(network: ScriptedNetwork) -> None:
    icmp = Icmp(1, 1, "2001:db8::1")
    network.refusals[MX] = [NetworkError(Failure.PROHIBITED, "ICMPv6 1/1 from 2001:db8::1", icmp)]
    session = await converse(CALL, frame(network))
    assert (session.failure, session.steps[0].icmp, session.source) == (Failure.PROHIBITED, icmp, None)


async def test_a_redirect_is_dialled_and_marked(network: ScriptedNetwork) -> None:
    async with serving(network, "203.0.113.7", answering(GREETING, EHLO, OK, OK, then=OK)):
        session = await converse(replace(CALL, dial_to=("203.0.113.7", 2525)), frame(network))
    assert session.redirected
    assert session.address == MX
    assert session.completed


async def test_a_limit_on_segments_is_asked_for_and_told(network: ScriptedNetwork) -> None:
    async with serving(network, MX, answering(GREETING, EHLO, OK, OK, then=OK)):
        limited = await converse(replace(CALL, max_segment=1220), frame(network))
        assert (await converse(CALL, frame(network))).max_segment is None
    assert limited.max_segment == 1220
    assert limited.transcript[1].text.endswith(", segments of at most 1220 octets")


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (Stage.CONNECT, []),
        (Stage.BANNER, ["QUIT"]),
        (Stage.EHLO, ["EHLO probe.example.net", "QUIT"]),
        (Stage.STARTTLS, ["EHLO probe.example.net", "QUIT"]),
        (Stage.MAIL, ["EHLO probe.example.net", "MAIL FROM:<>", "RSET", "QUIT"]),
    ],
)
async def test_goes_as_far_as_asked_and_no_further(network: ScriptedNetwork, until: Stage, said: list[str]) -> None:
    async with serving(network, MX, answering(GREETING, EHLO, then=OK)):
        session = await converse(replace(CALL, until=until), frame(network))
    assert session.failure is None
    assert session.reached is until
    assert [line.text for line in session.transcript if line.who == "C"] == said


async def test_waits_for_the_last_line_of_the_greeting_before_it_speaks(network: ScriptedNetwork) -> None:
    early = bytearray()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220-mx1.example.com wait for it\r\n")
        await writer.drain()
        try:
            async with asyncio.timeout(0.1):
                early.extend(await reader.read(100))
        except TimeoutError:
            pass
        await answering(GREETING, EHLO, OK, OK, then=OK)(reader, writer)

    async with serving(network, MX, script):
        session = await converse(CALL, frame(network))
    assert not early
    assert session.completed
    assert session.banner.lines == ("mx1.example.com wait for it", "mx1.example.com ESMTP")


async def flood(writer: asyncio.StreamWriter, piece: bytes) -> None:
    for _ in range(4000):
        writer.write(piece)
        await writer.drain()
    await forever()


def hostile(make: Callable[[asyncio.StreamWriter], Awaitable[None]], *before: bytes) -> Script:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for reply in before:
            writer.write(reply)
            await reader.readuntil(b"\n")
        await make(writer)

    return script


async def drip(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"2")
        await writer.drain()
        await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("script", "stage", "failures"),
    [
        (hostile(lambda writer: flood(writer, b"x" * 4096)), Stage.BANNER, {Failure.TOO_LONG}),
        (hostile(lambda writer: flood(writer, b"220-" + b"y" * 4000 + b"\r\n")), Stage.BANNER, {Failure.TOO_LONG}),
        (
            hostile(lambda writer: flood(writer, b"250-" + b"y" * 4000 + b"\r\n"), GREETING),
            Stage.EHLO,
            {Failure.TOO_LONG},
        ),
        (hostile(drip), Stage.BANNER, {Failure.TIMEOUT}),
        (hostile(lambda writer: flood(writer, b"\x00\xff\x1b[2J" * 1000), GREETING), Stage.EHLO, {Failure.TOO_LONG}),
    ],
    ids=["endless banner", "endless greeting lines", "endless EHLO reply", "drip", "binary flood"],
)
async def test_a_hostile_server_is_bounded_and_named(
    network: ScriptedNetwork, script: Script, stage: Stage, failures: set[Failure]
) -> None:
    async with serving(network, MX, script):
        session = await converse(CALL, frame(network, replace(TIMEOUTS, banner=0.3, reply=0.3)))
    assert session.reached is stage
    assert session.failure in failures
    assert sum(len(line.text) for line in session.transcript) < 100_000


async def test_nothing_a_server_says_can_forge_or_move_anything(network: ScriptedNetwork) -> None:
    nasty = b"220 \x1b[2J\x1b]0;pwned\x07\x00 caf\xc3\xa9 \xff back\\slash \xe2\x80\xae\xe2\x80\xa8 end\r\n"
    async with serving(network, MX, answering(nasty, EHLO, OK, OK, then=OK)):
        session = await converse(CALL, frame(network))
    shown = session.banner.lines[0]
    assert shown.isprintable()
    assert "\\x1b[2J" in shown
    assert "café" in shown
    assert "back\\\\slash" in shown
    assert all(line.text.isprintable() for line in session.transcript)


async def test_rset_and_quit_go_together_where_the_server_takes_that(network: ScriptedNetwork) -> None:
    goodbye = b""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal goodbye
        for reply in (GREETING, b"250-mx1.example.com\r\n250 PIPELINING\r\n", OK):
            writer.write(reply)
            await reader.readuntil(b"\n")
        writer.write(OK)
        goodbye = await reader.read(100)
        writer.write(OK + b"221 2.0.0 Bye\r\n")

    async with serving(network, MX, script):
        session = await converse(CALL, frame(network))
    assert goodbye == (b"RSET\r\nQUIT\r\n" if network.engine == "native" else b"RSET\r\n")
    assert session.completed


async def test_and_one_after_the_other_where_it_does_not(network: ScriptedNetwork) -> None:
    heard: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for reply in (GREETING, EHLO, OK):
            writer.write(reply)
            await reader.readuntil(b"\n")
        writer.write(OK)
        while line := await reader.read(100):
            heard.append(line)
            writer.write(OK)

    async with serving(network, MX, script):
        await converse(CALL, frame(network))
    assert heard == [b"RSET\r\n", b"QUIT\r\n"]


@pytest.mark.parametrize("name", engines())
async def test_a_name_that_tls_cannot_say_is_not_said(name: str, tmp_path: Path) -> None:
    """The DNS may give such a name to a mail host; its certificate is for another."""
    odd = "\\255" * 20 + ".example.com"
    async with calling(Mail(), tmp_path) as (frame, _):
        frame = replace(frame, settings=replace(frame.settings, engine=name))
        session = await converse(replace(IN_LAB, mx=odd, names=(odd,)), frame)
    assert session.failure is None
    assert session.tls is not None
    assert session.tls.name_matches is False
