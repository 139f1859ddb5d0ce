from dataclasses import replace

import pytest

from probe.judge import judge
from probe.model.report import Report, Sender, Try
from probe.model.words import Failure, Stage
from probe.report.text.layout import Paper
from probe.report.text.senders import what_senders_meet
from tests.builders import V6, broken, healthy, stopped

DEAD = judge(broken(stopped(Stage.CONNECT, V6, failure=Failure.TIMEOUT)))


def lines(report: Report, verbose: int = 0) -> list[str]:
    return list(what_senders_meet(report, Paper(200), verbose=verbose))


def told(sender: Sender) -> str:
    (line,) = lines(replace(DEAD, senders=(sender,)), verbose=1)[2:]
    return line.split("  ")[-1]


def test_where_all_is_well_nothing_is_said_unless_asked_for() -> None:
    assert lines(judge(healthy())) == []
    assert [line.split()[-1] for line in lines(judge(healthy()), verbose=1)[2:]] == ["once"] * 5


def test_a_dead_family_and_who_pays_for_it() -> None:
    assert lines(DEAD) == [
        "",
        "What senders meet",
        "  Postfix                         delivers after 15 s on average, 30 s at worst: [2001:db8::25] timeout",
        "  Postfix before 3.3, IPv6 first  delivers after 30 s: [2001:db8::25] timeout",
        "  IPv6 first: Exim, Sendmail      delivers after 5 min: [2001:db8::25] timeout",
        "  IPv6 alone                      cannot deliver: [2001:db8::25] timeout",
    ]


def test_only_a_few_addresses_are_named() -> None:
    many = tuple(Try("mx1.example.com", f"2001:db8::{number}", V6, "refused", 0.0) for number in range(1, 8))
    assert told(Sender("all", many, False)).endswith("[2001:db8::4] refused and 3 more")


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        (Sender("none", (), False), "finds no address to try"),
        (Sender("unknown", (Try("h", "2001:db8::1", V6, "deferred", None),)), "cannot be told: [2001:db8::1] deferred"),
    ],
)
def test_other_endings(sender: Sender, expected: str) -> None:
    assert told(sender) == expected
