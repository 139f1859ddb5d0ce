import asyncio
import contextlib
import ssl
import time

import pytest

from probe.lab.faults import CAPABILITIES, READY, End, Endless, Grouped, Say, Step, Wait, Wire
from probe.lab.rawserver import LINE_LIMIT
from probe.lab.zones import MX6
from probe.model.network import Endpoint
from probe.model.words import Family

from .conftest import Start, Talk, talk


async def walk(server: Talk, until: Step) -> None:
    """Go on, politely, to the step before ``until``."""
    commands = {
        Step.BANNER: None,
        Step.EHLO: b"EHLO probe.example.net",
        Step.MAIL: b"MAIL FROM:<>",
        Step.RCPT: b"RCPT TO:<user@example.com>",
        Step.DATA: b"DATA",
        Step.DOT: b"Subject: x\r\n\r\nhello\r\n.",
    }
    for step, command in commands.items():
        if step is until:
            if command:
                server.writer.write(command + b"\r\n")
            return
        reply = await (server.reply() if command is None else server.ask(command))
        assert reply[:1] in b"23"


async def test_without_acts_it_is_a_healthy_server(start: Start) -> None:
    async with start(Wire()) as running, talk(running.network) as server:
        assert await server.line() == b"220 mx1.example.com ESMTP Postfix\r\n"
        first = await server.ask(b"EHLO probe.example.net")
        await server.starttls()
        second = await server.ask(b"EHLO probe.example.net")
        assert (await server.send()).startswith(b"250 2.0.0 Ok: queued as ")
        assert (await server.ask(b"RSET")).startswith(b"250 ")
        assert (await server.ask(b"HELO probe")).startswith(b"250 ")
        assert (await server.ask(b"STARTTLS")).startswith(b"502 ")
        assert (await server.ask(b"WHAT")).startswith(b"500 ")
        assert (await server.ask(b"DOT")).startswith(b"500 ")
        assert (await server.ask(b"")).startswith(b"500 ")
        assert (await server.ask(b"QUIT")).startswith(b"221 ")
        assert await server.line() == b""
    texts = [line[4:].decode() for line in first.splitlines()]
    assert texts == ["mx1.example.com", *CAPABILITIES]
    assert [line[4:].decode() for line in second.splitlines()] == [text for text in texts if text != "STARTTLS"]


STEPS = [Step.BANNER, Step.EHLO, Step.MAIL, Step.RCPT, Step.DATA, Step.DOT]


@pytest.mark.parametrize("step", STEPS)
async def test_it_hangs_up_at_each_step(start: Start, step: Step) -> None:
    async with start(Wire({step: (End.CLOSE,)})) as running, talk(running.network) as server:
        await walk(server, step)
        assert await server.line() == b""


@pytest.mark.parametrize("step", STEPS)
async def test_it_resets_at_each_step(start: Start, step: Step) -> None:
    async with start(Wire({step: (End.RESET,)})) as running, talk(running.network) as server:
        await walk(server, step)
        with pytest.raises(ConnectionResetError):
            await server.line()


@pytest.mark.parametrize("step", STEPS)
async def test_it_falls_silent_at_each_step_and_stays(start: Start, step: Step) -> None:
    async with start(Wire({step: (End.MUTE,)})) as running, talk(running.network) as server:
        await walk(server, step)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.03):
                await server.reader.read(1)
        assert not server.reader.at_eof()


@pytest.mark.parametrize("step", STEPS[1:])
@pytest.mark.parametrize("code", [b"451", b"550"])
async def test_it_refuses_at_each_step_and_goes_on(start: Start, step: Step, code: bytes) -> None:
    async with start(Wire({step: (Say(code + b" no\r\n"),)})) as running, talk(running.network) as server:
        await walk(server, step)
        assert await server.reply() == code + b" no\r\n"
        assert (await server.ask(b"QUIT")).startswith(b"221 ")


@pytest.mark.parametrize(
    "greeting",
    [
        b"421 4.7.0 too many connections\r\n",
        b"450 4.3.2 try again\r\n",
        b"554 5.3.2 no\r\n",
        b"HTTP/1.1 400 Bad Request\r\n",
        b"220 \x1b[2J\x00\xff\r\n",
    ],
)
async def test_any_greeting_is_said_to_the_octet(start: Start, greeting: bytes) -> None:
    async with start(Wire({Step.BANNER: (Say(greeting), End.CLOSE)})) as running, talk(running.network) as server:
        assert await server.reader.read(-1) == greeting


