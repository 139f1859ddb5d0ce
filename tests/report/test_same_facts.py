"""What one reader's page shows, the others show: text, HTML and Markdown block by block, and JSON under its key."""

import json
import re
from dataclasses import replace
from html import unescape

import pytest

from probe.api import render
from probe.judge import judge
from probe.judge.contrast.diff import diff
from probe.model.delivery import LogTrace
from probe.model.expectation import Held
from probe.model.log import Fate
from probe.model.report import Report
from probe.model.settings import Record
from probe.model.words import Family, Verdict
from tests.builders import healthy
from tests.configurations import IPV4_ALONE, LISTENERS, MAIN, MASTER, audited, here, machine
from tests.judge.checks.servers import NS1_4, dead, world
from tests.judge.contrast.test_diff import DEAD6
from tests.report import measurements
from tests.report.text.test_outgoing import BOX

_TAGS = re.compile(r"<(?!br)[^>]*>")


def plain(text: str) -> str:
    """A page without its markup, in words with a blank between."""
    bare = unescape(_TAGS.sub("", text.replace("<br>", " "))).replace("\\", "").replace("\u2060", "")
    return " ".join(bare.replace("`", "").replace("**", "").split())


def pages(report: Report) -> dict[str, str]:
    return {
        "text": " ".join(render([report], "text", verbose=1, width=1000).split()),
        "html": plain(render([report], "html")),
        "markdown": plain(render([report], "markdown")),
    }


def everything() -> Report:
    """Messages, a sender, name servers, expectations, a baseline, an assumption, a note of the run."""
    report = measurements.report("delivered")
    attempt = replace(
        report.measurement.attempts[0],
        traces=(LogTrace("log:/var/log/mail.log", Fate.DELIVERED, ("mx1 postfix/lmtp: 4ABCDEF: status=sent",)),),
    )
    measurement = replace(
        report.measurement,
        attempts=(attempt, *report.measurement.attempts[1:]),
        inquiries=world([dead(NS1_4)]).inquiries,
        settings=replace(report.measurement.settings, overlay=(Record("mx1.example.com", "AAAA", ("2001:db8::25",)),)),
        notes=("the log ended early",),
    )
    held = Held("families of mx1.example.com", Verdict.CRITICAL, Family.IPV6, "example.com", "ipv6", "nothing")
    return replace(
        judge(measurement),
        outbox=BOX,
        changes=diff(judge(healthy()), judge(DEAD6)),
        expectations=(held,),
    )


BLOCKS = {
    "message": "Test messages to jane@example.com",
    "queue id": "4ABCDEF",
    "log": "log:/var/log/mail.log: delivered: mx1 postfix/lmtp: 4ABCDEF: status=sent",
    "sender": "SPF pass by include:spf.example.net > ip6:2001:db8::/48",
    "lists": "listed by bl.example.net",
    "policy": "p=reject",
    "name servers": "zone example.com: 2 name servers",
    "silent server": "UDP no answer within 1 s; TCP no answer within 1 s",
    "expectations": "Expectations: 0 of 1 met",
    "an expectation": "families of mx1.example.com, example.com: ipv6; seen: nothing",
    "baseline": "Since 2026-",
    "a change": "mx1.example.com connect: connected -> refused",
    "assumed": "mx1.example.com AAAA 2001:db8::25",
    "our name": "EHLO probe.example.net",
    "note": "the log ended early",
    "machines": "same: ",
}


@pytest.mark.parametrize("name", ["text", "html", "markdown"])
def test_every_block_of_a_probe(name: str) -> None:
    page = pages(everything())[name]
    assert [block for block, phrase in BLOCKS.items() if phrase not in page] == []


@pytest.mark.parametrize("name", ["text", "html", "markdown"])
def test_every_block_of_a_broken_family(name: str) -> None:
    page = pages(judge(measurements.report("refused").measurement))[name]
    for phrase in (
        "First divergence: connect at mx1.example.com",
        "What senders meet",
        "No message was sent. To prove delivery over each family:",
        "probe6 user@example.com --proof maildir:PATH",
    ):
        assert phrase in page


@pytest.mark.parametrize("name", ["text", "html", "markdown"])
def test_every_block_of_an_audit(name: str) -> None:
    given = here(
        f"{MAIN}inet_protocols = ipv4\n",
        f"{MASTER}submission inet n - y - - smtpd\n",
        machine=machine(listeners=LISTENERS[1:]),
    )
    page = pages(judge(audited(replace(given, lan=("192.0.2.0/24",)))))[name]
    for phrase in (
        "effective",
        "listening",
        "published",
        "submission",
        "2001:db8:25::25",
        "inet_protocols",
        "main.cf:5",
        "Declared as own: 192.0.2.0/24 (--lan)",
        "in master.cf",
    ):
        assert phrase in page
    assert "untestable" not in page  # an audit compares nothing: it has no parity
    assert "No message was sent" not in page


def test_nobody_looked_is_told_in_words_too() -> None:
    given = here(MAIN, published=IPV4_ALONE, machine=None)
    for page in pages(judge(audited(replace(given, apart="it is elsewhere", published=None)))).values():
        assert "The machine was not looked at: it is elsewhere." in page
        assert "The DNS was not asked; --domain NAME asks it." in page


def test_json_has_a_key_for_each() -> None:
    found = json.loads(render([everything()], "json"))
    for key in ("deliveries", "outbound", "changes", "expectations", "inquiries", "notes", "comparisons"):
        assert found[key], key
    given = json.loads(render([judge(audited(here(MAIN)))], "json"))
    assert given["configuration"]["openings"]
