"""``probe6 compare``: which two measurements are made, and what comes of them."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import probe.api
from probe.cli.compare import Ask, measured
from probe.grammar.target import parse_target
from probe.lab.faults import Mail
from probe.lab.scenario import pair
from probe.lab.scenarios import SCENARIOS
from probe.lab.world import world
from probe.lab.zones import MX4, MX6
from probe.model.measurement import Measurement
from probe.model.settings import Settings, Target
from probe.model.words import Failure, Stage
from tests.builders import V4, V6, both, broken, healthy, session, stopped
from tests.cli.conftest import Probe6

DEAD6 = broken(stopped(Stage.CONNECT, failure=Failure.REFUSED))
UNKNOWN = both(*(stopped(Stage.RCPT, family, code=550, text="5.1.1 User unknown") for family in (V6, V4)))


class Two:
    """Answers by target name or by recipient; else all is well."""

    def __init__(self, answers: dict[str, Measurement]) -> None:
        self.asked: list[tuple[Target, Settings]] = []
        self._answers = answers

    async def measure(self, target: Target, settings: Settings, **_: object) -> Measurement:
        self.asked.append((target, settings))
        found = self._answers.get(settings.recipient or "") or self._answers.get(target.name) or healthy()
        return replace(found, target=target, settings=replace(found.settings, recipient=settings.recipient))

    async def prepare(self, jobs: Sequence[tuple[Target, Settings]]) -> list[None]:
        return [None for _ in jobs]


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Two:
    made = Two({"new.example.net": DEAD6, "gone1@example.com": UNKNOWN, "gone2@example.com": UNKNOWN})
    monkeypatch.setattr(probe.api, "measure", made.measure)
    monkeypatch.setattr(probe.api, "prepare", made.prepare)
    return made


def test_two_domains(two: Two, probe6: Probe6) -> None:
    ran = probe6("compare", "example.com", "new.example.net", "--format", "json")
    found = json.loads(ran.out)
    assert (ran.status, ran.err, found["broke"]) == (2, "", ["ipv6"])
    assert {(target.name, settings.until) for target, settings in two.asked} == {
        ("example.com", Stage.RCPT),
        ("new.example.net", Stage.RCPT),
    }
    assert any(row["before"] == row["after"] == "connected" for row in found["rows"])


def test_a_host_is_asked_for_what_the_domain_is(two: Two, probe6: Probe6) -> None:
    assert probe6("compare", "example.com", "[mx.example.net]").status == 0
    assert {settings.recipient for _, settings in two.asked} == {"postmaster@example.com"}


def test_a_mailbox_is_asked_for_and_sent_nothing(two: Two, probe6: Probe6) -> None:
    probe6("compare", "user@example.com", "[mx.example.net]")
    assert {(settings.recipient, settings.until) for _, settings in two.asked} == {("user@example.com", Stage.RCPT)}


@pytest.mark.parametrize(
    "words", [("--mx", "mx9.example.com"), ("--resolve", "mx1.example.com:192.0.2.9"), ("--overlay", "ZONE")]
)
def test_published_beside_planned(two: Two, probe6: Probe6, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "zone").write_text("mx1 AAAA 2001:db8::99\n")
    ran = probe6("compare", "example.com", *(str(tmp_path / "zone") if word == "ZONE" else word for word in words))
    assert (ran.status, ran.err) == (0, "")
    published, planned = (settings.overlay for _, settings in two.asked)
    assert published == ()
    assert planned != ()


def test_mailboxes_are_asked_for_until_the_second_unknown(two: Two, probe6: Probe6, tmp_path: Path) -> None:
    names = ["user", "gone1", "gone2", "never"]
    (tmp_path / "list").write_text("# mine\n" + "".join(f"{name}@example.com\n" for name in names))
    ran = probe6(
        *("compare", "example.com", "[mx.example.net]", "--rcpt", f"@{tmp_path / 'list'}", "--owned", "example.com")
    )
    asked = [settings.recipient for _, settings in two.asked[2:]]
    assert asked == [f"{name}@example.com" for name in names[:3] for _ in range(2)]
    assert "stopped at the second unknown mailbox, 1 were not asked for" in ran.out
    assert "gone1@example.com" in ran.out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ((), "two targets are needed, not 0; try probe6 compare OLD NEW"),
        (("example.com",), "one target: name the other, or what is planned by --overlay FILE, --mx or --resolve"),
        (("a.example", "b.example", "c.example"), "two targets are needed, not 3; try probe6 compare OLD NEW"),
        (
            ("a.example", "b.example", "--mx", "c.example"),
            "--mx: with two targets it is not clear which one is meant; name one target",
        ),
        (("a.example", "b.example", "--until", "data"), "--until: compare ends with rcpt, and sends nothing"),
        (
            ("a.example", "b.example", "--rcpt", "user@a.example"),
            '--rcpt: "user@a.example" is not @FILE; a single mailbox is asked for by --to ADDR',
        ),
        (
            ("a.example", "b.example", "--rcpt", "@LIST"),
            '--rcpt: "user@a.example": only mailboxes of your own domains; say --owned a.example',
        ),
    ],
)
def test_wrong_usage_is_told_first(two: Two, probe6: Probe6, tmp_path: Path, words: tuple[str, ...], line: str) -> None:
    (tmp_path / "list").write_text("user@a.example\n")
    ran = probe6("compare", *(word.replace("@LIST", f"@{tmp_path / 'list'}") for word in words))
    assert (ran.status, ran.out, ran.err) == (3, "", f"probe6: {line}\n")
    assert two.asked == []


def test_the_healthy_pair_is_equal(two: Two, probe6: Probe6) -> None:
    ran = probe6("compare", "example.com", "[mx.example.net]")
    assert ran.out.startswith("example.com -> [mx.example.net]  + OK\n")
    assert session(V6).mx in ran.out


async def test_ten_mailboxes_share_a_conversation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real conversations: twelve mailboxes are two on each address, and the second unknown one is the last."""
    names = [f"user{number}@example.com" for number in range(12)]
    known = Mail(mailboxes=("postmaster@example.com", *names))
    scenario = replace(SCENARIOS["healthy"], hosts=pair(known, known))
    (tmp_path / "list").write_text("".join(f"{name}\n" for name in names))
    async with world(scenario, tmp_path) as here:
        dialled: Counter[str] = Counter()
        dial = here.network.dial

        async def counted(endpoint: Any, *rest: Any, **more: Any) -> Any:
            dialled[endpoint.address] += 1
            return await dial(endpoint, *rest, **more)

        monkeypatch.setattr(here.network, "dial", counted)
        side = Ask(parse_target("example.com"), replace(here.settings, until=Stage.RCPT, proofs=(), plain=True))
        monkeypatch.setattr("probe.measure.network.SystemNetwork", lambda: here.network)
        *_, pairs = await asyncio.to_thread(measured, side, side, names)
        assert [mailbox for mailbox, *_ in pairs] == names
        assert dict(dialled) == {MX6: 4, MX4: 4}  # each side by itself, and twice for the twelve
        for mailbox, *found in pairs:
            steps = [talk.step(Stage.RCPT) for one in found for talk in one.sessions]
            assert {step.command for step in steps if step is not None} == {f"RCPT TO:<{mailbox}>"}
            assert {step.reply.code for step in steps if step is not None and step.reply is not None} == {250}
