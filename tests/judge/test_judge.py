"""The whole judgement: discovery, order, overrides."""

from dataclasses import replace
from importlib import import_module

import pytest

from probe.judge import judge, manuals
from probe.model.measurement import Measurement
from probe.model.report import JudgeOptions
from probe.model.words import (
    AddressClass,
    Failure,
    Parity,
    Port25,
    Stage,
    Verdict,
)
from tests.builders import (
    MX1,
    MX4,
    MX6,
    SECOND4,
    SECOND6,
    V4,
    V6,
    address,
    broken,
    delivered,
    healthy,
    host,
    measurement,
    no_starttls,
    only,
    session,
    stopped,
    tls,
)

CODES = [
    "submission-family",
    "self-route",
    "self-port25-blocked",
    "self-transparent-proxy",
    "self-clock",
    "self-nat64",
    "self-ptr",
    "self-source-temp-addr",
    "dns-domain-exists",
    "dns-mx-present",
    "dns-mx-servfail",
    "dns-null-mx",
    "dns-mx-no-address",
    "dns-mx-no-aaaa",
    "dns-mx-no-a",
    "dns-mx-partial-aaaa",
    "dns-mx-cname",
    "dns-mx-ip-literal",
    "dns-mx-localhost",
    "dns-aaaa-special",
    "dns-aaaa-nxdomain-mismatch",
    "dns-aaaa-servfail",
    "dns-dnssec-bogus",
    "dns-ns-different-answer",
    "dns-ns-family",
    "dns-ns-lame",
    "dns-split-horizon",
    "dns-tcp-edns",
    "dns-ttl-migration",
    "dns-wildcard-mx",
    "dns-mx-pref-family-trap",
    "dns-mx-address-limit",
    "dns-mx-ptr",
    "dns-dup-mx-same-host",
    "ehlo-command-desync",
    "auth-on-25",
    "size-diff",
    "mon-state-change",
    "parity-host-identity",
    "parity-mta-software",
    "tcp-timeout",
    "tcp-refused",
    "tcp-unreachable",
    "tcp-all-addresses",
    "tcp-flap",
    "tcp-latency-gap",
    "pmtud-blackhole-in",
    "pmtud-blackhole-out",
    "tcp-mss-suspicious",
    "self-mtu",
    "banner-missing",
    "banner-delay",
    "banner-teaser",
    "banner-4xx-5xx",
    "banner-not-smtp",
    "banner-name-mismatch",
    "ehlo-rejected",
    "ehlo-caps-diff",
    "ehlo-client-echo",
    "ehlo-pipelining-broken",
    "tls-starttls-missing",
    "tls-starttls-refused",
    "tls-handshake-hang",
    "tls-cert-diff",
    "tls-cert-name",
    "tls-cert-expiry",
    "tls-cert-trust",
    "tls-sni-dependent",
    "tls-version-diff",
    "mail-from-rejected",
    "rcpt-rejected",
    "rcpt-unknown-both",
    "rcpt-greylisted",
    "rcpt-rate-limited",
    "data-rejected",
    "data-timeout",
    "data-accept-then-lost",
    "log-connect-seen",
    "log-status-sent",
    "rt-received-family",
    "rt-received-source-lost",
    "rt-latency-gap",
    "rt-duplicate",
    "rt-late",
    "rt-spam-folder",
    "rt-auth-results",
    "rt-received-tls",
    "rt-received-helo",
    "data-accept-then-bounce",
    "parity-verdict",
    "out-spf-ip6",
    "out-spf-ip4",
    "out-spf-void",
    "out-spf-permerror",
    "out-spf-ip6-syntax",
    "out-spf-too-broad",
    "out-ptr",
    "out-helo",
    "out-dnsbl",
    "out-dmarc-dkim",
    "relay-open",
    "relay-test-domain-choice",
    "rcpt-catchall",
    "postmaster-accept",
    "ehlo-literal-support",
    "tls-command-injection",
    "smuggling-eod",
    "self-spf",
    "self-dnsbl",
    "relay-denied",
    "submission-auth",
    "submission-tls",
    "cfg-pf-inet-protocols",
    "cfg-pf-inet-interfaces",
    "cfg-listen-sockets",
    "cfg-pf-restart",
    "cfg-pf-mastercf-override",
    "cfg-proxy-protocol",
    "cfg-pf-relay-restrictions",
    "cfg-pf-banner",
    "cfg-pf-unknown-client",
    "cfg-pf-postscreen",
    "cfg-pf-dane-no-dnssec",
    "cfg-pf-mynetworks-brackets",
    "cfg-pf-mynetworks-broad",
    "cfg-pf-mynetworks-missing",
    "cfg-pf-mynetworks-style",
    "cfg-pf-address-preference",
    "cfg-pf-source",
    "cfg-pf-relayhost",
    "cfg-kernel-ipv6-off",
    "cfg-chroot-resolv",
    "cfg-localhost-family",
    "cfg-docker-userland",
    "cfg-dovecot",
    "cfg-exim",
    "cfg-opensmtpd",
    "cfg-sendmail",
    "cfg-syntax",
    "cfg-firewall",
    "cfg-not-published",
    "mon-expectation",
    "mon-dns-drift",
    "mon-aaaa-vanished",
    "run-slow",
    "run-deadline",
    "tls-response-injection",
    "tls-re-ehlo",
    "dane-tlsa-mismatch",
    "dane-tlsa-match",
    "dane-unusable",
    "dane-lookup-fail",
    "dane-untested",
    "mtasts-policy",
    "mtasts-host",
    "mtasts-present",
    "dns-aaaa-unrouted",
    "banner-name-dns",
    "rcpt-postscreen-deep",
    "ehlo-caps-postscreen",
    "parity-policy",
    "parity-backend-pool",
    "rt-loop",
    "rt-backup-relay",
    "rt-greylist-trace",
    "rt-body-altered",
    "out-bind-implicit",
    "tlsrpt-malformed",
    "tlsrpt-present",
]
REFUSED6 = stopped(Stage.CONNECT, failure=Failure.REFUSED)
NO_AAAA = measurement(session(V4), hosts=[host(MX1, MX4)])


