"""The installed command against a real Postfix and a real name server, from another network, over both families.

The story is the one of the mail host whose owner turned IPv6 on, saw it work, and lost it again by a line in main.cf.
What the mail host itself kept (Maildir, mail log) is read here by hand, not by our own parsers.
"""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.real.postfix import DOMAIN, GREETING, HOSTNAME
from tests.real.world import (
    BORDER6,
    GATEWAY6,
    MAIL4,
    MAIL6,
    NAME4,
    NAME6,
    OTHER,
    PROBER,
    PROBER4,
    PROBER6,
    RECIPIENT,
    World,
)

pytestmark = pytest.mark.real

Json = dict[str, Any]


def report_of(done: subprocess.CompletedProcess[str]) -> Json:
    assert done.stdout.startswith("{"), f"no report; status {done.returncode}: {done.stderr}"
    report: Json = json.loads(done.stdout)
    return report


def session(report: Json, family: str) -> Json:
    """The first conversation held over a family; every one of them goes to the same Postfix here."""
    return next(item for item in report["sessions"] if item["family"] == family)


def findings(report: Json, code: str) -> list[Json]:
    return [item for item in report["findings"] if item["code"] == code]


def above_ok(report: Json) -> list[tuple[str, str]]:
    return [(item["code"], item["verdict"]) for item in report["findings"] if item["verdict"] != "ok"]


def stored(maildir: Path, token: str) -> str:
    """The one message of the Maildir that carries this token."""
    found = [
        text
        for folder in ("new", "cur")
        for path in (maildir / folder).iterdir()
        if token in (text := path.read_text(encoding="ascii"))
    ]
    assert len(found) == 1, f"{len(found)} messages carry {token}"
    return found[0]


def top_received(message: str) -> str:
    """The first Received header, folded lines and all."""
    found = re.search(r"^Received:.*\n(?:[ \t].*\n)*", message, re.MULTILINE)
    assert found, message
    return found.group()


def check_names(report: Json) -> None:
    assert report["resolution"]["mx"]["outcome"] == "answer"
    assert report["resolution"]["mx"]["provenance"] == "dns"
    [host] = report["mx"]
    assert (host["host"], host["preference"], host["implicit"]) == (HOSTNAME, 10, False)
    for family, address in (("ipv6", MAIL6), ("ipv4", MAIL4)):
        assert host[family]["outcome"] == "answer"
        assert host[family]["ttl"] == 300
        [entry] = host[family]["addresses"]
        assert (entry["address"], entry["ptr"], entry["fcrdns"]) == (address, [HOSTNAME], True)


def check_vantage(report: Json) -> None:
    for family, source in (("ipv6", PROBER6), ("ipv4", PROBER4)):
        seen = report["vantage"][family]
        assert (seen["usable"], seen["source"], seen["nat"]) == (True, source, False)
        assert (seen["ptr"], seen["fcrdns"]) == ([PROBER], True)


def check_conversation(report: Json, family: str, address: str, source: str) -> None:
    seen = session(report, family)
    assert (seen["mx"], seen["address"], seen["port"], seen["source"]) == (HOSTNAME, address, 25, source)
    assert seen["failure"] is None
    assert seen["banner"] == f"220 {HOSTNAME} {GREETING}"
    assert {"PIPELINING", "SIZE 10240000", "STARTTLS", "8BITMIME", "SMTPUTF8"} <= set(seen["capabilities"])
    assert set(seen["capabilities_tls"]) == set(seen["capabilities"]) - {"STARTTLS"}
    assert seen["tls"]["version"] == "TLSv1.3"
    assert seen["tls"]["verified"] is True
    assert seen["tls"]["names"] == [HOSTNAME]
    stages = [step["stage"] for step in seen["steps"]]
    assert stages[:5] == ["connect", "banner", "ehlo", "starttls", "ehlo"]
    assert all(step["elapsed"] >= 0 for step in seen["steps"])


