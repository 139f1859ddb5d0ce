import pytest

from probe.judge import judge
from probe.report._shown.private import privacy
from probe.report.markdown import render
from probe.report.markdown.configuration import configuration
from probe.report.markdown.escape import Scribe
from tests.builders import healthy
from tests.configurations import LISTENERS, MAIN, audited, here, machine
from tests.report.markdown.test_escape import flat


def test_the_table_and_the_settings() -> None:
    report = judge(audited(here(f"{MAIN}inet_protocols = ipv4\n", machine=machine(listeners=LISTENERS[1:]))))
    heading, _, table, settings, *_ = configuration(report, Scribe(privacy(report, redact=False)))
    assert heading == "### Postfix"
    assert table.split("\n")[2:] == [
        "| smtp | IPv6 | \\- | \\- | 2001:db8:25::25 |",
        "| smtp | IPv4 | all | all | 192.0.2.25 |",
    ]
    assert "- `inet_protocols` = `ipv4` (main.cf:5)" in settings.split("\n")


def test_a_probe_without_an_audit_has_no_such_section() -> None:
    report = judge(healthy())
    assert list(configuration(report, Scribe(privacy(report, redact=False)))) == []


@pytest.mark.parametrize("text", ["a | b", "\n# H", "[a](b)", "`x`"])
def test_a_file_opens_nothing(text: str) -> None:
    def count(place: str) -> list[str]:
        out = render([judge(audited(here(MAIN, place=place)))])
        return [token.type for token in flat(out) if token.type in {"heading_open", "td_open", "link_open"}]

    assert count(text) == count("a")
