"""journalctl is played by a script that writes down what it was asked, and says what a test puts beside it."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from probe.measure.delivery import journal
from probe.measure.delivery.journal import ENTRY, Following, watch
from probe.measure.proof.arrival import BlindError, Means
from probe.measure.proof.log_witness import LogWitness
from probe.model.errors import UsageError
from probe.model.log import Fate

TOKEN = "p60100abcdefghijklmnopv6"
PLAYER = """#!{python}
import os, sys, time
here = {here!r}
with open(here + "/asked", "a") as file:
    file.write("\\x1f".join(sys.argv[1:]) + "\\n")
if "--follow" not in sys.argv:
    sys.stderr.write(open(here + "/stderr").read())
    sys.stdout.write(open(here + "/last").read())
    sys.exit(int(open(here + "/status").read()))
place = 0
while not os.path.exists(here + "/stop"):
    with open(here + "/entries", "rb") as file:
        file.seek(place)
        data = file.read()
    place += len(data)
    os.write(1, data) if data else time.sleep(0.01)
sys.exit(7)
"""


def entry(message: str | list[int], program: str = "postfix/smtpd", **more: str) -> bytes:
    fields = {"MESSAGE": message, "SYSLOG_IDENTIFIER": program, "__REALTIME_TIMESTAMP": "1795370401000000", **more}
    return json.dumps(fields).encode() + b"\n"


DELIVERED = b"".join(
    [
        entry("connect from probe.example.net[2001:db8:9::9]"),
        entry("4BzQ3t1mZvz9s: client=probe.example.net[2001:db8:9::9]"),
        entry(f"4BzQ3t1mZvz9s: message-id=<{TOKEN}@probe.example.net>", "postfix/cleanup"),
        entry(
            "4BzQ3t1mZvz9s: to=<u@example.com>, relay=virtual, delay=0.1, dsn=2.0.0, status=sent (delivered)",
            "postfix/virtual",
        ),
    ]
)


class Player:
    def __init__(self, here: Path) -> None:
        self.here = here
        self.say(stderr="", last=json.dumps({"__CURSOR": "s=1;i=2", "MESSAGE": "x"}) + "\n", status="0", entries="")
        program = here / "bin" / "journalctl"
        program.parent.mkdir()
        program.write_text(PLAYER.format(python=sys.executable, here=str(here)))
        program.chmod(0o755)

    def say(self, **files: str) -> None:
        for name, text in files.items():
            (self.here / name).write_text(text)

    def log(self, data: bytes) -> None:
        with (self.here / "entries").open("ab") as file:
            file.write(data)

    @property
    def asked(self) -> list[list[str]]:
        return [line.split("\x1f") for line in (self.here / "asked").read_text().splitlines()]


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Player:
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    return Player(tmp_path)


@pytest.fixture
async def proof(player: Player) -> AsyncIterator[LogWitness]:
    async with watch("journal:") as watching:
        yield watching


async def until(proof: LogWitness, fate: Fate | None) -> None:
    async with asyncio.timeout(60):
        while proof.trace(TOKEN).fate is not fate:
            await proof.find(TOKEN)


async def test_a_delivery_in_the_journal_is_an_arrival(proof: LogWitness, player: Player) -> None:
    assert proof.name == "journal:"
    assert await proof.find(TOKEN) is None
    player.log(DELIVERED)
    await until(proof, Fate.DELIVERED)
    found = await proof.find(TOKEN)
    assert found is not None
    assert [(hop.address, hop.id) for hop in found.hops] == [("2001:db8:9::9", "4BzQ3t1mZvz9s")]
    assert (await proof.watched(["2001:db8:9::9"])).contacts[0].line == "connect from probe.example.net[2001:db8:9::9]"


@pytest.mark.parametrize(
    ("spec", "chosen"),
    [
        ("journal:", ["SYSLOG_FACILITY=2"]),
        ("journal:postfix", ["--unit=postfix", "--unit=postfix@*"]),
        ("journal:postfix@-.service", ["--unit=postfix@-.service"]),
    ],
)
async def test_what_is_asked_begins_where_the_journal_ends(player: Player, spec: str, chosen: list[str]) -> None:
    async with watch(spec) as watching:
        await until(watching_any(watching), None)
        player.log(DELIVERED)
        await until(watching, Fate.DELIVERED)
    common = ["--no-pager", "--output=json"]
    assert player.asked == [
        [*common, "--lines=1"],
        ["--quiet", *common, "--follow", "--no-tail", "--after-cursor=s=1;i=2", *chosen],
    ]


def watching_any(proof: LogWitness) -> LogWitness:
    proof.expect(TOKEN)
    return proof


async def test_hostile_entries_do_no_harm(proof: LogWitness, player: Player) -> None:
    player.log(b"\xff\xfe{\n{}\n[1]\n" + entry([255, 27, 10, 65]) + b"x" * (ENTRY + 70_000) + b"\n" + DELIVERED)
    await until_seen(proof)


async def until_seen(proof: LogWitness) -> None:
    proof.expect(TOKEN)
    await until(proof, Fate.DELIVERED)


async def test_a_unit_is_a_name_and_no_option(player: Player) -> None:
    for unit in ("-f", "--vacuum-size=1", "a b", "x;y", "*", "\x1b", "a/b", "x" * 300):
        assert "write journal: or journal:UNIT" in await refusal(f"journal:{unit}")
    assert not (player.here / "asked").exists()


async def refusal(spec: str, timeout: float = 20.0) -> str:
    async with AsyncExitStack() as stack:
        with pytest.raises(UsageError) as caught:
            await stack.enter_async_context(watch(spec, Means(timeout=timeout)))
    assert str(caught.value).isprintable()
    return str(caught.value)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"stderr": "No journal files were opened due to insufficient permissions.\n", "status": "1"},
            "cannot read it",
        ),
        (
            {"stderr": "Hint: You are currently not seeing messages from other users and the system.\n"},
            "cannot read it",
        ),
        ({"status": "1"}, "status 1"),
        ({"last": ""}, "not one entry"),
        ({"last": "-- No entries --\n"}, "not one entry"),
        ({"last": '{"__CURSOR": "a\\nb"}\n'}, "not one entry"),
    ],
)
async def test_a_journal_that_cannot_be_read_is_told_at_once(player: Player, files: dict[str, str], said: str) -> None:
    player.say(**files)
    assert said in await refusal("journal:")
    assert len(player.asked) == 1


async def test_no_journalctl_and_one_that_cannot_run(
    player: Player, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "journalctl"
    program.write_bytes(b"\x7fELF")
    assert "cannot be started" in await refusal("journal:")
    program.unlink()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert "there is no journalctl" in await refusal("journal:")


async def test_one_that_does_not_answer(player: Player) -> None:
    program = player.here / "bin" / "journalctl"
    program.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    assert "did not answer within 0.2 s" in await refusal("journal:", timeout=0.2)


async def test_one_that_ends_is_a_proof_gone_blind(proof: LogWitness, player: Player) -> None:
    player.log(DELIVERED)
    player.say(stop="")
    other = TOKEN.replace("v6", "v4")
    with pytest.raises(BlindError, match="ended with status 7"):
        await sought(proof, other)
    assert proof.trace(other).fate is None


async def sought(proof: LogWitness, token: str) -> None:
    async with asyncio.timeout(60):
        while not await proof.find(token):
            pass


class StopError(Exception):
    """What a test stops with."""


@pytest.mark.parametrize("error", [StopError, asyncio.CancelledError, KeyboardInterrupt])
async def test_the_process_ends_with_the_watch_however_it_ends(
    player: Player, error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[Following] = []

    def noted(command: list[str]) -> Following:
        began.append(Following(command))
        return began[-1]

    monkeypatch.setattr(journal, "Following", noted)
    before = descriptors()
    with pytest.raises(error):
        await broken_off(began, error)
    with pytest.raises(ProcessLookupError):
        os.kill(began[0].pid, 0)
    assert descriptors() == before


async def broken_off(began: list[Following], error: type[BaseException]) -> None:
    async with watch("journal:"):
        os.kill(began[0].pid, 0)
        raise error


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
