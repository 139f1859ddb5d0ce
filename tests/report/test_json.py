import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from probe.model.trials import Foreign, Leave, Trials
from probe.model.words import Family, Purpose
from probe.report.json import document, render
from tests.report import measurements

GOLDEN = Path(__file__).parent / "golden"

# The interface, key by key: names and order are released.
TOP = (
    "schema probe6 target started elapsed verdict parity summary engine queries connections settings vantage "
    "resolution mx sessions deliveries comparisons findings"
)
SESSION = (
    "mx address port family source reached failure banner capabilities capabilities_tls client_echo "
    "tls steps transcript"
)


def parsed(name: str, **options: bool) -> dict[str, object]:
    found = json.loads(render([measurements.report(name)], **options))
    assert isinstance(found, dict)
    return found


def at(value: object, path: str) -> object:
    for key in path.split("."):
        value = value[int(key)] if key.lstrip("-").isdigit() else value[key]  # type: ignore[index,call-overload]
    return value


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("", TOP),
        ("vantage", "ipv6 ipv4"),
        ("vantage.ipv6", "usable source nat ptr fcrdns port25"),
        ("vantage.ipv4", "usable source nat ptr fcrdns port25"),
        ("resolution", "mx"),
        ("resolution.mx", "outcome ttl ad provenance"),
        ("mx.0", "host preference implicit ipv6 ipv4"),
        ("mx.0.ipv6", "outcome ttl addresses"),
        ("mx.0.ipv6.addresses.0", "address class ptr fcrdns"),
        ("sessions.0", SESSION),
        ("sessions.0.tls", "version cipher verified reason subject issuer names not_after sha256 chain"),
        ("sessions.0.steps.0", "stage started elapsed reply failure detail"),
        ("sessions.0.steps.1.reply", "code enhanced lines"),
        ("deliveries.0", "family mx address token queue_id accepted arrived where seconds hops"),
        ("deliveries.0.hops", ""),
        ("deliveries.1.hops.1", "by from address family protocol time delay"),
        ("comparisons.0", "host parity first_divergence differences"),
        ("comparisons.0.differences.0", "stage what ipv6 ipv4"),
        ("findings.0", "code verdict family subject sentence evidence fix see"),
    ],
)
def test_the_keys_of_the_interface_come_first_in_its_order(path: str, keys: str) -> None:
    found = parsed("lost")
    wanted = keys.split()
    assert list(at(found, path) if path else found)[: len(wanted)] == wanted  # type: ignore[call-overload]


def test_a_report_reads_as_the_interface_shows() -> None:
    found = parsed("refused")
    assert found["schema"] == "probe6.report/1"
    assert found["target"] == "example.com"
    assert found["started"] == "2026-11-22T18:00:12.123456Z"
    assert (found["verdict"], found["parity"]) == ("critical", "ipv6-broken")
    assert at(found, "vantage.ipv6.port25") == "proven"
    assert at(found, "resolution.mx.outcome") == "answer"
    assert at(found, "mx.0.ipv6.addresses.0.class") == "global"
    assert at(found, "sessions.0.failure") == "refused"
    assert at(found, "sessions.0.banner") is None
    assert at(found, "sessions.0.tls") is None
    assert at(found, "sessions.1.banner") == "220 mx1.example.com ESMTP Postfix (Debian/GNU)"
    assert at(found, "sessions.1.steps.5.reply") == {
        "code": 250,
        "enhanced": "2.1.0",
        "lines": ["2.1.0 Ok"],
        "facts": [],
        "first_line": None,
    }
    assert at(found, "sessions.1.tls.not_after") == "2027-01-31T18:00:12.123456Z"
    assert at(found, "comparisons.0.first_divergence") == "connect"
    assert at(found, "settings.timeouts.connect") == 15.0
    assert at(found, "settings.families") == ["ipv6", "ipv4"]


def test_one_target_is_an_object_and_several_are_an_array() -> None:
    reports = [measurements.report("healthy"), measurements.report("refused")]
    assert [item["verdict"] for item in json.loads(render(reports))] == ["ok", "critical"]
    assert json.loads(render([])) == []


def test_a_fix_keeps_its_lines_and_nothing_else_does() -> None:
    found = parsed("refused")
    assert at(found, "findings.0.fix") == measurements.REFUSED.fix
    evil = measurements.hostile("a\nb")
    assert json.loads(render([evil]))["findings"][0]["sentence"] == r"a\x0ab"


def test_redacting_hides_local_parts_and_message_text() -> None:
    open_text = render([measurements.report("delivered")])
    assert "jane@example.com" in open_text
    assert "Subject: probe6 test" in open_text
    hidden = render([measurements.report("delivered")], redact=True)
    assert "jane@" not in hidden
    assert "Subject: probe6 test" not in hidden
    assert "***@example.com" in hidden
    assert "postmaster@example.com" in hidden
    assert "(message text hidden)" in hidden


def test_text_that_is_not_ascii_stays_itself() -> None:
    assert "mx.東京.example" in render([measurements.report("absent")])


@pytest.mark.parametrize("text", [measurements.HOSTILE, measurements.RAW])
def test_no_value_holds_a_character_that_could_move_a_cursor(text: str) -> None:
    out = render([measurements.hostile(text)])
    assert all(line.isprintable() for line in out.split("\n"))

    def walk(value: object, key: str = "") -> None:
        match value:
            case str():
                assert value.isprintable() or key == "fix"
            case dict():
                for name, item in value.items():
                    walk(item, name)
            case list():
                for item in value:
                    walk(item, key)

    walk(json.loads(out))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", json.loads(out)["findings"][0]["fix"])


def test_the_families_are_both_there_even_when_one_was_not_asked_for() -> None:
    report = measurements.report("healthy")
    report = replace(report, measurement=replace(report.measurement, vantage=report.measurement.vantage[1:]))
    assert document(report)["vantage"][Family.IPV6.value]["usable"] is None  # type: ignore[index]


@pytest.mark.parametrize("name", ["healthy", "refused", "lost"])
def test_golden(name: str, regenerate: bool) -> None:
    out = render([measurements.report(name)])
    path = GOLDEN / f"{name}.json"
    if regenerate:
        path.write_text(out, encoding="utf-8")
    assert out == path.read_text(encoding="utf-8")


def test_what_the_owner_asked_for_has_a_place_of_its_own() -> None:
    report = measurements.report("healthy")
    assert document(report)["trials"] is None
    test = replace(report.measurement.sessions[0], purpose=Purpose.RELAY)
    trials = Trials(Leave.PUBLISHED, Foreign("tester@example.net", ("mx.example.net",)), (test,))
    report = replace(report, measurement=replace(report.measurement, trials=trials))
    found = json.loads(render([report], redact=True))
    assert found["trials"]["leave"] == "published"
    assert found["trials"]["foreign"] == {"mailbox": "***@example.net", "hosts": ["mx.example.net"], "trouble": None}
    assert [talk["purpose"] for talk in found["trials"]["sessions"]] == ["relay"]
    assert "relay" not in [talk["purpose"] for talk in found["sessions"]]
