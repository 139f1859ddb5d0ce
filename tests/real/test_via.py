"""Through a real Postfix as submission server: a list of networks from the time when there was IPv4 alone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.real.dovecot import PASSWORD
from tests.real.world import MAIL4, MAIL6, PROBER4, PROBER6, RECIPIENT, World

pytestmark = pytest.mark.real

ELSEWHERE = "somebody@elsewhere.example.org"
"""A name that does not exist: what Postfix takes for it bounces at once, and from nobody to nobody."""


def through(built: World, mailbox: str, *more: str) -> tuple[int, dict[str, Any]]:
    """One run with ``--via``, as JSON."""
    server = ["--via", "smtp://mx1.example.com:25"] if "--via" not in more else []
    done = built.probe6(mailbox, *server, "--format", "json", *more)
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


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.touch(0o600)
    return path


@pytest.fixture(scope="module")
def login(built: World, imap_log: Path) -> Iterator[None]:
    """Postfix asks Dovecot about passwords, inside TLS only, and relays for who has one and for nobody else."""
    with built.postfix_settings(
        smtpd_sasl_type="dovecot",
        smtpd_sasl_path=str(imap_log.parent / "run" / "submission"),
        smtpd_sasl_auth_enable="yes",
        smtpd_tls_auth_only="yes",
        smtpd_relay_restrictions="permit_sasl_authenticated, reject",
        mynetworks="127.0.0.0/8",
    ):
        yield


WITH_LOGIN = ["--via", "smtp://probe@mx1.example.com:25"]


def auth(report: dict[str, Any]) -> dict[str, list[int]]:
    """The replies to AUTH, by family."""
    steps = [(item["family"], step) for item in report["sessions"] for step in item["steps"]]
    said = [(family, step) for family, step in steps if (step["command"] or "").startswith("AUTH") and step["reply"]]
    return {
        item["family"]: [step["reply"]["code"] for family, step in said if family == item["family"]]
        for item in report["sessions"]
    }


def test_the_right_password_opens_the_way_over_both(built: World, login: None, secret: Path) -> None:
    secret.write_text(PASSWORD)
    before = built.postfix.log()
    status, report = through(built, ELSEWHERE, *WITH_LOGIN, "--secret", str(secret))
    assert (status, report["parity"], findings(report)) == (0, "equal", {})
    assert [item["accepted"] for item in report["deliveries"]] == [True, True]
    assert auth(report) == {"ipv6": [235], "ipv4": [235]}
    assert PASSWORD not in json.dumps(report)
    for source in (PROBER6, PROBER4):
        assert built.postfix.logs(f"client=probe.example.net[{source}], sasl_method=PLAIN, sasl_username=probe")
    assert PASSWORD not in built.postfix.log().removeprefix(before)


def test_a_wrong_password_is_refused_over_both_and_tried_once(built: World, login: None, secret: Path) -> None:
    secret.write_text("wrong horse")
    status, report = through(built, ELSEWHERE, *WITH_LOGIN, "--secret", str(secret))
    assert (status, findings(report)) == (2, {"submission-auth": None})
    assert auth(report) == {"ipv6": [535], "ipv4": [535]}
    assert report["deliveries"] == []
    assert "wrong horse" not in json.dumps(report)


def test_without_a_login_nothing_is_relayed(built: World, login: None) -> None:
    status, report = through(built, ELSEWHERE)
    assert (status, findings(report)) == (2, {"relay-denied": None})


def test_a_login_offered_over_ipv4_alone(built: World, login: None, secret: Path) -> None:
    """smtpd_sasl_exceptions_networks keeps AUTH from some clients: here from all of IPv6."""
    secret.write_text(PASSWORD)
    with built.postfix_setting("smtpd_sasl_exceptions_networks", "[::]/0"):
        status, report = through(built, ELSEWHERE, *WITH_LOGIN, "--secret", str(secret))
    assert (status, report["parity"]) == (2, "ipv6-broken")
    assert findings(report)["submission-auth"] == "ipv6"
    assert auth(report) == {"ipv6": [], "ipv4": [235]}
    assert [(item["family"], item["accepted"]) for item in report["deliveries"]] == [("ipv4", True)]