async def test_a_teaser_comes_before_the_pause(start: Start) -> None:
    wire = Wire({Step.BANNER: (Say(b"220-a\r\n"), Wait(0.05), Say(b"220 b\r\n"))})
    async with start(wire) as running, talk(running.network) as server:
        assert await server.line() == b"220-a\r\n"
        started = time.monotonic()
        assert await server.line() == b"220 b\r\n"
        assert time.monotonic() - started >= 0.04
        assert (await server.ask(b"EHLO probe.example.net")).startswith(b"250-")


async def test_a_drip_is_one_octet_at_a_time(start: Start) -> None:
    async with start(Wire({Step.BANNER: (Say(b"220 x\r\n", every=0.01),)})) as running, talk(running.network) as server:
        started = time.monotonic()
        octets = [await server.reader.read(100) for _ in range(7)]
        assert octets == [b"2", b"2", b"0", b" ", b"x", b"\r", b"\n"]
        assert time.monotonic() - started >= 0.05


@pytest.mark.parametrize("step", [Step.BANNER, Step.EHLO])
async def test_an_endless_reply_goes_on_as_long_as_it_is_read(start: Start, step: Step) -> None:
    async with start(Wire({step: (Endless(b"250-more\r\n" * 100),)})) as running, talk(running.network) as server:
        await walk(server, step)
        for _ in range(5000):
            assert await server.line() == b"250-more\r\n"


async def test_a_megabyte_is_one_line(start: Start) -> None:
    line = b"220 " + b"x" * (1 << 20) + b"\r\n"
    async with start(Wire({Step.BANNER: (Say(line),)})) as running, talk(running.network) as server:
        assert await server.reader.readexactly(len(line)) == line


async def test_helo_works_where_ehlo_does_not(start: Start) -> None:
    async with start(Wire({Step.EHLO: (Say(b"502 5.5.1 no\r\n"),)})) as running, talk(running.network) as server:
        await server.line()
        assert (await server.ask(b"EHLO probe.example.net")).startswith(b"502 ")
        assert (await server.ask(b"HELO probe.example.net")).startswith(b"250 ")
        assert (await server.ask(b"MAIL FROM:<>")).startswith(b"250 ")


async def test_plaintext_is_injected_behind_the_220(start: Start) -> None:
    wire = Wire({Step.STARTTLS: (Say(READY.data + b"250 injected\r\n"), End.HANDSHAKE)})
    async with start(wire) as running, talk(running.network) as server:
        await walk(server, Step.EHLO)
        await server.reply()
        assert await server.ask(b"STARTTLS") == READY.data
        assert await server.line() == b"250 injected\r\n"


async def test_garbage_instead_of_tls_breaks_the_handshake(start: Start) -> None:
    wire = Wire({Step.STARTTLS: (READY, Wait(0.01), Say(b"\xff" * 20), End.MUTE)})
    async with start(wire) as running, talk(running.network) as server:
        await walk(server, Step.EHLO)
        await server.reply()
        with pytest.raises(ssl.SSLError):
            await server.starttls()


async def test_tls_hangs_after_the_220(start: Start) -> None:
    async with start(Wire({Step.STARTTLS: (READY, End.MUTE)})) as running, talk(running.network) as server:
        await walk(server, Step.EHLO)
        await server.reply()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await server.starttls()


@pytest.mark.parametrize("step", [Step.MAIL, Step.DOT])
async def test_faults_are_played_inside_tls_too(start: Start, step: Step) -> None:
    async with start(Wire({step: (End.CLOSE,)})) as running, talk(running.network) as server:
        await server.line()
        await server.ask(b"EHLO probe.example.net")
        await server.starttls()
        if step is Step.MAIL:
            server.writer.write(b"MAIL FROM:<>\r\n")
            assert await server.line() == b""
        else:
            assert await server.send() == b""


async def test_without_a_certificate_tls_is_not_offered(start: Start) -> None:
    async with start(Wire(certificate=None)) as running, talk(running.network) as server:
        await server.line()
        assert b"STARTTLS" not in await server.ask(b"EHLO probe.example.net")
        assert (await server.ask(b"STARTTLS")).startswith(b"502 ")


