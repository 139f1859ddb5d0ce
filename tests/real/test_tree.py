"""Name servers from the root down, signed, asked by probe6 over both families: NSD and Unbound have the word."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.real.tree import DEAD6, MAIL4, MAIL6, ONE4, ONE6, TWO4, TWO6, Tree, build, obstacle

pytestmark = pytest.mark.real
# What speaks of name servers here; without mail hosts to call the rest says nothing.
OURS = ("dns-ns-", "dns-aaaa-", "dns-tcp-", "dns-dnssec-", "dns-wildcard-", "dns-split-")


@pytest.fixture(scope="module")
def tree() -> Iterator[Tree]:
    reason = obstacle()
    if reason is not None:
        pytest.skip(reason)
    with build() as made:
        yield made


def report(tree: Tree, target: str, hints: Path | None = None) -> dict[str, Any]:
    done = tree.probe6(target, "--format", "json", hints=hints)
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def said(document: dict[str, Any]) -> set[tuple[str, str, str | None, str]]:
    return {
        (item["code"], item["verdict"], item["family"], item["subject"])
        for item in document["findings"]
        if item["code"].startswith(OURS)
    }


def states(document: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {(item["name"], item["rrtype"]): item["security"] for item in document["inquiries"]["dnssec"]}


def test_a_signed_domain_in_good_order(tree: Tree) -> None:
    document = report(tree, "example.com")
    assert said(document) == set()
    assert states(document) == dict.fromkeys(
        [("example.com", "MX"), ("mx1.example.com", "AAAA"), ("mx1.example.com", "A")], "secure"
    )
    (zone,) = document["inquiries"]["zones"]
    assert zone["names"] == ["example.com", "mx1.example.com"]
    places = [place for server in zone["servers"] for place in server["addresses"]]
    assert {place["address"] for place in places} == {ONE6, ONE4, TWO6, TWO4}
    for place in places:
        answers = {(item["transport"], item["name"], item["rrtype"]): item for item in place["answers"]}
        assert {key[0] for key in answers} == {"udp", "tcp"}
        assert all(item["rcode"] == "NOERROR" and item["aa"] for item in answers.values())
        for transport in ("udp", "tcp"):
            assert answers[transport, "example.com", "MX"]["records"] == ["10 mx1.example.com."]
            assert answers[transport, "mx1.example.com", "AAAA"]["records"] == [MAIL6]
            assert answers[transport, "mx1.example.com", "A"]["records"] == [MAIL4]
            assert answers[transport, "example.com", "SOA"]["ttl"] == 3600
    assert {walk["family"] for walk in document["inquiries"]["walk"]} == {"ipv6", "ipv4"}
    for walk in document["inquiries"]["walk"]:
        assert walk["end"] == "arrived"
        assert [cut["zone"] for cut in walk["cuts"]] == [".", "com", "example.com"]


def test_an_unsigned_domain_is_no_finding(tree: Tree) -> None:
    document = report(tree, "unsigned.com")
    assert said(document) == set()
    assert states(document)["unsigned.com", "MX"] == "insecure"
    assert [zone["name"] for zone in document["inquiries"]["zones"]] == ["unsigned.com", "example.com"]


@pytest.mark.parametrize(
    ("domain", "barrier", "tried"),
    [("v4ns.com", "no-address", "no AAAA record in the parent zone"), ("deadv6.com", "silent", DEAD6[0])],
)
def test_a_zone_that_ipv6_alone_cannot_enter(tree: Tree, domain: str, barrier: str, tried: str) -> None:
    document = report(tree, domain)
    assert said(document) == {("dns-ns-family", "warning", "ipv6", domain)}
    walks = {(item["name"], item["family"]): item for item in document["inquiries"]["walk"]}
    stuck = walks[domain, "ipv6"]
    assert (stuck["end"], stuck["stuck"], stuck["barrier"]) == ("stuck", domain, barrier)
    assert any(tried in line for line in stuck["tried"])
    assert walks[domain, "ipv4"]["end"] == "arrived"
    assert walks["mx1.example.com", "ipv6"]["end"] == "arrived"


def test_a_signature_that_ended(tree: Tree) -> None:
    document = report(tree, "bogus.com")
    assert said(document) == {("dns-dnssec-bogus", "critical", None, "bogus.com")}
    (item,) = document["inquiries"]["dnssec"]
    assert (item["security"], item["unchecked"], item["signed"]) == ("bogus", "answer", True)


def test_an_old_copy_behind_the_ipv6_address(tree: Tree) -> None:
    document = report(tree, "stale.com")
    assert ("dns-ns-different-answer", "warning", None, "ns1.stale.com") in said(document)
    [finding] = [item for item in document["findings"] if item["code"] == "dns-ns-different-answer"]
    assert any(TWO6 in line and "mx.old.example.com" in line for line in finding["evidence"])


def test_the_report_for_people_shows_the_way_and_the_servers(tree: Tree) -> None:
    text = tree.probe6("v4ns.com", "-v").stdout
    assert "Name servers" in text
    assert "not into v4ns.com (no-address)" in " ".join(text.split())
    assert f"ns1.v4ns.com [{ONE4}]: UDP" in " ".join(text.split())


def test_where_no_root_server_answers_nothing_is_said_of_the_way(tree: Tree, tmp_path: Path) -> None:
    hints = tmp_path / "hints"
    hints.write_text("root. 3600 IN AAAA 2001:db8:dead::3\nroot. 3600 IN A 192.0.2.99\n")
    document = report(tree, "v4ns.com", hints=hints)
    assert said(document) == set()
    assert [item["end"] for item in document["inquiries"]["walk"]] == ["no-root"] * 2


def test_a_file_without_root_servers_is_refused(tree: Tree) -> None:
    done = tree.probe6("example.com", hints=Path("/dev/null"))
    assert done.returncode == 3
    assert "--root-hints: /dev/null holds no A or AAAA record" in done.stderr