def test_every_code_has_its_manual_and_no_other() -> None:
    assert sorted(code for manual in manuals() for code, _ in manual.codes) == sorted(CODES)


def test_every_code_is_provoked_and_kept_silent_by_a_row_of_its_check() -> None:
    for manual in manuals():
        if manual.check == "parity":
            continue
        cases = import_module(f"tests.judge.checks.test_{manual.check}").CASES
        for code, _ in manual.codes:
            expected = [said for row_code, _, _, said in cases if row_code == code]
            assert any(expected), f"nothing provokes {code}"
            assert not all(expected), f"nothing comes near {code} without it"


@pytest.mark.parametrize("world", [healthy(), delivered()], ids=["healthy", "delivered"])
def test_a_healthy_world_is_all_ok(world: Measurement) -> None:
    report = judge(world)
    assert report.verdict is Verdict.OK
    assert {finding.verdict for finding in report.findings} == {Verdict.OK}
    assert report.port25 == ((V6, Port25.PROVEN), (V4, Port25.PROVEN))
    assert report.measurement is world


def test_judging_again_says_the_same() -> None:
    world = broken(no_starttls())
    assert judge(world) == judge(world)


def test_the_worst_finding_comes_first_and_decides() -> None:
    report = judge(broken(replace(no_starttls(), client_echo="2001:db8:77::1")))
    ranks = [finding.verdict.rank for finding in report.findings]
    assert ranks == sorted(ranks, reverse=True)
    assert report.verdict is report.findings[0].verdict


