import asyncio
import itertools
import re
import shlex
from pathlib import Path

import dns.asyncquery
import dns.message
import pytest

from probe.lab.faults import DnsFault
from probe.lab.nameserver import Nameserver
from probe.lab.scenarios import SCENARIOS
from probe.lab.serving import dns_port, serve
from probe.lab.zones import HOME


async def first_lines(use: "asyncio.Queue[str]") -> list[str]:
    lines: list[str] = []
    while not lines or not lines[-1].startswith(("probe6 check", "probe6 demo")):
        async with asyncio.timeout(60):
            lines.append(await use.get())
    return lines


async def test_a_served_scenario_says_how_to_reach_it_and_answers(tmp_path: Path) -> None:
    said: asyncio.Queue[str] = asyncio.Queue()
    before = asyncio.all_tasks()
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(serve(SCENARIOS["healthy"], tmp_path, said.put_nowait))
        lines = await first_lines(said)
        command = shlex.split(lines[-1])
        server, port = command[command.index("--nameserver") + 1].split(":")
        query = dns.message.make_query("example.com", "MX")
        answer = await dns.asyncquery.udp(query, server, 5, int(port))
        assert answer.answer[0][0].to_text() == "10 mx1.example.com."
        redirects = [word for flag, word in itertools.pairwise(command) if flag == "--connect-to"]
        assert len(redirects) == 4
        real = re.fullmatch(r"192\.0\.2\.25:25:(127\.0\.0\.1):(\d+)", redirects[1])
        assert real is not None
        assert re.fullmatch(r"\[2001:db8::25\]:25:(\[::1\]|127\.0\.0\.1):\d+", redirects[0])
        reader, writer = await asyncio.open_connection(real[1], int(real[2]))
        assert (await reader.readline()).startswith(b"220 mx1.example.com ")
        writer.close()
        await writer.wait_closed()
        serving.cancel()
    assert asyncio.all_tasks() == before


async def test_a_setting_of_the_scenario_is_in_the_command(tmp_path: Path) -> None:
    for name, words in (("pipelining-healthy", ["auto"]), ("healthy", [])):
        said: asyncio.Queue[str] = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(serve(SCENARIOS[name], tmp_path / name, said.put_nowait))
            command = shlex.split((await first_lines(said))[-1])
            serving.cancel()
        assert [word for flag, word in itertools.pairwise(command) if flag == "--pipelining"] == words


async def test_a_refusing_host_refuses_for_real_and_a_black_hole_is_owned_up_to(tmp_path: Path) -> None:
    for name in ("v6-refused", "v6-blackhole"):
        said: asyncio.Queue[str] = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(serve(SCENARIOS[name], tmp_path, said.put_nowait))
            lines = await first_lines(said)
            [line] = [line for line in lines[:-1] if "[2001:db8::25]:25" in line]
            if name == "v6-refused":
                assert line.endswith("(refuses)")
                found = re.search(r"(127\.0\.0\.1):(\d+)", line)
                assert found is not None
                with pytest.raises(ConnectionRefusedError):
                    await asyncio.open_connection(found[1], int(found[2]))
            else:
                assert "not served here" in line
                assert "[2001:db8::25]" not in lines[-1]
            serving.cancel()


async def test_the_name_server_answers_over_udp_and_tcp() -> None:
    query = dns.message.make_query("example.com", "MX")
    async with dns_port(Nameserver(HOME, {("example.com", "MX"): DnsFault.TRUNCATED})) as port:
        short = await dns.asyncquery.udp(query, "127.0.0.1", 5, port)
        whole = await dns.asyncquery.tcp(query, "127.0.0.1", 5, port)
    assert short.flags & dns.flags.TC
    assert whole.answer[0][0].to_text() == "10 mx1.example.com."


async def test_nonsense_over_tcp_ends_the_connection() -> None:
    async with dns_port(Nameserver(HOME)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\x00\x03abc")
        assert await reader.read(-1) == b""
        writer.close()
        await writer.wait_closed()


async def test_a_submission_server_is_for_the_demo(tmp_path: Path) -> None:
    """Its two families listen on two ports here, and a URL has one."""
    said: asyncio.Queue[str] = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(serve(SCENARIOS["via-healthy"], tmp_path, said.put_nowait))
        lines = await first_lines(said)
        serving.cancel()
    assert lines[-1] == "probe6 demo via-healthy"


async def test_a_policy_host_is_a_web_server(tmp_path: Path) -> None:
    said: asyncio.Queue[str] = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(serve(SCENARIOS["sts-testing"], tmp_path, said.put_nowait))
        lines = await first_lines(said)
        serving.cancel()
    assert [line.split()[0] for line in lines if ":443 is " in line] == ["web", "web"]
    assert "192.0.2.43:443:" in lines[-1]
