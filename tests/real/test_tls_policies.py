"""DANE and MTA-STS beside real servers: Postfix has the word on the one, curl on the other."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.real.policies import FIRST4, OTHER6, PROMISED, SERVED, Policies, build, obstacle

pytestmark = pytest.mark.real
OURS = ("dane-", "mtasts-", "tls-")
FAMILIES = ("ipv6", "ipv4")
Said = set[tuple[str, str, str | None, str]]


@pytest.fixture(scope="module")
def policies() -> Iterator[Policies]:
    reason = obstacle()
    if reason is not None:
        pytest.skip(reason)
    with build() as made:
        yield made


@pytest.fixture(scope="module")
def reports(policies: Policies) -> dict[str, dict[str, Any]]:
    """All domains in one run."""
    found = policies.probe6(*(f"{name}.com" for name in (*PROMISED, *SERVED)))
    return {report["target"].removesuffix(".com"): report for report in found}


def said(report: dict[str, Any]) -> Said:
    return {
        (item["code"], item["verdict"], item["family"], item["subject"])
        for item in report["findings"]
        if item["code"].startswith(OURS)
    }


EXPECTED: dict[str, Said] = {
    "match": {("dane-tlsa-match", "ok", None, "mx1.match.com")},
    "split": {
        ("dane-tlsa-mismatch", "critical", "ipv6", f"mx1.split.com [{OTHER6}]"),
        ("dane-tlsa-match", "ok", "ipv4", f"mx1.split.com [{FIRST4}]"),
        ("tls-cert-diff", "warning", "ipv6", "mx1.split.com"),
    },
    "usage": {("dane-unusable", "warning", None, "mx1.usage.com")},
    "bogus": {("dane-lookup-fail", "critical", None, "mx1.bogus.com")},
    "insecure": {("dane-unusable", "warning", None, "mx1.insecure.com")},
    "names": {
        ("dane-tlsa-match", "ok", None, "mx1.names.com"),
        ("dane-tlsa-match", "ok", None, "mx2.names.com"),
        ("tls-sni-dependent", "ok", None, "mx1.names.com"),
    },
    "onename": {
        ("dane-tlsa-match", "ok", None, "mx1.onename.com"),
        ("dane-tlsa-mismatch", "critical", None, "mx2.onename.com"),
    },
    "listed": {("mtasts-present", "ok", None, "listed.com")},
    "left": {("mtasts-present", "ok", None, "left.com"), ("mtasts-policy", "critical", None, "left.com")},
    "v4only": {
        ("mtasts-present", "ok", None, "v4only.com"),
        ("mtasts-host", "warning", "ipv6", "mta-sts.v4only.com"),
    },
    "expired": {("mtasts-policy", "warning", None, "expired.com")},
    "moved": {("mtasts-policy", "warning", None, "moved.com")},
}


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_said(reports: dict[str, dict[str, Any]], name: str) -> None:
    assert said(reports[name]) == EXPECTED[name]


def test_the_reason_is_told(reports: dict[str, dict[str, Any]]) -> None:
    sentences = {
        name: " ".join(item["sentence"] for item in reports[name]["findings"] if item["code"] == "mtasts-policy")
        for name in SERVED
    }
    assert "certificate has expired" in sentences["expired"]
    assert "redirects to https://www.moved.com/mta-sts.txt" in sentences["moved"]
    assert "does not list mx1.left.com" in sentences["left"]


def ours(report: dict[str, Any], host: str, family: str) -> str:
    """Our word on one host over one family, in the words of ``theirs``."""
    for item in report["findings"]:
        here = item["subject"].partition(" ")[0] == host and item["family"] in {family, None}
        if here and item["code"] in {"dane-tlsa-match", "dane-tlsa-mismatch", "dane-lookup-fail"}:
            return str(item["code"])
    return "not used"


def theirs(finger: str) -> str:
    """Postfix's word: it verified the certificate, found none promised, waits, or did not compare at all."""
    if "Matched DANE" in finger and "Verified TLS connection" in finger:
        return "dane-tlsa-match"
    if "no matching DANE TLSA records" in finger:
        return "dane-tlsa-mismatch"
    if "TLSA lookup error" in finger:
        return "dane-lookup-fail"
    assert "Untrusted TLS connection" in finger, finger
    return "not used"


@pytest.mark.parametrize("host", [*(f"mx1.{name}.com" for name in PROMISED), "mx2.names.com", "mx2.onename.com"])
def test_postfix_says_the_same_of_each_address(
    policies: Policies, reports: dict[str, dict[str, Any]], host: str
) -> None:
    report = reports[host.split(".")[1]]
    for family in FAMILIES:
        assert ours(report, host, family) == theirs(policies.finger(host, family)), family


@pytest.mark.parametrize("name", SERVED)
def test_curl_comes_by_the_same_policies(policies: Policies, reports: dict[str, dict[str, Any]], name: str) -> None:
    fetches = {item["family"]: item for item in reports[name]["inquiries"]["mtasts"]["fetches"]}
    assert set(fetches) == set(FAMILIES)
    failures = {7: "refused", 60: "tls-certificate"}
    for family, fetch in fetches.items():
        left, status = policies.curl(f"mta-sts.{name}.com", family)
        if left == 0:
            assert (fetch["failure"], str(fetch["status"])) == (None, status)
        else:
            assert (fetch["failure"], fetch["status"]) == (failures[left], None)
