"""Through a real Postfix as submission server: a list of networks from the time when there was IPv4 alone."""

import json
from typing import Any

import pytest

from tests.real.world import MAIL4, MAIL6, PROBER4, PROBER6, RECIPIENT, World

pytestmark = pytest.mark.real

ELSEWHERE = "somebody@elsewhere.example.org"
"""A name that does not exist: what Postfix takes for it bounces at once, and from nobody to nobody."""


def through(built: World, mailbox: str, *more: str) -> tuple[int, dict[str, Any]]:
    """One run with ``--via``, as JSON."""
    done = built.probe6(mailbox, "--via", "smtp://mx1.example.com:25", "--format", "json", *more)
    assert done.returncode in {0, 1, 2}, done.stderr
    return done.returncode, json.loads(done.stdout)


def findings(report: dict[str, Any]) -> dict[str, str | None]:
    return {item["code"]: item["family"] for item in report["findings"] if item["verdict"] == "critical"}


def test_mail_of_its_own_arrives_over_both(built: World) -> None:
    status, report = through(built, RECIPIENT, "--proof", f"maildir:{built.maildir}")
    assert (status, report["parity"], findings(report)) == (0, "equal", {})
    assert {item["purpose"] for item in report["sessions"]} == {"via"}
    assert {item["address"] for item in report["sessions"]} == {MAIL6, MAIL4}
    assert all(item["arrived"] for item in report["deliveries"])
    assert {item["hops"][0]["address"] for item in report["deliveries"]} == {PROBER6, PROBER4}


@pytest.mark.parametrize("reject", ["reject_unauth_destination", "defer_unauth_destination"])
def test_mynetworks_of_ipv4_alone_denies_relaying_over_ipv6(built: World, reject: str) -> None:
    relay = built.postfix_setting("smtpd_relay_restrictions", f"permit_mynetworks, {reject}")
    with relay, built.postfix_setting("mynetworks", f"127.0.0.0/8 {PROBER4}"):
        status, report = through(built, ELSEWHERE)
    assert status == 2
    assert report["parity"] == "ipv6-broken"
    assert findings(report)["relay-denied"] == "ipv6"
    codes = {item["family"]: item["steps"][-1]["reply"]["code"] for item in report["sessions"]}
    assert codes == {"ipv6": 554 if reject.startswith("reject") else 454, "ipv4": 250}


def test_the_fix_it_prints_mends_it(built: World) -> None:
    relay = built.postfix_setting("smtpd_relay_restrictions", "permit_mynetworks, reject_unauth_destination")
    with relay, built.postfix_setting("mynetworks", f"127.0.0.0/8 {PROBER4}"):
        _, report = through(built, ELSEWHERE)
        (fix,) = [item["fix"] for item in report["findings"] if item["code"] == "relay-denied"]
        assert "[2001:db8:9::]/64" in fix
        with built.postfix_setting("mynetworks", f"127.0.0.0/8 {PROBER4} [2001:db8:9::]/64"):
            status, report = through(built, ELSEWHERE)
    assert (status, report["parity"]) == (0, "equal")
    assert [item["accepted"] for item in report["deliveries"]] == [True, True]
