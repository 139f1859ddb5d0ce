import json

from probe.judge import judge
from probe.model.log import Fate
from probe.report.json import render
from tests.builders import LOG, OWN, V4, V6, attempt, contact, delivered, logged, mail_log, trace


def test_what_the_logs_say_stands_with_the_message_and_at_the_end() -> None:
    six = attempt(V6, watched=(LOG,), seen=(LOG,), traces=(trace(V6, relayed="mx9.example.org", reason="so"),))
    world = delivered(six, attempt(V4, traces=(trace(V4, None),)), logs=(mail_log(gateways=(contact("10.0.0.1"),)),))
    document = json.loads(render([judge(world)]))
    one, other = document["deliveries"]
    assert one["seen"] == [LOG]
    assert one["logs"] == [
        {
            "where": LOG,
            "fate": "delivered",
            "address": OWN[V6],
            "family": "ipv6",
            "queue_ids": ["4XqPrS0Vzzz1"],
            "relayed": "mx9.example.org",
            "reason": "so",
            "redirected": None,
            "lines": list(trace(V6).lines),
        }
    ]
    assert (other["logs"][0]["fate"], other["logs"][0]["lines"]) == (None, [])
    [log] = document["logs"]
    assert (log["where"], log["events"], log["daemons"], log["blind"]) == (LOG, 20, ["postfix"], None)
    assert [item["address"] for item in log["contacts"]] == list(OWN.values())
    assert log["gateways"][0] == {
        "address": "10.0.0.1",
        "family": "ipv4",
        "kind": "connect",
        "time": "2026-11-22T18:00:12.123456Z",
        "line": contact("10.0.0.1").line,
    }


def test_a_logged_reception_says_that_it_is_no_header() -> None:
    world = delivered(attempt(V6, arrival=None, traces=(trace(V6, Fate.FAILED),)))
    document = json.loads(render([judge(world)]))
    assert document["deliveries"][1]["hops"][0]["logged"] is False
    assert logged().logged


def test_local_parts_are_hidden_in_lines_where_they_are_anywhere() -> None:
    world = delivered(attempt(V6, traces=(trace(V6),)), logs=(mail_log(),))
    shown, hidden = (render([judge(world)], redact=redact) for redact in (False, True))
    assert "to=<user@example.com>" in shown
    assert "user@example.com" not in hidden
    assert "to=<***@example.com>" in hidden
