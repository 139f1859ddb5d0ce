from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from probe.judge import CHECKS, judge
from probe.model.trials import Leave, Trials
from probe.model.words import Family, Purpose
from probe.report.junit import render
from tests.report import measurements

GOLDEN = Path(__file__).parent / "golden"
XSD = etree.XMLSchema(etree.parse(Path(__file__).parent / "junit.xsd"))

IDLE = {"drift", "expectation"}  # given nothing to hold the measurement against


def parsed(out: str) -> etree._Element:
    tree = etree.fromstring(out.encode())
    XSD.assertValid(tree)
    return tree


def judged(name: str) -> etree._Element:
    return parsed(render([judge(measurements.report(name).measurement)]))


@pytest.mark.parametrize("name", measurements.NAMES)
def test_golden(name: str, regenerate: bool) -> None:
    out = render([measurements.report(name)])
    path = GOLDEN / f"{name}.xml"
    if regenerate:
        path.write_text(out, encoding="utf-8")
    assert out == path.read_text(encoding="utf-8")
    parsed(out)


@pytest.mark.parametrize("name", measurements.NAMES)
def test_a_case_per_check_and_family_and_counts_that_agree(name: str) -> None:
    tree = judged(name)
    (suite,) = tree.findall("testsuite")
    cases = suite.findall("testcase")
    wanted = {f"{check} over {family.label}" for check, _ in CHECKS if check not in IDLE for family in Family}
    assert {case.get("name") for case in cases} == wanted
    assert len(cases) == len(wanted)
    for whole in (tree, suite):
        assert whole.get("tests") == str(len(cases))
        assert whole.get("failures") == str(len(suite.findall("testcase/failure")))
        assert whole.get("skipped") == str(len(suite.findall("testcase/skipped")))


def case(tree: etree._Element, name: str) -> etree._Element:
    (found,) = tree.xpath("//testcase[@name=$name]", name=name)
    return found


def test_a_finding_fails_the_case_of_its_check_and_family() -> None:
    tree = judged("refused")
    failure = case(tree, "connect over IPv6").find("failure")
    assert failure is not None
    assert failure.get("type") == "tcp-refused"
    assert "postconf -e 'inet_protocols = all'" in str(failure.text)
    assert len(case(tree, "connect over IPv4")) == 0


def test_what_was_not_reached_has_not_passed() -> None:
    tree = judged("refused")
    for check in ("banner", "ehlo", "starttls", "certificate", "envelope", "data", "arrival"):
        skipped = case(tree, f"{check} over IPv6").find("skipped")
        assert skipped is not None, check
        assert skipped.get("message") == "not looked at: over IPv6 the conversation ended with connect"
    assert len(case(tree, "aaaa over IPv6")) == 0
    assert len(case(tree, "certificate over IPv4")) == 0
    assert case(tree, "data over IPv4").find("skipped") is not None


def test_what_only_its_owner_may_ask_for_has_not_passed_unless_it_was_held() -> None:
    measurement = measurements.report("healthy").measurement
    skipped = case(judged("healthy"), "smuggling over IPv6").find("skipped")
    assert skipped is not None
    assert "--smuggling-check was not asked for" in skipped.get("message", "")
    tests = tuple(
        replace(item, purpose=Purpose.SMUGGLING) for item in measurement.sessions if item.family is Family.IPV6
    )
    held = judge(replace(measurement, trials=Trials(Leave.SAID, None, tests)))
    tree = parsed(render([replace(held, findings=())]))
    assert case(tree, "smuggling over IPv6").find("skipped") is None
    assert case(tree, "smuggling over IPv4").find("skipped") is not None


def test_unknown_is_skipped_with_its_reason() -> None:
    skipped = case(judged("untestable"), "vantage over IPv6").find("skipped")
    assert skipped is not None
    assert str(skipped.get("message")).startswith("self-route: ")


def test_several_targets_are_several_suites() -> None:
    tree = parsed(render([measurements.report("healthy"), measurements.report("refused")]))
    assert len(tree.findall("testsuite")) == 2
    assert parsed(render([])).get("tests") == "0"


@given(st.text(st.characters(exclude_categories=[]), max_size=100))
@settings(max_examples=60)
def test_whatever_a_server_says_it_is_one_document(text: str) -> None:
    tree = parsed(render([measurements.hostile_throughout(text)]))
    assert {item.tag for item in tree.iter()} <= {
        *("testsuites", "testsuite", "properties", "property"),
        *("testcase", "failure", "skipped", "system-out"),
    }


def test_redacting() -> None:
    assert "jane" in render([measurements.report("lost")])
    report = judge(measurements.report("lost").measurement)
    assert "jane" in render([report])
    assert "jane" not in render([report], redact=True)
