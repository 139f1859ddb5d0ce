"""The rows of what is said stand with the check; here is what its commands come to."""

import pytest

from probe.grammar.mynetworks import parse
from probe.judge.configuration.networks import networks_findings
from tests.configurations import MAIN, here
from tests.judge.checks.test_postfix_networks import SELF


def fixes(value: str) -> list[str]:
    text = MAIN.partition("mynetworks")[0] + f"mynetworks = {value}\n"
    return [item.fix or "" for item in networks_findings(here(text))]


@pytest.mark.parametrize(
    ("value", "mended"),
    [
        (f"{SELF} 2001:db8::/48", "[2001:db8::]/48"),
        (f"{SELF} ![2001:db8::7]/64", "![2001:db8::]/64"),
        (f"{SELF} 192.0.2.9/24", "192.0.2.0/24"),
    ],
)
def test_a_mended_list_can_be_read(value: str, mended: str) -> None:
    (fix,) = [item for item in fixes(value) if mended in item][:1]
    written = fix.partition("mynetworks = ")[2].partition("'")[0]
    assert parse(written).problems == ()


@pytest.mark.parametrize("wide", ["[::]/0", "[fe80::]/10", "[2001:db8::]/32"])
def test_a_narrowed_list_lets_no_stranger_in_and_keeps_the_machine(wide: str) -> None:
    (fix,) = [item for item in fixes(f"127.0.0.0/8 {wide}") if "mynetworks = " in item and wide not in item]
    kept = parse(fix.partition("mynetworks = ")[2].partition("'")[0])
    assert kept.contains("::1")
    assert kept.contains("127.0.0.1")
    assert kept.contains("2001:db8:dead::1") is False
