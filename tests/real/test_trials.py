"""What the owner alone may ask for, against a real Postfix: relaying, mailboxes, STARTTLS, the end of a message."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.real.world import MAIL4, MAIL6, RECIPIENT, World

pytestmark = pytest.mark.real

Json = dict[str, Any]
OWNED = ("--owned", "example.com", "--relay-to", "tester@example.org")


def report(world: World, *words: str) -> Json:
    done = world.probe6(*words, "--format", "json", "--no-state", "--pause", "0")
    assert done.stdout.startswith("{"), f"no report; status {done.returncode}: {done.stderr}"
    return dict(json.loads(done.stdout))


def told(found: Json, code: str) -> list[tuple[str, str | None]]:
    return [(item["verdict"], item["family"]) for item in found["findings"] if item["code"] == code]


def test_by_default_nothing_is_relayed_and_nothing_injected(world: World) -> None:
    checks = ("--relay-check", "--catchall", "--literal-check", "--injection-check")
    found = report(world, "example.com", *OWNED, *checks)
    assert told(found, "relay-open") == [("ok", None)]
    assert told(found, "tls-command-injection") == [("ok", None)]
    assert told(found, "ehlo-literal-support") == [("ok", None)]
    assert told(found, "postmaster-accept") == [("ok", None)]
    assert told(found, "rcpt-catchall") == [("ok", "ipv6")]
    assert (found["parity"], found["trials"]["leave"]) == ("equal", "said")
    assert "DATA" not in {step["command"] for talk in found["trials"]["sessions"] for step in talk["steps"]}
    relay = [talk for talk in found["trials"]["sessions"] if talk["purpose"] == "relay"]
    assert sorted(talk["address"] for talk in relay) == sorted([MAIL6, MAIL4])
    assert {talk["steps"][-1]["reply"]["code"] for talk in relay} == {454}


def test_a_relay_that_is_open_over_ipv6_alone_is_named_so(world: World) -> None:
    with world.postfix_settings(mynetworks="127.0.0.0/8 [::]/0"):
        found = report(world, "example.com", *OWNED, "--relay-check")
        [finding] = [item for item in found["findings"] if item["code"] == "relay-open" and item["verdict"] != "ok"]
        assert (finding["verdict"], finding["family"]) == ("critical", "ipv6")
        assert "over IPv4 it does not" in finding["sentence"]
        assert told(found, "relay-open") == [("critical", "ipv6"), ("ok", "ipv4")]
        assert found["parity"] == "equal", "the check itself is about something else"
        assert world.postfix.logs(f"disconnect from probe.example.net[{found['sessions'][0]['source']}] ehlo=2")


@pytest.mark.parametrize("setting", ["no", "normalize"])
def test_what_ends_a_message(built: World, setting: str) -> None:
    before = _messages(built)
    with built.postfix_settings(smtpd_forbid_bare_newline=setting, smtpd_forbid_bare_newline_exclusions=""):
        found = report(built, RECIPIENT, "--owned", "example.com", "--smuggling-check")
        sessions = found["trials"]["sessions"]
        if setting == "no":
            assert told(found, "smuggling-eod") == [("critical", None)]
        else:
            assert told(found, "smuggling-eod") == [("ok", None)]
        assert {talk["failure"] for talk in sessions} == {None}
        queued = [talk for talk in sessions if any(_taken(step) for step in talk["steps"])]
    assert len(queued) == (2 if setting == "no" else 8), "one message for each, and none after the one that showed it"
    assert _messages(built) <= before + 2 + len(queued)


def _taken(step: Json) -> bool:
    reply = step["reply"]
    return step["stage"] == "data" and (step["command"] or "").startswith("<") and reply["code"] == 250


def _messages(world: World) -> int:
    return len(list((Path(world.maildir) / "new").iterdir()))


def test_without_the_owners_leave_nobody_is_called(built: World) -> None:
    done = built.probe6("example.com", "--relay-check", "--relay-to", "tester@example.org", "--contact", "me")
    assert done.returncode == 3
    assert "_probe6.example.com. TXT" in done.stderr
    assert done.stdout == ""
