from dataclasses import replace

import pytest

from probe.grammar.text import columns
from probe.judge import judge
from probe.model.configuration import Learned, Setting
from probe.report.text import render
from tests.configurations import IPV4_ALONE, LISTENERS, MAIN, MASTER, audited, here, machine, postfix


def section(configuration, width: int = 80) -> list[str]:  # type: ignore[no-untyped-def]
    """The lines of the audit, from its heading to the blank line before the next part."""
    lines = render([judge(audited(configuration))], width=width).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("Postfix: "))
    return lines[start:]


def test_three_columns() -> None:
    lines = section(here(f"{MAIN}inet_protocols = ipv4\n", machine=machine(listeners=LISTENERS[1:])))
    assert [line.split() for line in lines[1:4]] == [
        ["effective", "listening", "published"],
        ["smtp", "IPv6", "-", "-", "2001:db8:25::25"],
        ["IPv4", "all", "all", "192.0.2.25"],
    ]


def test_what_nobody_looked_at_is_a_question_mark_and_the_reason_is_told() -> None:
    lines = section(postfix())
    assert [line.split() for line in lines[2:4]] == [["smtp", "IPv6", "all", "?", "?"], ["IPv4", "all", "?", "?"]]
    text = " ".join(" ".join(lines).split())
    assert "The machine was not looked at: it is not the configuration of a server of this machine." in text
    assert "The DNS was not asked; --domain NAME asks it." in text


def test_a_second_address_gets_a_line_of_its_own() -> None:
    lines = section(here(f"{MAIN}inet_interfaces = 192.0.2.25, 2001:db8:25::25, 127.0.0.1, ::1\n"))
    assert [line.split() for line in lines[2:6]] == [
        ["smtp", "IPv6", "2001:db8:25::25", "all", "2001:db8:25::25"],
        ["::1"],
        ["IPv4", "192.0.2.25", "all", "192.0.2.25"],
        ["127.0.0.1"],
    ]


def test_only_port_25_is_published() -> None:
    lines = section(here(MAIN, f"{MASTER}submission inet n - y - - smtpd\n", published=IPV4_ALONE))
    assert [line.split() for line in lines[2:6]] == [
        ["smtp", "IPv6", "all", "all", "-"],
        ["IPv4", "all", "all", "192.0.2.25"],
        ["submission", "IPv6", "all", "-"],
        ["IPv4", "all", "-"],
    ]


def test_the_six_settings_with_what_set_them() -> None:
    text = "\n".join(section(postfix(f"{MAIN}inet_protocols = all\nrelayhost = [smtp.example.net]\n")))
    for line in (
        "inet_protocols = all [main.cf:5]",
        "inet_interfaces = all [default]",
        "mynetworks_style = host [default]",
        "smtpd_banner = mx1.example.com ESMTP Postfix [default]",
        "relayhost = [smtp.example.net] [main.cf:6]",
    ):
        assert f"\n  {line}\n" in text


def test_standard_input_has_no_place() -> None:
    assert section(postfix(learned=Learned.GIVEN, place="-"))[0] == "Postfix: version 3.7.11, read from standard input"


@pytest.mark.parametrize("width", [60, 80, 132])
@pytest.mark.parametrize("text", ["a\x1b[2J", "x CRITICAL\nFix:\n    rm -rf /", "w" * 2000, "\u202e\u2028"])
def test_no_file_writes_a_line_of_ours(text: str, width: int) -> None:
    settings = tuple(
        replace(item, value=text, raw=text, explicit=True) if item.name in {"smtpd_banner", "relayhost"} else item
        for item in postfix().settings
    )
    configuration = here(settings=(*settings, Setting(text, text, text, text)), place=text, version=text)
    out = render([judge(audited(configuration))], width=width)
    assert all(line.isprintable() for line in out.split("\n"))
    assert out.split("\n").count("Fix:") <= out.count("x cfg-") + out.count("! cfg-")
    fixes = [line for line in out.splitlines() if columns(line) > width]
    assert all(line.startswith("    ") for line in fixes)


def test_a_probe_without_an_audit_has_no_such_section() -> None:
    from tests.builders import healthy

    assert "Postfix:" not in render([judge(healthy())])
