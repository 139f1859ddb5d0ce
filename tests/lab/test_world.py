import asyncio
import gc
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest

from probe.address import family_of
from probe.lab.faults import PathFault
from probe.lab.scenario import Scenario
from probe.lab.scenarios import SCENARIOS
from probe.lab.world import world
from probe.lab.zones import MX6, REFERENCE6
from probe.model.errors import NetworkError
from probe.model.network import Endpoint
from probe.model.settings import Settings
from probe.model.words import Stage

from .conftest import talk


def listening(at: tuple[str, int]) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in at[0] else socket.AF_INET) as client:
        return client.connect_ex(at) == 0


async def until_the_end(client: socket.socket) -> bytes:
    """What is still to be read; FIN and RST are both an end."""
    said = b""
    try:
        while piece := await asyncio.get_running_loop().sock_recv(client, 100):
            said += piece
    except ConnectionResetError:
        pass
    return said


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
async def test_every_world_starts_answers_and_leaves_nothing(scenario: Scenario, tmp_path: Path) -> None:
    before = asyncio.all_tasks()
    async with world(scenario, tmp_path) as running:
        real = [item.at for item in running.listeners if not isinstance(item.at, PathFault)]
        assert all(map(listening, real))
        for item in running.listeners:
            host = item.host
            endpoint = Endpoint(host.address, host.port, family_of(host.address))
            unreachable = family_of(host.address) not in {family_of(own) for own in scenario.own}
            silent = unreachable or isinstance(item.at, PathFault)
            try:  # nobody answers the silent ones: a short limit will do; a listener may be as slow as the machine
                link = await running.network.dial(endpoint, None, 0.05 if silent else 30.0)
            except NetworkError:
                assert silent
            else:
                link.socket.close()
    assert asyncio.all_tasks() == before
    assert not any(map(listening, real))
    gc.collect()  # an unclosed socket or transport would warn now, and warnings are errors


async def test_open_conversations_end_with_the_world(tmp_path: Path) -> None:
    async with world(SCENARIOS["mute-v6"], tmp_path) as running:
        mute = await running.network.dial(Endpoint(MX6, 25, family_of(MX6)), None, 60.0)
        polite = await running.network.dial(Endpoint(REFERENCE6, 25, family_of(REFERENCE6)), None, 60.0)
    for link in (mute, polite):
        async with asyncio.timeout(60):
            assert await until_the_end(link.socket) in {b"", b"220 mail.reference.example.net ESMTP Postfix\r\n"}
        link.socket.close()


async def test_an_error_of_the_callers_passes_unchanged_and_still_closes(tmp_path: Path) -> None:
    before = asyncio.all_tasks()
    with pytest.raises(ZeroDivisionError):
        async with world(SCENARIOS["healthy"], tmp_path):
            raise ZeroDivisionError
    assert asyncio.all_tasks() == before


async def test_a_conversation_inside_tls_ends_with_the_world(tmp_path: Path) -> None:
    before = asyncio.all_tasks()
    async with world(SCENARIOS["hangup-data-v6"], tmp_path) as running:
        for address in (MX6, "192.0.2.25"):
            async with talk(running.network, address) as server:
                await server.line()
                await server.ask(b"EHLO probe.example.net")
                await server.starttls()
                await server.ask(b"QUIT")
    assert asyncio.all_tasks() == before


async def test_settings_fit_the_scenario(tmp_path: Path) -> None:
    async with world(SCENARIOS["healthy"], tmp_path) as running:
        settings = running.settings
        assert running.target == "user@example.com"
        assert settings.until is Stage.DATA
        assert settings.recipient == "user@example.com"
        assert settings.proofs == (f"maildir:{running.maildir}",)
        assert settings.nameservers == running.network.nameservers()
        assert isinstance(settings, Settings)
        ssl.create_default_context(cafile=settings.ca_file)
    async with world(SCENARIOS["v6-blackhole-unproven"], tmp_path) as running:
        assert running.settings.until is Stage.RCPT
        assert running.settings.recipient == "postmaster@example.com"
        assert running.settings.proofs == ()
        assert running.settings.references == ()


async def test_a_machine_without_ipv6_still_runs_the_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoIPv6(socket.socket):
        def bind(self, address: Any) -> None:
            if self.family == socket.AF_INET6:
                raise OSError(99, "Cannot assign requested address")
            super().bind(address)

    monkeypatch.setattr("probe.lab.world.socket.socket", NoIPv6)
    async with world(SCENARIOS["healthy"], tmp_path) as running:
        assert {item.at[0] for item in running.listeners if not isinstance(item.at, PathFault)} == {"127.0.0.1"}
        async with talk(running.network, MX6) as server:
            await server.line()
            assert await server.ask(b"EHLO x.example") != b""
            assert b"queued" in await server.send()
        [message] = (running.maildir / "new").iterdir()
        assert "[IPv6:2001:db8:9::9]" in message.read_text()
