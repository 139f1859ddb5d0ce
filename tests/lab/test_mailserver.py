import base64
import re
from pathlib import Path

import aiosmtplib
import pytest

from probe.lab.faults import CAPABILITIES, Certificate, Mail
from probe.lab.mailserver import OCTET_LIMIT
from probe.lab.scenario import Scenario, pair
from probe.lab.world import World, world
from probe.lab.zones import MX4, MX6, OWN4
from probe.model.network import Endpoint
from probe.model.words import Family

from .conftest import Start, Talk, talk


def messages(running: World) -> list[str]:
    return [path.read_text() for path in sorted((running.maildir / "new").iterdir())]


@pytest.mark.parametrize(
    ("address", "family", "literal"),
    [
        (MX6, Family.IPV6, "[IPv6:2001:db8:9::9]"),
        (MX4, Family.IPV4, "[203.0.113.9]"),
    ],
)
async def test_a_real_client_delivers_and_the_trace_names_the_logical_client(
    start: Start, address: str, family: Family, literal: str
) -> None:
    async with start(Mail()) as running:
        link = await running.network.dial(Endpoint(address, 25, family), None, 60.0)
        client = aiosmtplib.SMTP(
            hostname="mx1.example.com",
            sock=link.socket,
            local_hostname="probe.example.net",
            start_tls=False,
            cert_bundle=running.settings.ca_file,
            timeout=60,
        )
        greeting = await client.connect()
        await client.ehlo()
        await client.starttls(server_hostname="mx1.example.com")
        refused, text = await client.sendmail("", ["user@example.com"], "Subject: token\r\n\r\nhello\r\n")
        await client.quit()
        [message] = messages(running)
    assert greeting.message == "mx1.example.com ESMTP Postfix"
    assert refused == {}
    queue_id = re.fullmatch(r"2\.0\.0 Ok: queued as ([0-9A-F]{10})", text)
    assert queue_id is not None
    assert message.startswith(
        "Return-Path: <>\n"
        "Delivered-To: user@example.com\n"
        f"Received: from probe.example.net (probe.example.net {literal})\n"
        f"\tby mx1.example.com (Postfix) with ESMTPS id {queue_id[1]}\n"
        "\tfor <user@example.com>; "
    )
    assert message.endswith("\nSubject: token\n\nhello\n")


async def test_greeting_ehlo_and_the_list_inside_tls(start: Start) -> None:
    async with start(Mail()) as running, talk(running.network) as server:
        assert await server.line() == b"220 mx1.example.com ESMTP Postfix\r\n"
        first = await server.ask(b"EHLO probe.example.net")
        tls = await server.starttls()
        second = await server.ask(b"EHLO probe.example.net")
        assert (await server.ask(b"QUIT")).startswith(b"221 ")
    assert tls.version() == "TLSv1.3"
    texts = [line[4:].decode() for line in first.splitlines()]
    assert texts == ["mx1.example.com", *CAPABILITIES]
    assert [line[4:].decode() for line in second.splitlines()] == [text for text in texts if text != "STARTTLS"]


async def test_without_tls_the_trace_says_so_and_dots_are_unstuffed(start: Start) -> None:
    async with start(Mail(certificate=None)) as running, talk(running.network) as server:
        await server.line()
        assert b"STARTTLS" not in await server.ask(b"EHLO [IPv6:2001:db8:9::9]")
        assert (await server.send()).startswith(b"250 2.0.0 Ok: queued as ")
        [message] = messages(running)
    assert "from [IPv6:2001:db8:9::9] (probe.example.net [IPv6:2001:db8:9::9])\n" in message
    assert "with ESMTP id" in message
    assert message.endswith("\n\n.dot\n")


async def test_only_known_mailboxes_are_taken(start: Start) -> None:
    async with start(Mail()) as running, talk(running.network) as server:
        await server.line()
        await server.ask(b"EHLO probe.example.net")
        await server.ask(b"MAIL FROM:<>")
        assert (await server.ask(b"RCPT TO:<nobody@example.com>")).startswith(b"550 5.1.1 ")
        assert (await server.ask(b"RCPT TO:<Postmaster@Example.com>")).startswith(b"250 ")