@pytest.mark.parametrize("flood", [b"x" * (4 * LINE_LIMIT), b"DATA\r\n" + (b"y" * 998 + b"\r\n") * 2000])
async def test_a_babbling_client_is_dropped(start: Start, flood: bytes) -> None:
    async with start(Wire()) as running, talk(running.network) as server:
        await server.line()
        server.writer.write(flood)
        try:
            async with asyncio.timeout(60):
                rest = await server.reader.read(-1)
        except ConnectionResetError:
            rest = b""
        assert rest in {b"", b"354 End data with <CR><LF>.<CR><LF>\r\n"}


GROUP = b"MAIL FROM:<>\r\nRCPT TO:<user@example.com>\r\nRSET\r\nQUIT\r\n"


@pytest.mark.parametrize(
    ("how", "codes"),
    [
        (None, ["250", "250", "250", "221"]),
        (Grouped.LOSES_REST, ["250"]),
        (Grouped.LOSES_SECOND, ["250", "250", "221"]),
        (Grouped.CLOSES, ["250"]),
        (Grouped.REFUSES, ["250", "503", "503", "503"]),
    ],
)
async def test_commands_that_come_together(start: Start, how: Grouped | None, codes: list[str]) -> None:
    async with start(Wire(grouped=how)) as running, talk(running.network) as server:
        await walk(server, Step.MAIL)  # and the first MAIL with it: a line alone is always answered
        assert (await server.reply())[:3] == b"250"
        server.writer.write(GROUP)
        assert [(await server.line())[:3].decode() for _ in codes] == codes
        if how is Grouped.CLOSES or codes[-1] == "221":
            assert await server.line() == b""
        else:
            assert (await server.ask(b"NOOP"))[:3] == b"250"


async def test_a_message_is_no_group(start: Start) -> None:
    async with start(Wire(grouped=Grouped.CLOSES)) as running, talk(running.network) as server:
        await walk(server, Step.DOT)
        server.writer.write(b"one\r\ntwo\r\n.\r\n")
        assert (await server.reply())[:3] == b"250"


@pytest.mark.parametrize(("segment", "heard"), [(None, b""), (1220, b"250-mx1.example.com\r\n")])
async def test_a_long_reply_arrives_in_small_segments_alone(start: Start, segment: int | None, heard: bytes) -> None:
    wordy = Wire(capabilities=tuple(f"XFEATURE{number} {'x' * 50}" for number in range(40)), loses_large=True)
    async with start(wordy) as running:
        link = await running.network.dial(Endpoint(MX6, 25, Family.IPV6), None, 1.0, max_segment=segment)
        reader, writer = await asyncio.open_connection(sock=link.socket)
        server = Talk(link.socket, reader, writer)
        assert (await server.line()).startswith(b"220 ")
        assert (await server.ask(b"NOOP")).startswith(b"250 ")
        writer.write(b"EHLO probe.example.net\r\n")
        line = b""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.3):
                line = await reader.readline()
        assert line == heard
        writer.transport.abort()


@pytest.mark.parametrize("keeps", [False, True])
async def test_what_came_in_the_clear_behind_starttls(start: Start, keeps: bool) -> None:
    async with start(Wire(keeps_plaintext=keeps)) as running, talk(running.network) as server:
        await server.line()
        await server.ask(b"EHLO probe.example.net")
        server.writer.write(b"STARTTLS\r\nNOOP\r\n")
        assert (await server.reply()).startswith(b"220 ")
        await server.secure()
        server.writer.write(b"RSET\r\nQUIT\r\n")
        codes = [(await server.reply())[:3] for _ in range(3 if keeps else 2)]
    assert codes == [*([b"250"] if keeps else []), b"250", b"221"]


async def test_a_message_may_end_where_none_should(start: Start) -> None:
    async with start(Wire(ends=(b"\n.\n",))) as running, talk(running.network) as server:
        await server.line()
        await server.envelope()
        assert (await server.ask(b"DATA")).startswith(b"354 ")
        assert (await server.ask(b"one\n.\nNOOP")).startswith(b"250 2.0.0 Ok: queued as ")
        assert (await server.reply()).startswith(b"250 2.1.0 ")
        await server.envelope()
        assert (await server.ask(b"DATA")).startswith(b"354 ")
        assert (await server.ask(b"two\r\n.")).startswith(b"250 2.0.0 Ok: queued as ")