def check_delivery(report: Json, world: World, family: str, source: str, tagged: str) -> None:
    [delivery] = [item for item in report["deliveries"] if item["family"] == family]
    assert (delivery["accepted"], delivery["arrived"]) == (True, True)
    assert delivery["where"].startswith("maildir:")
    top = delivery["hops"][0]
    assert (top["address"], top["family"], top["by"], top["protocol"]) == (source, family, HOSTNAME, "ESMTPS")

    header = top_received(stored(world.maildir, delivery["token"]))
    assert f"({PROBER} [{tagged}])" in header
    assert f"by {HOSTNAME} (Postfix)" in header
    assert delivery["queue_id"] in header
    assert world.postfix.logs(f"{delivery['queue_id']}: client={PROBER}[{source}]")
    assert world.postfix.logs(f"{delivery['queue_id']}: to=<{RECIPIENT}>, relay=virtual")


def check_broken_ipv6(report: Json) -> None:
    assert report["parity"] == "ipv6-broken"
    assert report["verdict"] == "critical"
    assert (session(report, "ipv6")["reached"], session(report, "ipv6")["failure"]) == ("connect", "refused")
    assert session(report, "ipv4")["failure"] is None
    [refused] = findings(report, "tcp-refused")
    assert (refused["family"], refused["verdict"]) == ("ipv6", "critical")
    assert MAIL6 in refused["subject"]
    assert "inet_protocols" in refused["fix"]
    [comparison] = report["comparisons"]
    assert (comparison["host"], comparison["first_divergence"]) == (HOSTNAME, "connect")


def test_the_whole_story(world: World) -> None:
    """All is well: names, greeting, TLS, a message over each family. Then inet_protocols = ipv4, and it is said."""
    done = world.probe6(
        *(RECIPIENT, "--nameserver", NAME6, "--from", f"postmaster@{DOMAIN}"),
        *("--proof", f"maildir:{world.maildir}", "--format", "json"),
    )
    report = report_of(done)
    check_names(report)
    check_vantage(report)
    check_conversation(report, "ipv6", MAIL6, PROBER6)
    check_conversation(report, "ipv4", MAIL4, PROBER4)
    check_delivery(report, world, "ipv6", PROBER6, f"IPv6:{PROBER6}")
    check_delivery(report, world, "ipv4", PROBER4, PROBER4)
    assert (report["parity"], report["verdict"], above_ok(report)) == ("equal", "ok", [])
    assert done.returncode == 0
    assert done.stderr == "" or "2 messages" in done.stderr

    with world.postfix_setting("inet_protocols", "ipv4"):
        done = world.probe6(DOMAIN, "--nameserver", NAME6, "--format", "json")
        check_broken_ipv6(report_of(done))
        assert done.returncode == 2

        people = world.probe6(DOMAIN, "--nameserver", NAME6)
        assert people.returncode == 2
        assert "inet_protocols" in people.stdout
        assert MAIL6 in people.stdout
        assert "refused" in people.stdout

    healed = world.probe6(DOMAIN, "--nameserver", NAME6, "--format", "json")
    assert (report_of(healed)["parity"], healed.returncode) == ("equal", 0)


def test_nothing_is_sent_to_a_domain(world: World) -> None:
    before = world.postfix.log()
    done = world.probe6(DOMAIN, "--nameserver", NAME6, "--nameserver", NAME4)
    assert done.returncode == 0
    said = world.postfix.log().removeprefix(before)
    assert said.count("connect from ") - said.count("disconnect from ") == 2
    assert "queue active" not in said


def test_the_system_resolver_is_used(world: World) -> None:
    """No --nameserver: resolv.conf of the prober's machine names the servers."""
    report = report_of(world.probe6(DOMAIN, "--format", "json"))
    assert (report["parity"], report["mx"][0]["host"]) == ("equal", HOSTNAME)


@pytest.mark.parametrize(("kind", "failure"), [("prohibit", "prohibited"), ("unreachable", "unreachable")])
def test_a_router_of_theirs_that_turns_us_away_is_named(world: World, kind: str, failure: str) -> None:
    with world.route(world.border, kind, MAIL6):
        done = world.probe6(DOMAIN, "--nameserver", NAME6, "--format", "json")
    report = report_of(done)
    assert session(report, "ipv6")["failure"] == failure
    [found] = findings(report, "tcp-unreachable")
    assert (found["family"], found["verdict"]) == ("ipv6", "critical")
    assert BORDER6 in json.dumps(found["evidence"])
    assert (report["parity"], done.returncode) == ("ipv6-broken", 2)