async def test_a_client_without_a_name_is_turned_away(tmp_path: Path) -> None:
    picky = Scenario(name="test", title="t", hosts=pair(Mail(wants_ptr=True), Mail(wants_ptr=True)), ourselves="")
    async with world(picky, tmp_path) as running, talk(running.network) as server:
        await server.line()
        await server.ask(b"EHLO probe.example.net")
        await server.ask(b"MAIL FROM:<>")
        refusal = await server.ask(b"RCPT TO:<user@example.com>")
    assert refusal == b"550 5.7.25 Client host rejected: cannot find your hostname, [2001:db8:9::9]\r\n"


async def test_a_client_with_a_name_is_let_in(start: Start) -> None:
    async with start(Mail(wants_ptr=True)) as running, talk(running.network) as server:
        await server.line()
        await server.ask(b"EHLO probe.example.net")
        await server.envelope()


async def test_a_policy_may_refuse_every_recipient(start: Start) -> None:
    async with start(Mail(refusal="550 5.7.1 no")) as running, talk(running.network) as server:
        await server.line()
        await server.ask(b"EHLO probe.example.net")
        await server.ask(b"MAIL FROM:<>")
        assert await server.ask(b"RCPT TO:<user@example.com>") == b"550 5.7.1 no\r\n"


async def test_a_greylist_holds_each_client_sender_and_recipient_for_a_while(tmp_path: Path) -> None:
    strict = Mail(greylist=0.05)
    scenario = Scenario(name="test", title="t", hosts=pair(strict, strict))

    async def rcpt(running: World, address: str) -> bytes:
        async with talk(running.network, address) as server:
            await server.line()
            await server.ask(b"EHLO probe.example.net")
            await server.ask(b"MAIL FROM:<>")
            return await server.ask(b"RCPT TO:<user@example.com>")

    async with world(scenario, tmp_path) as running:
        assert (await rcpt(running, MX6)).startswith(b"450 4.2.0 ")
        await running.network.sleep(7.0)
        assert (await rcpt(running, MX6)).startswith(b"250 ")
        assert (await rcpt(running, MX4)).startswith(b"450 4.2.0 ")


@pytest.mark.parametrize(
    ("seen_as", "greeting"),
    [(None, b"Hello probe.example.net [2001:db8:9::9]"), ("172.17.0.1", b"Hello probe.example.net [172.17.0.1]")],
)
async def test_an_exim_says_whom_it_sees(start: Start, seen_as: str | None, greeting: bytes) -> None:
    async with start(Mail(echo=True, seen_as=seen_as)) as running, talk(running.network) as server:
        await server.line()
        reply = await server.ask(b"EHLO probe.example.net")
    assert reply.splitlines()[0] == b"250-mx1.example.com " + greeting


@pytest.mark.parametrize(("proxy", "literal"), [("172.17.0.1", "[172.17.0.1]"), ("fd00::1", "[IPv6:fd00::1]")])
async def test_a_proxy_hides_the_client_from_the_trace(start: Start, proxy: str, literal: str) -> None:
    async with start(Mail(seen_as=proxy)) as running, talk(running.network) as server:
        await server.line()
        await server.ask(b"EHLO probe.example.net")
        await server.send()
        [message] = messages(running)
    assert f"Received: from probe.example.net (unknown {literal})\n" in message
    assert "2001:db8:9::9" not in message


@pytest.mark.parametrize("copies", [0, 1, 2])
async def test_what_is_accepted_may_be_lost_or_doubled(start: Start, copies: int) -> None:
    async with start(Mail(copies=copies)) as running, talk(running.network) as server:
        await server.line()
        await server.ask(b"EHLO probe.example.net")
        assert (await server.send()).startswith(b"250 ")
        assert len(messages(running)) == copies


async def test_a_late_message_comes_later(start: Start) -> None:
    async with start(Mail(delay=0.05)) as running, talk(running.network) as server:
        await server.line()
        await server.ask(b"EHLO probe.example.net")
        await server.send()
        assert messages(running) == []
        await running.network.sleep(20.0)
        assert len(messages(running)) == 1


