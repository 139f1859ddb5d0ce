"""The README is true: its outputs are what the tool prints, its tables come from the code, its example runs."""

import re
from pathlib import Path

import pytest

from probe import api
from probe.api import catalogue
from probe.lab.scenarios import SCENARIOS
from probe.lab.world import world
from probe.model.measurement import Measurement
from tests.readme import README, ROOT, blocks, described, listed, proven, rewritten, rooms, said, steady, worst
from tests.real.proven import HEADINGS
from tests.real.proven import rows as proven_rows


@pytest.mark.parametrize("number", range(len(blocks())))
def test_an_output_is_what_the_tool_prints(number: int) -> None:
    found = blocks()[number]
    assert found["text"].strip()
    whole = steady(said(found["words"]))
    # Where a part begins and ends in lines depends on the run: what a slow machine adds is wrapped.
    assert steady(found["text"]) in whole if found["first"] else steady(found["text"]) == whole


@pytest.mark.parametrize(("path", "what"), rooms())
def test_a_room_is_described_in_its_own_words(path: str, what: str) -> None:
    assert what == described(path)


def test_resolver_connector_and_reporter_are_on_the_map() -> None:
    found = {path for path, _ in rooms()}
    assert {"probe/measure/resolver.py", "probe/measure/connector.py", "probe/report/text/__init__.py"} <= found


def test_every_path_it_names_exists() -> None:
    text = README.read_text(encoding="utf-8")
    for path in re.findall(r"`((?:probe|tests|bench|\.ci)/[\w./]+)`", text):
        assert (ROOT / path).exists(), path


async def test_the_example_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = README.read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    async with world(SCENARIOS["healthy"], tmp_path) as place:
        measurement = await api.measure("example.com", place.settings, network=place.network)

    async def measure(target: str) -> Measurement:
        assert target == "example.com"
        return measurement

    monkeypatch.setattr(api, "measure", measure)
    example = example.replace("asyncio.run(measure(", "taken(measure(")

    def taken(waiting: object) -> Measurement:
        waiting.close()  # type: ignore[attr-defined]
        return measurement

    exec(compile(example, "README.md", "exec"), {"taken": taken})
    assert capsys.readouterr().out.startswith("ok equal ")


def test_the_two_commands_come_first() -> None:
    commands = re.findall(r"```sh\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert [line.split("#")[0].split() for line in commands[0].splitlines()] == [["make", "demo"], ["make", "test"]]


def test_the_table_of_real_servers_names_every_proof_that_a_real_test_saw() -> None:
    lines = proven().splitlines()
    assert lines[0] == f"| {' | '.join(HEADINGS)} |"
    assert {line.count("|") for line in lines} == {len(HEADINGS) + 1}
    assert {proof for _, _, proof, _ in proven_rows()} >= {"maildir", "mbox", "imap", "imaps", "log", "journal"}
    for server, version, proof, test in proven_rows():
        assert version[0].isdigit()
        assert (ROOT / test).exists()
        assert any(f"`{proof}`" in line for line in lines if line.startswith(f"| {server} | {version} |"))


def test_the_table_stands_between_its_marks() -> None:
    text = README.read_text(encoding="utf-8")
    if "<!-- proven -->" in text:
        assert f"<!-- proven -->\n{proven()}<!-- /proven -->" in text
    assert proven() in rewritten("<!-- proven -->\nold\n<!-- /proven -->\n")


def test_every_code_stands_in_the_table_once_with_its_state() -> None:
    rows = [line.split(" | ") for line in listed().splitlines() if line.startswith("| `")]
    assert sorted((row[0].strip("| `"), row[3]) for row in rows) == [(it.code, it.progress) for it in catalogue()]
    assert {len(row) for row in rows} == {5}
    unsaid = {row[0].strip("| `") for row in rows if row[1] == "-"}
    assert unsaid == {entry.code for entry in catalogue() if entry.progress == "method"}
    assert worst()["tcp-refused"] == "critical"
    assert worst()["parity-verdict"] == "critical"


def test_the_table_of_codes_stands_between_its_marks() -> None:
    assert f"<!-- codes -->\n{listed()}<!-- /codes -->" in README.read_text(encoding="utf-8")
    assert listed() in rewritten("<!-- codes -->\nold\n<!-- /codes -->\n")
