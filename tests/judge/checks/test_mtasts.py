from dataclasses import replace

import pytest

from probe.model.measurement import Measurement
from probe.model.policies import PolicyFetch
from probe.model.words import Failure, Outcome, Stage
from tests.builders import V4, V6, healthy, measurement, reference, session, stopped
from tests.judge.checks.table import CRITICAL, OK, UNKNOWN, WARNING, Row, findings, name, said
from tests.judge.policies import WEB, announced, body, fetched, policy

DOMAIN = "example.com"
GOOD6, GOOD4 = fetched(V6, body()), fetched(V4, body())
V6_UNPROVEN = measurement(stopped(Stage.CONNECT, failure=Failure.TIMEOUT), session(V4), references=(reference(V4),))


def failed(fetch: PolicyFetch, failure: Failure, detail: str = "what came of it") -> PolicyFetch:
    return replace(fetch, status=None, media_type=None, body=None, failure=failure, detail=detail)


def alone(world: Measurement, *fetches: PolicyFetch) -> Measurement:
    return announced(world, *fetches, ipv6=Outcome.NO_DATA)


def missing(*fetches: PolicyFetch) -> Measurement:
    return announced(healthy(), *fetches)


NOT_FOUND = tuple(replace(item, status=404, body=None) for item in (GOOD6, GOOD4))
REDIRECT = tuple(replace(item, status=301, body=None, location="https://www.example.com/") for item in (GOOD6, GOOD4))
SAID = {(WARNING, None, DOMAIN)}