def test_findings_of_one_verdict_stand_in_the_order_of_the_way() -> None:
    world = broken(session(V6, tls=tls(sha256="cc" * 32), capabilities=("STARTTLS",)))
    warnings = [finding.code for finding in judge(world).findings if finding.verdict is Verdict.WARNING]
    assert warnings == ["ehlo-caps-diff", "tls-cert-diff", "parity-verdict"]


def test_the_manuals_are_those_of_the_checks_that_spoke() -> None:
    assert [manual.check for manual in judge(healthy()).manuals] == ["parity"]
    assert [manual.check for manual in judge(broken(REFUSED6)).manuals] == ["connect", "parity"]


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        ((), Verdict.WARNING),
        ((("ipv6-absent", Verdict.OK),), Verdict.OK),
        ((("ipv6-absent", Verdict.CRITICAL),), Verdict.CRITICAL),
        ((("parity-verdict", Verdict.OK),), Verdict.WARNING),
        ((("parity-verdict", Verdict.OK), ("dns-mx-no-aaaa", Verdict.OK)), Verdict.OK),
        ((("ipv6-absent", Verdict.OK), ("dns-mx-no-aaaa", Verdict.CRITICAL)), Verdict.CRITICAL),
        ((("ipv6-broken", Verdict.OK),), Verdict.WARNING),
    ],
)
def test_severities_can_be_overridden(severity: tuple[tuple[str, Verdict], ...], expected: Verdict) -> None:
    assert judge(NO_AAAA, JudgeOptions(severity=severity)).verdict is expected


def test_differs_weighs_as_much_as_what_explains_it() -> None:
    world = broken(session(V6, tls=tls(sha256="cc" * 32)))
    options = JudgeOptions(severity=(("tls-cert-diff", Verdict.OK),))
    assert judge(world).verdict is Verdict.WARNING
    assert judge(world, options).verdict is Verdict.OK
    assert judge(world, options).parity is Parity.DIFFERS


def test_a_note_alone_never_hides_a_difference_nobody_explains() -> None:
    """RCPT taken with HELO on one side: the stage differs, and the check of that stage says so."""
    codes = {finding.code for finding in judge(broken(stopped(Stage.MAIL, failure=Failure.CLOSED))).findings}
    assert {"mail-from-rejected", "parity-verdict"} <= codes


SECOND = [host(MX1, MX6, SECOND6, MX4, SECOND4)]


def test_mirror_image() -> None:
    """What is said of IPv6 is said of IPv4, where the families are alike."""
    for stage in (Stage.CONNECT, Stage.BANNER, Stage.EHLO, Stage.STARTTLS, Stage.MAIL, Stage.RCPT):
        six, four = (broken(stopped(stage, family, failure=Failure.CLOSED)) for family in (V6, V4))
        told = [
            [(item.code, item.verdict) for item in judge(world).findings if item.code != "parity-verdict"]
            for world in (six, four)
        ]
        assert told[0] == told[1]
        assert [judge(world).parity for world in (six, four)] == [Parity.IPV6_BROKEN, Parity.IPV4_BROKEN]


def test_one_family_is_never_held_against_the_other_one_not_asked_for() -> None:
    report = judge(only(V4, broken(REFUSED6)))
    assert report.verdict is Verdict.OK
    assert {item.family for item in report.findings} <= {None, V4}


def test_an_address_that_is_not_dialled_explains_the_difference_it_makes() -> None:
    ula = address("fd00::25", klass=AddressClass.ULA, dial=False)
    left_out = stopped(Stage.CONNECT, failure=Failure.NOT_GLOBAL, address=ula.address)
    works = session(V6, tls=tls(name_matches=False, names=("www.example.com",)))
    report = judge(measurement(works, left_out, session(V4), hosts=[host(MX1, MX6, ula, MX4)]))
    own = next(finding for finding in report.findings if finding.code == "parity-verdict")
    assert (report.parity, own.verdict) == (Parity.DIFFERS, Verdict.CRITICAL)