async def test_a_message_under_way_is_gone_with_the_world(start: Start) -> None:
    async with start(Mail(delay=0.05)) as running, talk(running.network) as server:
        await server.line()
        await server.ask(b"EHLO probe.example.net")
        await server.send()
    await running.network.sleep(10.0)
    assert messages(running) == []


async def test_a_pool_greets_with_its_names_in_turn(start: Start) -> None:
    seen = []
    async with start(Mail(names=("a.example.com", "b.example.com"))) as running:
        for _ in range(3):
            async with talk(running.network) as server:
                seen.append((await server.line()).split()[1])
    assert seen == [b"a.example.com", b"b.example.com", b"a.example.com"]


async def test_each_kind_of_certificate_is_shown(start: Start) -> None:
    async with start(Mail(certificate=Certificate.SELF_SIGNED)) as running:
        shown = []
        for address in (MX6, MX4):
            async with talk(running.network, address) as server:
                await server.line()
                await server.ask(b"EHLO probe.example.net")
                shown.append((await server.starttls()).getpeercert(binary_form=True))
    assert shown[0] != shown[1]


async def test_a_flood_ends_the_connection(start: Start) -> None:
    async with start(Mail()) as running, talk(running.network) as server:
        await server.line()
        await server.ask(b"EHLO probe.example.net")
        await server.envelope()
        await server.ask(b"DATA")
        with pytest.raises(ConnectionError):
            await flood(server, 4 * OCTET_LIMIT)  # more than the server takes and the kernel holds on the way


LOGIN = Mail(login=("me", "secret"), relays_for=())


@pytest.mark.parametrize(("password", "code"), [("secret", b"235 "), ("wrong", b"535 "), ("", b"535 ")])
async def test_who_logs_in_may_relay(start: Start, password: str, code: bytes) -> None:
    plain = base64.b64encode(f"\0me\0{password}".encode())
    async with start(LOGIN) as running, talk(running.network) as server:
        await server.line()
        assert b"AUTH" not in await server.ask(b"EHLO probe.example.net")
        assert (await server.ask(b"AUTH PLAIN " + plain)).startswith(b"538 ")  # not outside TLS
        await server.starttls()
        assert b"AUTH PLAIN LOGIN" in await server.ask(b"EHLO probe.example.net")
        assert (await server.ask(b"AUTH PLAIN " + plain)).startswith(code)
        await server.ask(b"MAIL FROM:<>")
        answer = await server.ask(b"RCPT TO:<user@example.com>")
        assert answer.startswith(b"250 " if code == b"235 " else b"554 5.7.1 ")


@pytest.mark.parametrize(("address", "code"), [(MX6, b"554 5.7.1 "), (MX4, b"250 ")])
async def test_whom_it_knows_may_relay(start: Start, address: str, code: bytes) -> None:
    async with start(Mail(relays_for=(OWN4,))) as running, talk(running.network, address) as server:
        await server.line()
        await server.ask(b"EHLO probe.example.net")
        await server.ask(b"MAIL FROM:<>")
        assert (await server.ask(b"RCPT TO:<user@example.com>")).startswith(code)


async def flood(server: Talk, octets: int) -> None:
    for _ in range(octets // 65536):
        server.writer.write(b"x" * 65536)
        await server.writer.drain()


@pytest.mark.parametrize(
    ("mail", "recipient", "code"),
    [
        (Mail(), b"tester@example.net", b"554 5.7.1 "),
        (Mail(elsewhere="450 4.2.0 later"), b"tester@example.net", b"450 4.2.0 "),
        (Mail(relays=True), b"tester@example.net", b"250 "),
        (Mail(relays=True), b"nobody@example.com", b"550 5.1.1 "),
        (Mail(catches_all=True), b"nobody@example.com", b"250 "),
        (Mail(catches_all=True), b"tester@example.net", b"554 5.7.1 "),
        (Mail(), b"USER@Example.COM", b"250 "),
    ],
)
async def test_whose_mail_it_takes(start: Start, mail: Mail, recipient: bytes, code: bytes) -> None:
    async with start(mail) as running, talk(running.network) as server:
        await server.line()
        await server.ask(b"EHLO probe.example.net")
        assert (await server.ask(b"MAIL FROM:<>")).startswith(b"250 ")
        assert (await server.ask(b"RCPT TO:<" + recipient + b">")).startswith(code)
