import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime

import aiosmtplib
import pytest

from probe.grammar import received
from probe.measure.delivery import listen
from probe.measure.delivery.listen import Listen, watch
from probe.measure.proof import message
from probe.measure.proof.arrival import Found, open_proofs
from probe.model.errors import UsageError
from probe.model.words import Family

TOKEN = "p60100abcdefghijklmnopv6"
OTHER = "p60100abcdefghijklmnopv4"
MESSAGE = f"Received: by mx1.example.com; x\r\nSubject: probe6 {TOKEN}\r\n\r\nbody\r\n".encode()
HERE = {Family.IPV6: "::1", Family.IPV4: "127.0.0.1"}


def free_port() -> int:
    """A port nobody listens to, over either family."""
    for _ in range(20):
        with socket.create_server(("::", 0), family=socket.AF_INET6) as six:
            port: int = six.getsockname()[1]
            try:
                with socket.create_server(("0.0.0.0", port)):
                    return port
            except OSError:
                continue
    raise AssertionError("no port is free")


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
async def proof(port: int) -> AsyncIterator[Listen]:
    async with watch(f"listen:{port}") as watching:
        yield watching


async def send(
    port: int, content: bytes, host: str = "::1", *, tls: bool = False, helo: str = "mx1.example.com"
) -> str:
    client = aiosmtplib.SMTP(
        hostname=host, port=port, local_hostname=helo, start_tls=False, validate_certs=False, timeout=5
    )
    async with client:
        if tls:
            await client.starttls()
        try:
            _, text = await client.sendmail("", ["probe@receiver.example"], content)
        except aiosmtplib.SMTPDataError as error:
            return f"{error.code} {error.message}"
    return f"250 {text}"


