import pytest

from probe.grammar.text import columns
from probe.judge.plan import plan
from probe.model.plan import Kind, Plan
from probe.report.text.plan import render, sentence
from tests.builders import MX1, MX4, V4, healthy, host, measurement, session
from tests.judge.plan.worlds import served, situation

NO_AAAA = served(measurement(session(V4), hosts=[host(MX1, MX4)]))
READY = plan(Kind.ADD_IPV6, situation(NO_AAAA, healthy(), served(NO_AAAA, days_ago=2)))
WAITING = plan(Kind.ADD_IPV6, situation(NO_AAAA, healthy(), served(NO_AAAA, days_ago=0.5)))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (READY, "As far as it can be measured it is safe now"),
        (WAITING, "Not yet; first: TTL of mx1.example.com A lowered"),
        (plan(Kind.ADD_IPV6, situation(NO_AAAA)), "Not yet; first: the future address takes mail"),
        (plan(Kind.ADD_IPV6, situation(served(healthy()), None, NO_AAAA)), "All changes are made."),
        (plan(Kind.DROP_IPV4, situation(NO_AAAA)), "Blocked by: mail over IPv6 works on every mail host"),
        (plan(Kind.DROP_IPV4, situation(served(healthy()))), "Whether that is safe is not known: TTL of"),
    ],
)
def test_the_sentence(given: Plan, words: str) -> None:
    assert words in sentence(given)


def test_the_page() -> None:
    lines = render(READY).splitlines()
    assert lines[0] == "add-ipv6 example.com  + OK"
    assert "[x] 1. mail over IPv4 works today" in lines
    assert "      mx1.example.com. AAAA IPV6-ADDRESS" in lines
    assert any(line.startswith("[ ]") and line.endswith("(change)") for line in lines)
    assert any("not before 2026-11-23 06:00 UTC" in line for line in render(WAITING).splitlines())


@pytest.mark.parametrize("kind", list(Kind))
def test_every_line_fits_but_those_to_copy(kind: Kind) -> None:
    for line in render(plan(kind, situation(served(healthy())))).splitlines():
        assert columns(line) <= 80 or line.startswith("      ")
