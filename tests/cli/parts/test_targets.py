"""Targets as words and from lists."""

import io
import json
import sys
from pathlib import Path

import pytest

from probe.model.settings import TargetKind
from probe.model.words import Stage
from tests.cli.conftest import Probe6, World


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["exa mple.com"], None),
        (["example.com", ""], "the target is empty: write a domain, a mailbox, or [HOST]"),
        (["fe80::1%eth0"], None),
        (["[mx1.example.com", "-6"], None),
        (["-", "-"], "standard input (-) can be read once only"),
        (["@/no/such/file"], 'target list "/no/such/file": No such file or directory'),
        (["@/"], 'target list "/": Is a directory'),
        (["a.example\n"], None),
    ],
)
def test_a_wrong_target_is_one_line_and_three(world: World, probe6: Probe6, words: list[str], line: str | None) -> None:
    ran = probe6(*words)
    assert (ran.status, ran.out, ran.err.count("\n"), world.asked) == (3, "", 1, [])
    assert line is None or ran.err == f"probe6: {line}\n"


class TestLists:
    """``@FILE`` and ``-``."""

    def test_a_list_is_walked_up_to_starttls(self, world: World, probe6: Probe6, tmp_path: Path) -> None:
        path = tmp_path / "targets"
        path.write_text("\ufeff# ours\n\na.example  # the first\r\n\tuser@b.example\n[mx.c.example]\na.example\n")
        ran = probe6(f"@{path}")
        assert ran.status == 0
        assert ran.err == ""
        assert [(target.name, target.kind, settings.until) for target, settings in world.asked] == [
            ("a.example", TargetKind.DOMAIN, Stage.STARTTLS),
            ("b.example", TargetKind.MAILBOX, Stage.STARTTLS),
            ("mx.c.example", TargetKind.HOST, Stage.STARTTLS),
        ]

    def test_until_may_say_more_for_domains(self, world: World, probe6: Probe6, tmp_path: Path) -> None:
        path = tmp_path / "targets"
        path.write_text("a.example\nuser@b.example\n")
        assert probe6(f"@{path}", "--until", "rcpt").status == 0
        assert [settings.recipient for _, settings in world.asked] == ["postmaster@a.example", "user@b.example"]

    @pytest.mark.parametrize("proof", [[], ["--proof", "maildir:/m"]])
    @pytest.mark.parametrize("until", ["data", "delivery"])
    def test_a_mailbox_in_a_list_is_never_sent_to(
        self, world: World, probe6: Probe6, tmp_path: Path, until: str, proof: list[str]
    ) -> None:
        path = tmp_path / "targets"
        path.write_text("user@b.example\n")
        ran = probe6(f"@{path}", "--until", until, *proof)
        why = "a mailbox in a list (user@b.example) is never sent a message; name it on the command line"
        assert (ran.status, ran.err, world.asked) == (3, f"probe6: --until {until}: {why}\n", [])

    def test_a_mailbox_named_on_the_command_line_too_is_sent_to(
        self, world: World, probe6: Probe6, tmp_path: Path
    ) -> None:
        path = tmp_path / "targets"
        path.write_text("user@b.example\n")
        assert probe6(f"@{path}", "user@b.example").status == 0
        assert world.settings.until is Stage.DATA

    def test_standard_input(self, world: World, probe6: Probe6, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a.example\n")))
        assert probe6("-").status == 0
        assert [target.name for target, _ in world.asked] == ["a.example"]

    @pytest.mark.parametrize(
        ("data", "line"),
        [
            (b"a.example\nexa mple\n", "{path}:2: "),
            (b"\xff\xfe\x00", 'target list "{path}": not a text file (UTF-8)'),
            (b"a\0b", 'target list "{path}": not a text file'),
            (b"# nothing\n\n", 'target list "{path}": no targets in it'),
            (b"", 'target list "{path}": no targets in it'),
            (b"@other\n", "{path}:1: "),
            (b"-\n", "{path}:1: "),
        ],
    )
    def test_a_list_that_is_none(
        self, world: World, probe6: Probe6, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, line: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("targets").write_bytes(data)
        ran = probe6("a.example", "@targets")
        assert (ran.status, ran.out, ran.err.count("\n"), world.asked) == (3, "", 1, [])
        assert ran.err.startswith("probe6: " + line.format(path="targets"))

    def test_more_than_twenty_need_a_contact(self, world: World, probe6: Probe6) -> None:
        many = [f"d{number}.example" for number in range(21)]
        ran = probe6(*many)
        line = "probe6: 21 targets need --contact TEXT: their owners shall know whom to write to\n"
        assert (ran.status, ran.err, world.asked) == (3, line, [])
        assert probe6(*many[1:]).status == 0
        assert probe6(*many, "--contact", "me").status == 0

    def test_the_report_keeps_the_order_of_the_targets(self, world: World, probe6: Probe6) -> None:
        names = [f"d{number}.example" for number in range(12)]
        ran = probe6(*names, "--format", "json")
        assert [item["target"] for item in json.loads(ran.out)] == names
