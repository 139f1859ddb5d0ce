"""One GET over HTTPS, against servers that answer well, badly, endlessly and not at all."""

import asyncio
import ssl
from pathlib import Path

import pytest

from probe.lab.certificates import Authority
from probe.lab.faults import Certificate
from probe.measure.transport.https import Question, fetch, verifying_context
from probe.model.errors import NetworkError, UsageError
from probe.model.network import Endpoint
from probe.model.policies import PolicyFetch
from probe.model.words import Failure, Family
from tests.measure.scripted import Script, ScriptedNetwork, forever

HOST, ADDRESS = "mta-sts.example.com", "192.0.2.43"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: Text/Plain; charset=utf-8\r\nContent-Length: 5\r\n\r\nhello"
MOST = 100


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


async def asked(
    authority: Authority, script: Script, kind: Certificate | None = Certificate.GOOD, rest: float = 5.0
) -> PolicyFetch:
    """What comes of asking a server that plays ``script`` behind TLS; ``kind`` None: without TLS."""
    network = ScriptedNetwork()
    context = None if kind is None else authority.context(kind, HOST)

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await script(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(play, "127.0.0.1", 0, ssl=context)
    network.doors[ADDRESS] = server.sockets[0].getsockname()[1]
    question = Question(HOST, "/.well-known/mta-sts.txt", MOST, verifying_context(str(authority.ca_file)))
    try:
        return await fetch(network, question, Endpoint(ADDRESS, 443, Family.IPV4), None, 5.0, rest)
    finally:
        server.close()
        await asyncio.sleep(0)


def saying(data: bytes, *, then_wait: bool = False) -> Script:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(data)
        await writer.drain()
        if then_wait:
            await forever()

    return script


async def test_the_request_is_plain_and_the_answer_whole(authority: Authority) -> None:
    heard: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        for octet in OK:
            writer.write(bytes((octet,)))
            await writer.drain()

    found = await asked(authority, script)
    assert (found.status, found.media_type, found.body, found.failure) == (200, "text/plain", b"hello", None)
    assert (found.address, found.family) == (ADDRESS, Family.IPV4)
    assert found.elapsed > 0
    first, *headers = heard[0].decode().split("\r\n")
    assert first == "GET /.well-known/mta-sts.txt HTTP/1.1"
    assert f"Host: {HOST}" in headers
    assert not any(line.lower().startswith(("cookie", "authorization")) for line in headers)


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\nhello",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK,
    ],
)
async def test_other_ways_to_say_the_same(authority: Authority, data: bytes) -> None:
    assert (await asked(authority, saying(data))).body == b"hello"


async def test_a_redirect_is_told_and_not_followed(authority: Authority) -> None:
    data = b"HTTP/1.1 301 Moved\r\nLocation: https://\x1b[2Jelsewhere/\r\nContent-Length: 0\r\n\r\n"
    found = await asked(authority, saying(data.replace(b"\x1b[2J", b"")))
    assert (found.status, found.location, found.body, found.failure) == (301, "https://elsewhere/", None, None)


async def test_what_is_no_200_has_no_body(authority: Authority) -> None:
    found = await asked(authority, saying(b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nmode"))
    assert (found.status, found.body, found.failure) == (404, None, None)


@pytest.mark.parametrize(
    ("data", "failure"),
    [
        (b"220 mx1.example.com ESMTP\r\n\r\n", Failure.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 40_000, Failure.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + b"x" * 101, Failure.TOO_LONG),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000, Failure.TOO_LONG),
        (b"", Failure.CLOSED),
    ],
)
async def test_what_is_no_good_answer(authority: Authority, data: bytes, failure: Failure) -> None:
    found = await asked(authority, saying(data))
    assert (found.failure, found.body) == (failure, None)
    assert found.detail
    assert found.detail.isprintable()


async def test_an_answer_that_is_cut_short_is_none(authority: Authority) -> None:
    found = await asked(authority, saying(OK[:-1]))
    assert found.failure in {Failure.PROTOCOL, Failure.CLOSED}
    assert found.body is None


@pytest.mark.parametrize("data", [b"", b"HTTP/1.1 200 OK\r\n", OK[:-1]])
async def test_who_falls_silent_is_not_waited_for(authority: Authority, data: bytes) -> None:
    found = await asked(authority, saying(data, then_wait=True), rest=0.3)
    assert (found.failure, found.detail) == (Failure.TIMEOUT, "no whole answer came within 0.3 s")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Certificate.WRONG_NAME, "mismatch"),
        (Certificate.SELF_SIGNED, "self-signed"),
        (Certificate.EXPIRED, "expired"),
    ],
)
async def test_a_certificate_that_does_not_hold(authority: Authority, kind: Certificate, words: str) -> None:
    heard: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1))

    found = await asked(authority, script, kind)
    assert found.failure is Failure.TLS_CERTIFICATE
    assert words in (found.detail or "").lower()
    assert b"".join(heard) == b"", "nothing is asked of who is not who he should be"


async def test_a_server_without_tls(authority: Authority) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        await reader.read()

    assert (await asked(authority, script, None)).failure is Failure.TLS_HANDSHAKE


async def test_a_server_that_hangs_up_in_the_handshake(authority: Authority) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)

    found = await asked(authority, script, None)
    assert (found.failure, found.detail) == (Failure.TLS_HANDSHAKE, "the server hung up in the TLS handshake")


async def test_a_handshake_without_end(authority: Authority) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await forever()

    found = await asked(authority, script, None, rest=0.2)
    assert (found.failure, found.detail) == (Failure.TIMEOUT, "the TLS handshake did not end within 0.2 s")


async def test_what_the_network_refuses_is_told(authority: Authority) -> None:
    network = ScriptedNetwork()
    network.refusals[ADDRESS] = [NetworkError(Failure.UNREACHABLE, "No route to host")]
    question = Question(HOST, "/", MOST, verifying_context(None))
    found = await fetch(network, question, Endpoint(ADDRESS, 443, Family.IPV4), None, 1.0, 1.0)
    assert (found.failure, found.detail) == (Failure.UNREACHABLE, "No route to host")


def test_a_ca_file_nobody_can_read_is_the_operators(tmp_path: Path) -> None:
    for path in (tmp_path / "none.pem", tmp_path):
        with pytest.raises(UsageError, match="--ca"):
            verifying_context(str(path))


def test_who_verifies_verifies(authority: Authority) -> None:
    context = verifying_context(str(authority.ca_file))
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert not context.hostname_checks_common_name
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
