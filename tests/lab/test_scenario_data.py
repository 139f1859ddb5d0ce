"""The scenarios as data; that a probe finds what they say is another test's matter."""

import re

import dns.message
import pytest

from probe.address import classify, family_of, given_out
from probe.lab.faults import End, Mail, Wire
from probe.lab.nameserver import Nameserver
from probe.lab.scenario import BYSTANDERS, PARITY, Scenario
from probe.lab.scenarios import SCENARIOS
from probe.lab.scenarios.delivery import DELIVERY
from probe.lab.scenarios.hostile import HOSTILE
from probe.lab.scenarios.logs import LOGS
from probe.lab.scenarios.names import NAMES
from probe.lab.scenarios.nameservers import NAMESERVERS
from probe.lab.scenarios.outgoing import OUTGOING
from probe.lab.scenarios.paths import PATHS
from probe.lab.scenarios.pipelining import PIPELINING
from probe.lab.scenarios.policies import POLICIES
from probe.lab.scenarios.policy import POLICY
from probe.lab.scenarios.remembered import REMEMBERED
from probe.lab.scenarios.services import SERVICES
from probe.lab.scenarios.sessions import SESSIONS
from probe.lab.scenarios.tls import TLS
from probe.lab.scenarios.trials import TRIALS
from probe.lab.scenarios.vantage import VANTAGE
from probe.lab.scenarios.via import VIA
from probe.lab.world import DOCUMENTATION
from probe.model.network import Transport
from probe.model.words import AddressClass, Family, Parity, Verdict


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CODES = words(
    """
    self-port25-blocked self-transparent-proxy
    self-route self-nat64 self-ptr self-source-temp-addr dns-domain-exists dns-mx-present dns-mx-servfail
    dns-null-mx dns-mx-no-address dns-mx-no-aaaa dns-mx-no-a dns-mx-partial-aaaa dns-mx-cname dns-mx-ip-literal
    dns-mx-localhost dns-mx-pref-family-trap dns-mx-address-limit
    dns-dup-mx-same-host ehlo-command-desync auth-on-25 size-diff parity-host-identity parity-mta-software
    dns-aaaa-nxdomain-mismatch dns-ns-different-answer dns-ns-lame dns-ns-family dns-tcp-edns dns-dnssec-bogus
    dns-wildcard-mx dns-split-horizon
    dns-aaaa-special dns-aaaa-servfail dns-mx-ptr tcp-timeout tcp-refused tcp-unreachable
    tcp-all-addresses tcp-latency-gap pmtud-blackhole-in
    banner-missing banner-delay banner-teaser banner-4xx-5xx banner-not-smtp
    banner-name-mismatch ehlo-rejected ehlo-caps-diff ehlo-client-echo tls-starttls-missing tls-starttls-refused
    tls-handshake-hang tls-cert-diff tls-cert-name tls-cert-expiry tls-cert-trust tls-version-diff
    mail-from-rejected rcpt-rejected rcpt-unknown-both rcpt-greylisted rcpt-rate-limited data-rejected data-timeout
    data-accept-then-lost rt-received-family rt-received-source-lost rt-latency-gap rt-duplicate parity-verdict
    tls-response-injection dane-tlsa-mismatch dane-tlsa-match dane-unusable dane-lookup-fail mtasts-policy mtasts-host
    mtasts-present tlsrpt-malformed tlsrpt-present submission-family tls-sni-dependent
    relay-denied submission-auth submission-tls data-accept-then-bounce rt-spam-folder rt-auth-results rt-received-tls
    rt-received-helo ehlo-pipelining-broken log-connect-seen log-status-sent
    out-spf-ip6 out-spf-ip4 out-spf-void out-spf-permerror out-spf-ip6-syntax out-spf-too-broad out-ptr out-helo
    out-dnsbl out-dmarc-dkim self-spf self-dnsbl
    banner-name-dns dns-aaaa-unrouted ehlo-caps-postscreen rcpt-postscreen-deep parity-policy parity-backend-pool
    rt-loop rt-backup-relay rt-greylist-trace rt-body-altered
    relay-open relay-test-domain-choice rcpt-catchall postmaster-accept ehlo-literal-support tls-command-injection
    smuggling-eod
    """
)
WANTED = words(
    """
    healthy healthy-two-mx no-aaaa v6-refused v6-blackhole v6-blackhole-unproven v6-unreachable v6-prohibited
    banner-name other-machine-v6 no-starttls-v6 starttls-refused-v6 tls-garbage-v6 tls-hang-v6 wrong-certificate-v6
    expired-v6 self-signed no-ptr-rejected-v6 rejected-v6-policy greylisted postscreen-teaser slow-banner-v6 mute-v6
    hangup-banner-v6 hangup-ehlo-v6 hangup-mail-v6 hangup-rcpt-v6 hangup-data-v6 null-mx null-mx-mixed no-mx
    nxdomain cname-mx mx-literal mx-localhost servfail-mx servfail-aaaa dns64 special-aaaa dangling-mx partial-aaaa
    no-a one-dead-aaaa accepted-and-lost-v6 source-rewritten-v6 echo-rewritten-v6 duplicate-v6 slow-v6 late-v6
    data-timeout-v6 data-rejected-v6 rate-limited-v6 greeting-554-v6 http-on-25-v6 helo-only mail-rejected-v6
    unknown-user-both hostile-banner hostile-endless-banner hostile-endless-reply hostile-drip hostile-binary
    hostile-long-line both-broken v4-refused pool no-ipv6-here dead-nameserver truncated-dns
    via-healthy via-relay-denied-v6 via-auth-refused via-wrong-certificate
    dsn-refused
    greylist-known greylist-known-passed greylist-endless-v6 remembered-proof-v6 perhaps-banned-v6 busy-a-minute-ago
    pipelining-healthy pipelining-delivered pipelining-lost-v6 pipelining-closed-v6
    log-healthy log-late log-relay log-of-one-of-two log-other-machine-v6 log-other-machine-of-pool-v6 log-of-elsewhere
    log-bounced-v6 log-deferred-v6 log-source-rewritten-v6
    """
)
FAULTLESS = {Parity.EQUAL, Parity.NO_MAIL}

every = pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)


def test_the_promised_scenarios_are_there_and_none_hides_another() -> None:
    assert SCENARIOS.keys() >= WANTED
    themes = (
        DELIVERY,
        LOGS,
        NAMES,
        NAMESERVERS,
        PATHS,
        SESSIONS,
        SERVICES,
        PIPELINING,
        TLS,
        POLICIES,
        POLICY,
        VANTAGE,
        VIA,
        REMEMBERED,
        OUTGOING,
        TRIALS,
        HOSTILE,
    )
    assert sum(map(len, themes)) == len(SCENARIOS)
    assert len({scenario.title for scenario in SCENARIOS.values()}) == len(SCENARIOS)


def test_every_code_is_found_somewhere() -> None:
    found = {code for scenario in SCENARIOS.values() for code, _ in scenario.findings}
    noted = {code for scenario in SCENARIOS.values() for code in scenario.notes}
    assert found | noted == CODES


@every
def test_a_name_is_kebab_case_and_a_title_one_line(scenario: Scenario) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", scenario.name)
    assert 0 < len(scenario.title) <= 90
    assert scenario.title.isprintable()
    assert not scenario.title.endswith(".")


@every
def test_expectations_use_released_codes_and_agree_with_each_other(scenario: Scenario) -> None:
    assert {code for code, _ in scenario.findings} | scenario.notes <= CODES
    assert not {code for code, _ in scenario.findings} & scenario.notes
    assert (scenario.verdict is Verdict.OK) == (not scenario.findings)
    assert (PARITY in scenario.findings) == (scenario.parity not in FAULTLESS)


@every
def test_what_the_target_publishes_can_be_asked_for(scenario: Scenario) -> None:
    server = Nameserver(scenario.zone_text)
    for line in scenario.zone.splitlines():
        name, _, _, rrtype, text = line.split(maxsplit=4)
        assert text in server.records(name, rrtype) or rrtype in {"AAAA", "A"}
        assert server.records(name, rrtype)


@every
def test_what_stands_somewhere_stands_where_the_zone_points(scenario: Scenario) -> None:
    """A host that no name leads to tests nothing."""
    server = Nameserver(scenario.zone_text, dns64=scenario.dns64)
    published = set()
    for name in {line.split()[0] for line in scenario.zone.splitlines()}:
        for rrtype in ("AAAA", "A"):
            query = dns.message.make_query(name, rrtype).to_wire()
            answer = server.answer(query, Transport.TCP)
            assert answer is not None
            published |= {rdata.to_text() for rrset in dns.message.from_wire(answer).answer for rdata in rrset}
    bystanders = {host.address for host in BYSTANDERS}
    assert {host.address for host in scenario.hosts} <= published | bystanders
    addresses = [(host.address, host.port) for host in scenario.hosts]
    assert len(set(addresses)) == len(addresses)


@every
def test_addresses_are_documentation_and_ours_are_usable(scenario: Scenario) -> None:
    for address in scenario.own:
        assert classify(address, DOCUMENTATION) in {AddressClass.GLOBAL, AddressClass.PRIVATE}
    anybodys = [host.address for host in scenario.hosts if classify(host.address) is AddressClass.GLOBAL]
    assert not any(map(given_out, anybodys))
    assert len({family_of(address) for address in scenario.own}) == len(scenario.own)


def test_a_v6_scenario_leaves_ipv4_healthy() -> None:
    for scenario in SCENARIOS.values():
        special = {
            "no-ptr-rejected-v6",
            "echo-rewritten-v6",
            "via-relay-denied-v6",
            "spf-fails-v6",
            "results-forged-v6",
            "dane-authority-name-v6",
            "backup-stuck-v6",
        }
        if scenario.name.endswith("-v6") and scenario.name not in special:
            ipv4 = [host for host in scenario.hosts if family_of(host.address) is Family.IPV4 and host.port == 25]
            assert ipv4
            assert all(host.behaviour == Mail() for host in ipv4), scenario.name


def test_silence_is_not_followed_by_words() -> None:
    for scenario in SCENARIOS.values():
        for host in scenario.hosts:
            if isinstance(host.behaviour, Wire):
                for acts in host.behaviour.acts.values():
                    assert not {End.MUTE, End.CLOSE, End.RESET} & set(acts[:-1]), scenario.name