CASES: list[Row] = [
    ("mtasts-policy", "all is well", policy(healthy()), set()),
    ("mtasts-policy", "none announced", announced(healthy(), record=""), set()),
    ("mtasts-policy", "another record", announced(healthy(), record='"v=spf1 -all"'), set()),
    ("mtasts-policy", "not asked", healthy(), set()),
    ("mtasts-policy", "an announcement without id", announced(healthy(), GOOD6, record='"v=STSv1;"'), SAID),
    ("mtasts-policy", "404", missing(*NOT_FOUND), SAID),
    ("mtasts-policy", "a redirect", missing(*REDIRECT), SAID),
    ("mtasts-policy", "refused", missing(*(failed(item, Failure.REFUSED) for item in (GOOD6, GOOD4))), SAID),
    ("mtasts-policy", "a bad certificate", missing(failed(GOOD4, Failure.TLS_CERTIFICATE)), SAID),
    ("mtasts-policy", "not global", missing(failed(GOOD4, Failure.NOT_GLOBAL)), SAID),
    (
        "mtasts-policy",
        "silence, which may be ours",
        missing(*(failed(item, Failure.TIMEOUT) for item in (GOOD6, GOOD4))),
        {(UNKNOWN, None, DOMAIN)},
    ),
    ("mtasts-policy", "no way there", missing(failed(GOOD6, Failure.NO_ROUTE), failed(GOOD4, Failure.NO_ROUTE)), set()),
    ("mtasts-policy", "the run ended", missing(failed(GOOD6, Failure.DEADLINE)), set()),
    ("mtasts-policy", "no address", announced(healthy(), ipv6=Outcome.NXDOMAIN, ipv4=Outcome.NXDOMAIN), SAID),
    ("mtasts-policy", "addresses not known", announced(healthy(), ipv6=Outcome.SERVFAIL, ipv4=Outcome.TIMEOUT), set()),
    (
        "mtasts-policy",
        "unfinished",
        announced(healthy(), ipv6=Outcome.NO_DATA, ipv4=Outcome.NO_DATA, unfinished=True),
        set(),
    ),
    (
        "mtasts-policy",
        "an MX host left out over IPv6 alone",
        announced(healthy(), fetched(V6, body("enforce", "other.example.com")), GOOD4),
        {(CRITICAL, V6, DOMAIN)},
    ),
    (
        "mtasts-policy",
        "left out over IPv4 alone",
        announced(healthy(), GOOD6, fetched(V4, body("testing", "other.example.com"))),
        {(WARNING, V4, DOMAIN)},
    ),
    (
        "mtasts-policy",
        "left out, and only one family has the policy",
        alone(healthy(), fetched(V4, body("enforce", "other.example.com"))),
        {(CRITICAL, None, DOMAIN)},
    ),
    ("mtasts-policy", "no policy but a page", missing(fetched(V4, b"<html></html>", media_type="text/html")), SAID),
    ("mtasts-policy", "a policy as HTML", missing(replace(GOOD4, media_type="text/html")), SAID),
    (
        "mtasts-policy",
        "the host is left out",
        policy(healthy(), "enforce", "mail.example.com"),
        {(CRITICAL, None, DOMAIN)},
    ),
    ("mtasts-policy", "left out of a test", policy(healthy(), "testing", "mail.example.com"), SAID),
    ("mtasts-policy", "left out of no policy", policy(healthy(), "none", "mail.example.com"), set()),
    ("mtasts-policy", "a wildcard", policy(healthy(), "enforce", "*.example.com"), set()),
    ("mtasts-policy", "a wildcard two labels up", policy(healthy(), "enforce", "*.com"), {(CRITICAL, None, DOMAIN)}),
    ("mtasts-host", "both alike", policy(healthy()), set()),
    ("mtasts-host", "refused over IPv6", missing(failed(GOOD6, Failure.REFUSED), GOOD4), {(WARNING, V6, WEB)}),
    (
        "mtasts-host",
        "another certificate over IPv4",
        missing(GOOD6, failed(GOOD4, Failure.TLS_CERTIFICATE)),
        {(WARNING, V4, WEB)},
    ),
    ("mtasts-host", "silent over IPv6", missing(failed(GOOD6, Failure.TIMEOUT), GOOD4), {(WARNING, V6, WEB)}),
    (
        "mtasts-host",
        "silent over IPv6, as all the world",
        announced(V6_UNPROVEN, failed(GOOD6, Failure.TIMEOUT), GOOD4),
        {(OK, V6, WEB)},
    ),
    (
        "mtasts-host",
        "the second address answers",
        missing(failed(GOOD6, Failure.REFUSED), GOOD6, GOOD4),
        {(OK, V6, WEB)},
    ),
    ("mtasts-host", "no IPv6 here", missing(failed(GOOD6, Failure.NO_ROUTE), GOOD4), set()),
    ("mtasts-host", "no AAAA", alone(healthy(), GOOD4), set()),
    ("mtasts-host", "AAAA fails", announced(healthy(), GOOD4, ipv6=Outcome.SERVFAIL), {(WARNING, V6, WEB)}),
    ("mtasts-host", "AAAA not answered in time", announced(healthy(), GOOD4, ipv6=Outcome.TIMEOUT), set()),
    ("mtasts-host", "another policy", missing(fetched(V6, body("testing")), GOOD4), {(WARNING, V6, WEB)}),
    ("mtasts-host", "another age", missing(fetched(V6, body(age=86400)), GOOD4), {(WARNING, V6, WEB)}),
    (
        "mtasts-host",
        "the same in other words",
        missing(
            fetched(V6, body("enforce", "a.example.com", "mx1.example.com").replace(b"\n", b"\r\n")),
            fetched(V4, body("enforce", "mx1.example.com", "a.example.com") + b"\n"),
        ),
        set(),
    ),
    ("mtasts-present", "a policy", policy(healthy()), {(OK, None, DOMAIN)}),
    ("mtasts-present", "an invalid one", missing(fetched(V4, body(age=10**9))), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_of_two_policies_the_sharper_one_is_held_to_the_hosts() -> None:
    world = announced(healthy(), fetched(V6, body("testing")), fetched(V4, body("enforce", "mail.example.com")))
    assert said(world, "mtasts-policy") == {(CRITICAL, V4, DOMAIN)}


def test_a_list_of_hosts_without_end_stays_readable() -> None:
    world = missing(fetched(V4, b"".join(b"nonsense %d\n" % number for number in range(5000))))
    (finding,) = findings(world, "mtasts-policy")
    assert len(finding.sentence) < 800


def test_the_fix_lists_the_hosts() -> None:
    (finding,) = findings(missing(*NOT_FOUND), "mtasts-policy")
    assert finding.fix is not None
    assert "  mx: mx1.example.com" in finding.fix


def test_what_differs_can_be_seen() -> None:
    world = missing(fetched(V6, body("enforce", "old.example.com", "mx1.example.com")), GOOD4)
    (finding,) = findings(world, "mtasts-host")
    assert "mx old.example.com mx1.example.com" in finding.evidence[0]
    assert "mx mx1.example.com" in finding.evidence[1]
