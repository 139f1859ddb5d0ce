import asyncio
import ssl
from pathlib import Path

import pytest

from probe.lab.certificates import Authority
from probe.lab.faults import Certificate, Web
from probe.lab.webserver import HEAD_LIMIT, answer, webserver

WEB = Web(b"version: STSv1\r\n")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


async def said(authority: Authority, web: Web, request: bytes) -> bytes:
    async with webserver(web, "127.0.0.1", authority.context(web.certificate, web.name)) as port:
        context = ssl.create_default_context(cafile=str(authority.ca_file))
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=web.name)
        try:
            writer.write(request)
            async with asyncio.timeout(60):
                return await reader.read()
        finally:
            writer.transport.abort()


async def test_everybody_gets_the_same_answer(authority: Authority) -> None:
    for path in (b"/", b"/.well-known/mta-sts.txt"):
        heard = await said(authority, WEB, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        head, _, body = heard.partition(b"\r\n\r\n")
        assert head.split(b"\r\n")[0] == b"HTTP/1.1 200 OK"
        assert b"Content-Type: text/plain; charset=utf-8" in head.split(b"\r\n")
        assert body == WEB.body


def test_a_redirect_says_where() -> None:
    heard = answer(Web(status=301, location="https://www.example.com/"))
    assert heard.startswith(b"HTTP/1.1 301 Moved Permanently\r\n")
    assert b"\r\nLocation: https://www.example.com/\r\n" in heard


async def test_who_babbles_is_not_listened_to(authority: Authority) -> None:
    assert await said(authority, WEB, b"x" * (3 * HEAD_LIMIT)) == b""


async def test_nothing_is_left_when_it_ends(authority: Authority, tmp_path: Path) -> None:
    before = asyncio.all_tasks()
    context = authority.context(Certificate.GOOD, WEB.name)
    async with webserver(WEB, "127.0.0.1", context) as port:
        client = ssl.create_default_context(cafile=str(authority.ca_file))
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client, server_hostname=WEB.name)
    writer.transport.abort()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before