@asynccontextmanager
async def talking(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A bare connection."""
    reader, writer = await asyncio.open_connection("::1", port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)


@pytest.mark.parametrize("family", list(Family))
@pytest.mark.parametrize("tls", [False, True])
async def test_what_comes_is_found_and_its_hop_tells_the_family(
    proof: Listen, port: int, family: Family, tls: bool
) -> None:
    assert await proof.find(TOKEN) is None
    assert await send(port, MESSAGE, HERE[family], tls=tls) == "250 2.0.0 Ok: queued as p6-1"
    found = await proof.find(TOKEN)
    assert found is not None
    assert (found.copies, found.where) == (1, f"listen:{port}")
    top, below = received.parse(found.headers)
    assert (top.address, top.family, top.helo) == (HERE[family], family, "mx1.example.com")
    assert (top.protocol, top.tls, top.id) == ("ESMTPS" if tls else "ESMTP", tls, "p6-1")
    assert top.time is not None
    assert below.by == "mx1.example.com"
    assert await proof.find(OTHER) is None


async def test_our_own_message_as_it_is_built_is_accepted_and_copies_are_counted(proof: Listen, port: int) -> None:
    token = message.new_token(Family.IPV4)
    now = datetime(2026, 11, 22, 18, tzinfo=UTC)
    built = message.build(
        token=token, family=Family.IPV4, sender="", recipient="a@b.example", mx="mx1", helo="c.example", date=now
    )
    for _ in range(2):
        await send(port, built)
    found = await proof.find(token)
    assert found is not None
    assert found.copies == 2
    assert found.unchanged is True


async def test_a_text_that_was_changed_on_its_way_is_seen(proof: Listen, port: int) -> None:
    token = message.new_token(Family.IPV6)
    now = datetime(2026, 11, 22, 18, tzinfo=UTC)
    built = message.build(
        token=token, family=Family.IPV6, sender="", recipient="a@b.example", mx="mx1", helo="c.example", date=now
    )
    await send(port, built + b"-- \r\nA notice.\r\n")
    found = await proof.find(token)
    assert found is not None
    assert found.unchanged is False


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: hello\r\n\r\n",
        f"Subject: hello\r\n\r\nSubject: {TOKEN}\r\n".encode(),
        f"Subject: Re: {TOKEN}\r\nIn-Reply-To: <{TOKEN}@x>\r\n\r\n".encode(),
        f"Subject: {TOKEN[:-2]}v5\r\n\r\n".encode(),
        b"\r\n",
    ],
    ids=["stranger", "in-the-body", "answer", "no-token", "empty"],
)
async def test_other_mail_is_refused(proof: Listen, port: int, content: bytes) -> None:
    assert (await send(port, content)).startswith("550 5.7.1 ")


async def test_a_name_full_of_tricks_stays_in_its_place(proof: Listen, port: int) -> None:
    async with talking(port) as (reader, writer):
        await reader.readline()
        for line in (b"EHLO x])(by\x1bevil;", b"MAIL FROM:<>", b"RCPT TO:<a@b.example>", b"DATA"):
            writer.write(line + b"\r\n")
            while (await reader.readline())[3:4] == b"-":
                pass
        writer.write(MESSAGE + b".\r\n")
        assert (await reader.readline()).startswith(b"250 ")
    found = await proof.find(TOKEN)
    assert found is not None
    top = received.parse(found.headers)[0]
    assert (top.address, top.helo, top.by) == ("::1", "x]??by?evil?", "[IPv6:::1]")


async def start_data(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readline()
    for line in (b"HELO x", b"MAIL FROM:<>", b"RCPT TO:<a@b.example>", b"DATA"):
        writer.write(line + b"\r\n")
        await reader.readline()


async def test_an_endless_line_ends_the_connection(proof: Listen, port: int) -> None:
    async def pour() -> None:
        for _ in range(1000):  # of 64 KiB each: far beyond what the buffers of the system take
            writer.write(b"a" * 65536)
            await writer.drain()

    async with talking(port) as (reader, writer):
        await start_data(reader, writer)
        with pytest.raises(ConnectionError):
            await pour()
    assert await proof.find(TOKEN) is None


async def test_a_message_beyond_the_limit_is_refused(proof: Listen, port: int) -> None:
    line = b"a" * 76 + b"\r\n"
    big = MESSAGE + line * (listen.MESSAGE_LIMIT // len(line))
    async with talking(port) as (reader, writer):
        await start_data(reader, writer)
        writer.write(big + b".\r\n")
        assert (await reader.readline()).startswith(b"552 ")
    assert await proof.find(TOKEN) is None


async def test_only_so_many_connections_at_once(proof: Listen, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "CONNECTIONS", 2)
    async with AsyncExitStack() as stack:
        for _ in range(2):
            reader, writer = await stack.enter_async_context(talking(port))
            assert (await reader.readline()).startswith(b"220 [IPv6:::1] ")
        turned_away, _ = await stack.enter_async_context(talking(port))
        assert await turned_away.read() == b"421 4.3.2 Too many connections\r\n"
        writer.write(b"QUIT\r\n")
        assert (await reader.readline()).startswith(b"221 ")
        assert await reader.read() == b""
        again, _ = await stack.enter_async_context(talking(port))
        assert (await again.readline()).startswith(b"220 ")


async def test_only_so_many_messages_are_kept(proof: Listen, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "KEPT", 1)
    assert (await send(port, MESSAGE)).startswith("250 ")
    assert (await send(port, MESSAGE)).startswith("452 ")


async def test_one_address_is_one_family(port: int) -> None:
    async with watch(f"listen:[::1]:{port}") as proof:
        assert (await send(port, MESSAGE)).startswith("250 ")
        assert await proof.find(TOKEN) is not None
        with pytest.raises(aiosmtplib.SMTPConnectError):
            await send(port, MESSAGE, "127.0.0.1")


async def test_a_machine_without_one_family_listens_to_the_other(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    really = socket.create_server

    def only4(address: tuple[str, int], *, family: socket.AddressFamily) -> socket.socket:
        if family is socket.AF_INET6:
            raise OSError(listen.errno.EAFNOSUPPORT, "Address family not supported")
        return really(address, family=family)

    monkeypatch.setattr(socket, "create_server", only4)
    async with watch(f"listen:{port}") as proof:
        assert (await send(port, MESSAGE, "127.0.0.1")).startswith("250 ")
        assert isinstance(await proof.find(TOKEN), Found)
    assert "cannot listen" in await refusal(f"listen:[::1]:{port}")


async def refusal(spec: str) -> str:
    async with AsyncExitStack() as stack:
        with pytest.raises(UsageError) as caught:
            await stack.enter_async_context(open_proofs([spec]))
    assert str(caught.value).isprintable()
    return str(caught.value)


async def test_what_cannot_be_opened_is_told_at_once(port: int) -> None:
    for spec in ("listen:", "listen:x", "listen:0", "listen:::1:25", "listen:a.example:25", "listen:[::1%eth0]:25"):
        assert (await refusal(spec)).startswith("listen: ")
    assert "Cannot assign requested address" in await refusal(f"listen:192.0.2.1:{port}")
    with socket.create_server(("127.0.0.1", port)):
        assert f"port {port}: Address already in use" in await refusal(f"listen:{port}")
    async with watch(f"listen:{port}"):  # and the other family's socket was closed again
        pass


async def test_nothing_is_left_when_it_ends(port: int) -> None:
    before = asyncio.all_tasks()
    async with watch(f"listen:{port}"):
        reader, writer = await asyncio.open_connection("::1", port)
        await start_data(reader, writer)
    with suppress(ConnectionError):
        assert await reader.read() == b""
    writer.close()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() <= before


async def test_strangers_write_nothing_on_our_terminal(
    proof: Listen, port: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # as in a program that sets up no logging
    async with talking(port) as (reader, writer):
        await reader.readline()
        writer.write(b"\x1b[2JVRFY\r\n")
        assert (await reader.readline()).startswith(b"500 ")
    assert capsys.readouterr() == ("", "")


async def test_the_certificate_is_new_each_time() -> None:
    assert isinstance(listen._self_made(), ssl.SSLContext)
