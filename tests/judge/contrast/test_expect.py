"""Each expectation: met, missed, and not to be told."""

from dataclasses import replace

import pytest

from probe.judge.contrast.expect import held
from probe.model.expectation import Declared
from probe.model.inquiries import Inquiries
from probe.model.measurement import Measurement
from probe.model.words import Failure, Family, Outcome, Stage, Verdict
from tests.builders import (
    MX1,
    MX4,
    MX6,
    V4,
    V6,
    arrival,
    attempt,
    both,
    broken,
    delivered,
    healthy,
    host,
    measurement,
    no_starttls,
    only,
    resolution,
    resolved,
    session,
    stopped,
    timed,
    tls,
)
from tests.judge.policies import SECOND, announced, body, fetched, promise, promised, shown

OK, BAD, UNSURE = Verdict.OK, Verdict.CRITICAL, Verdict.UNKNOWN
BOTH = (V6, V4)
DEAD6 = broken(stopped(Stage.CONNECT, failure=Failure.REFUSED))
OURS6 = broken(stopped(Stage.CONNECT, failure=Failure.NO_ROUTE))
NO_AAAA = measurement(session(V4), hosts=[host(MX1, MX4)])
MX_UNKNOWN = measurement(resolved=resolved(mx=resolution("example.com", "MX", outcome=Outcome.SERVFAIL)))
PUT_OFF = broken(stopped(Stage.RCPT, code=450, text="4.2.0 Greylisted, please come back later"))
RCPT = Declared(rcpt="user@example.com", deadline_s=60)
SPF = replace(
    healthy(), inquiries=Inquiries(tlsrpt=resolution("example.com", "TXT", "v=spf1 ip6:2001:db8:dead::/64 -all"))
)


