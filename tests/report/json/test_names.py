from datetime import UTC, datetime

from probe.model.measurement import Vantage
from probe.model.memory import Greeted
from probe.model.words import AddressClass, Family, Outcome, Port25
from probe.report.json.names import mx, resolved, vantage
from tests.report import measurements


def test_an_address_that_was_not_published_leaves_an_outcome_and_no_address() -> None:
    shown = mx(measurements.host("mx1.example.com", "192.0.2.25", AAAA=Outcome.SERVFAIL))
    ipv6, ipv4 = shown["ipv6"], shown["ipv4"]
    assert isinstance(ipv6, dict)
    assert isinstance(ipv4, dict)
    assert (ipv6["outcome"], ipv6["addresses"]) == (Outcome.SERVFAIL, [])
    assert [(item["address"], item["class"]) for item in ipv4["addresses"]] == [("192.0.2.25", AddressClass.GLOBAL)]
    assert list(ipv6)[:3] == ["outcome", "ttl", "addresses"]


def test_a_target_without_mx_look_up_has_none() -> None:
    report = measurements.report("no-mail")
    shown = resolved(report.measurement.resolved)
    assert shown["null_mx"] is True
    assert isinstance(shown["mx"], dict)
    assert shown["mx"]["records"] == ("0 .",)


def test_our_own_machine_with_the_word_on_port_25() -> None:
    own = Vantage(Family.IPV4, True, "10.0.0.9", nat=True)
    assert vantage(own, Port25.PROVEN)["port25"] is Port25.PROVEN
    assert vantage(own, Port25.PROVEN)["port25_by"] is None
    greeted = Greeted(own.family, "10.0.0.9", "mail.example.org", "198.51.100.25", datetime(2026, 11, 22, tzinfo=UTC))
    assert vantage(own, Port25.PROVEN, greeted)["port25_by"] is greeted
    shown = vantage(own, None)
    assert (shown["usable"], shown["source"], shown["nat"], shown["port25"]) == (True, "10.0.0.9", True, None)
    assert shown["fcrdns"] is None