@pytest.mark.parametrize(("kind", "failure"), [("prohibit", "prohibited"), ("unreachable", "unreachable")])
def test_a_router_of_ours_says_nothing_about_them(world: World, kind: str, failure: str) -> None:
    with world.route(world.gateway, kind, MAIL6):
        done = world.probe6(DOMAIN, "--nameserver", NAME6, "--format", "json")
    report = report_of(done)
    assert session(report, "ipv6")["failure"] == failure
    [found] = findings(report, "tcp-unreachable")
    assert (found["family"], found["verdict"]) == ("ipv6", "unknown")
    assert GATEWAY6 in json.dumps(found["evidence"])
    assert (report["parity"], done.returncode) == ("untestable", 3)


def test_silence_alone_blames_nobody(world: World) -> None:
    """Without a greeting from some other network over IPv6 it may be our own network that blocks port 25."""
    with world.route(world.border, "blackhole", MAIL6):
        done = world.probe6(DOMAIN, "--nameserver", NAME6, "--timeout", "1", "--format", "json")
    report = report_of(done)
    assert session(report, "ipv6")["failure"] == "timeout"
    [found] = findings(report, "tcp-timeout")
    assert (found["family"], found["verdict"]) == ("ipv6", "unknown")
    assert report["vantage"]["ipv6"]["port25"] == "unproven"
    assert report["verdict"] == "unknown"
    assert done.returncode == 3


def test_silence_beside_a_reference_that_greets_is_their_fault(world: World) -> None:
    with world.route(world.border, "blackhole", MAIL6):
        done = world.probe6(
            *(DOMAIN, "--nameserver", NAME6, "--timeout", "1", "--reference", OTHER, "--format", "json"),
        )
    report = report_of(done)
    [found] = findings(report, "tcp-timeout")
    assert (found["family"], found["verdict"]) == ("ipv6", "critical")
    assert report["vantage"]["ipv6"]["port25"] == "proven"
    assert (report["parity"], done.returncode) == ("ipv6-broken", 2)


def test_a_domain_that_is_not_hosted_is_no_greylisting(world: World) -> None:
    with world.postfix_setting("virtual_mailbox_domains", "example.org"):
        done = world.probe6(RECIPIENT, "--format", "json")
    report = report_of(done)
    [refused] = findings(report, "rcpt-rejected")
    assert refused["verdict"] == "critical"
    # The default of smtpd_relay_restrictions denies with a 4xx, the digit of "come back later".
    assert "454 4.7.1" in refused["sentence"]
    assert "Relay access denied" in refused["sentence"]
    assert findings(report, "rcpt-greylisted") == []
    assert done.returncode == 2


def test_only_ipv6_when_only_ipv6_is_asked_for(world: World) -> None:
    before = world.postfix.log()
    report = report_of(world.probe6("-6", DOMAIN, "--nameserver", NAME6, "--format", "json"))
    assert {item["family"] for item in report["sessions"]} == {"ipv6"}
    assert session(report, "ipv6")["failure"] is None
    assert (report["parity"], above_ok(report)) == ("untestable", [])
    assert f"[{MAIL4}]" not in json.dumps(report["findings"])
    said = world.postfix.log().removeprefix(before)
    assert f"[{PROBER6}]" in said
    assert f"[{PROBER4}]" not in said


def test_a_prober_without_ipv6_judges_ipv4_alone(world: World) -> None:
    with world.without_ipv6():
        done = world.probe6(DOMAIN, "--nameserver", NAME4, "--format", "json")
    report = report_of(done)
    assert report["vantage"]["ipv6"]["usable"] is False
    assert [(item["family"], item["verdict"]) for item in findings(report, "self-route")] == [("ipv6", "unknown")]
    assert session(report, "ipv4")["failure"] is None
    assert report["parity"] == "untestable"
    assert all(verdict == "unknown" for _, verdict in above_ok(report))
    assert done.returncode == 3