@pytest.mark.parametrize(
    ("declared", "given", "expected"),
    [
        (Declared(), healthy(), set()),
        (Declared(domain="example.net", parity="strict"), healthy(), set()),
        (Declared(mx=((MX1, BOTH),)), healthy(), {("mx", OK), ("family", OK)}),
        (Declared(mx=(("mx9.example.com", BOTH),)), healthy(), {("mx", BAD)}),
        (Declared(mx=((MX1, BOTH),)), MX_UNKNOWN, {("mx", UNSURE)}),
        (Declared(mx=((MX1, BOTH),)), DEAD6, {("mx", OK), ("family", OK), ("family", BAD)}),
        (Declared(mx=((MX1, BOTH),)), OURS6, {("mx", OK), ("family", OK), ("family", UNSURE)}),
        (Declared(mx=((MX1, (V4,)),)), NO_AAAA, {("mx", OK), ("family", OK)}),
        (Declared(mx=((MX1, (V4,)),)), healthy(), {("mx", OK), ("family", OK), ("family", BAD)}),
        (Declared(parity="strict"), healthy(), {("parity", OK)}),
        (Declared(parity="strict"), DEAD6, {("parity", BAD)}),
        (Declared(parity="strict"), OURS6, {("parity", UNSURE)}),
        (Declared(parity="strict"), only(V4, healthy()), set()),
        (Declared(parity="off"), DEAD6, set()),
        (Declared(parity="tls-only"), both(session(V6, tls=tls(sha256="cc" * 32)), session(V4)), {("parity", BAD)}),
        (Declared(parity="tls-only"), both(session(V6, capabilities=("STARTTLS",)), session(V4)), {("parity", OK)}),
        (Declared(parity="strict"), both(session(V6, capabilities=("STARTTLS",)), session(V4)), {("parity", BAD)}),
        (Declared(starttls="required"), healthy(), {("tls.starttls", OK)}),
        (
            Declared(starttls="required"),
            both(no_starttls(V6), session(V4)),
            {("tls.starttls", BAD), ("tls.starttls", OK)},
        ),
        (Declared(starttls="required"), MX_UNKNOWN, {("tls.starttls", UNSURE)}),
        (Declared(cert="same"), healthy(), {("tls.cert", OK)}),
        (Declared(cert="same"), both(session(V6, tls=tls(sha256="cc" * 32)), session(V4)), {("tls.cert", BAD)}),
        (Declared(cert="same"), DEAD6, {("tls.cert", UNSURE)}),
        (Declared(cert="trusted"), healthy(), {("tls.cert", OK)}),
        (
            Declared(cert="trusted"),
            both(session(V6, tls=tls(trusted=False, reason="expired")), session(V4)),
            {("tls.cert", BAD), ("tls.cert", OK)},
        ),
        (Declared(banner_max_s=1), healthy(), {("banner time", OK)}),
        (
            Declared(banner_max_s=1),
            both(timed(V6, Stage.BANNER, 3.0), session(V4)),
            {("banner time", BAD), ("banner time", OK)},
        ),
        (Declared(banner_max_s=1), both(timed(V6, Stage.BANNER, 3.0, 2.5), session(V4)), {("banner time", OK)}),
        (Declared(banner=r"ESMTP Postfix$"), healthy(), {("banner", OK)}),
        (Declared(banner="Exim"), healthy(), {("banner", BAD)}),
        (Declared(banner="Exim"), MX_UNKNOWN, {("banner", UNSURE)}),
        (Declared(mta_sts="enforce"), announced(healthy(), fetched(V6, body("enforce"))), {("tls.mta_sts", OK)}),
        (Declared(mta_sts="enforce"), announced(healthy(), fetched(V6, body("testing"))), {("tls.mta_sts", BAD)}),
        (Declared(mta_sts="enforce"), announced(healthy(), record=""), {("tls.mta_sts", BAD)}),
        (Declared(mta_sts="enforce"), healthy(), {("tls.mta_sts", UNSURE)}),
        (Declared(mta_sts="off"), healthy(), set()),
        (Declared(dane="if-present"), healthy(), {("tls.dane", UNSURE)}),
        (Declared(dane="if-present"), promised(both(shown(V6), shown(V4)), promise()), {("tls.dane", OK)}),
        (Declared(dane="required"), promised(both(shown(V6), shown(V4)), promise()), {("tls.dane", OK)}),
        (
            Declared(dane="if-present"),
            promised(both(shown(V6, SECOND), shown(V4)), promise()),
            {("tls.dane", BAD), ("tls.dane", OK)},
        ),
        (Declared(dane="if-present"), promised(both(shown(V6), shown(V4))), {("tls.dane", OK)}),
        (Declared(dane="required"), promised(both(shown(V6), shown(V4))), {("tls.dane", BAD)}),
        (Declared(greylist="forbidden"), healthy(), {("greylist", OK)}),
        (Declared(greylist="forbidden"), PUT_OFF, {("greylist", BAD)}),
        (Declared(greylist="forbidden"), MX_UNKNOWN, {("greylist", UNSURE)}),
        (Declared(greylist="allowed"), PUT_OFF, set()),
        (RCPT, delivered(), {("deliver", OK)}),
        (RCPT, delivered(attempt(V6, arrival=arrival(V6, seconds=61))), {("deliver", BAD), ("deliver", OK)}),
        (RCPT, delivered(attempt(V6, arrival=None, failure=Failure.NOT_ARRIVED)), {("deliver", BAD), ("deliver", OK)}),
        (RCPT, healthy(), {("deliver", UNSURE)}),
        (Declared(rcpt="other@example.com"), delivered(), {("deliver", UNSURE)}),
        (Declared(junk="fail"), delivered(), {("deliver", OK), ("deliver.junk", OK)}),
        (
            Declared(junk="fail"),
            delivered(attempt(V6, arrival=replace(arrival(V6), junk=True))),
            {("deliver", OK), ("deliver.junk", OK), ("deliver.junk", BAD)},
        ),
        (Declared(rcpt="user@example.com", proof=("maildir",)), delivered(), {("deliver", OK)}),
        (
            Declared(rcpt="user@example.com", proof=("imap",), sender="a@example.net"),
            delivered(),
            {("deliver", OK), ("deliver.proof", UNSURE), ("deliver.from", UNSURE)},
        ),
        (Declared(forbid_prefix=("2001:db8:dead::/48",)), healthy(), {("dns.forbid_prefix", OK)}),
        (Declared(forbid_prefix=("2001:db8::/64",)), healthy(), {("dns.forbid_prefix", BAD)}),
        (Declared(forbid_prefix=("2001:db8:dead::/48",)), SPF, {("dns.forbid_prefix", BAD)}),
        (Declared(forbid_prefix=("2001:db8:9::/48",)), delivered(), {("dns.forbid_prefix", BAD)}),
        (Declared(max_ttl=300), healthy(), {("dns.max_ttl", OK)}),
        (Declared(max_ttl=299), healthy(), {("dns.max_ttl", BAD)}),
        (Declared(max_ttl=299), measurement(hosts=[], resolved=resolved(mx=None)), {("dns.max_ttl", UNSURE)}),
        (Declared(unmeasured=("outbound.sources",)), healthy(), {("outbound.sources", UNSURE)}),
    ],
)
def test_each_kind(declared: Declared, given: Measurement, expected: set[tuple[str, Verdict]]) -> None:
    assert {(line.what, line.verdict) for line in held(given, (declared,))} == expected


def test_a_line_says_what_and_for_which_family() -> None:
    lines = held(DEAD6, (Declared(mx=((MX1, BOTH),)),))
    assert [(line.family, line.subject, line.expected, line.actual) for line in lines] == [
        (None, "example.com", MX1, MX1),
        (Family.IPV6, MX1, "works", "broken"),
        (Family.IPV4, MX1, "works", "works"),
    ]
    assert MX6
