"""Released words: the lists may grow, and what was released once stays and keeps its place in the order."""

from enum import StrEnum

import pytest

from probe.model.words import (
    AddressClass,
    Failure,
    Family,
    Outcome,
    Parity,
    Port25,
    Provenance,
    Purpose,
    Stage,
    Verdict,
)

RELEASED: dict[type[StrEnum], str] = {
    Family: "ipv6 ipv4",
    Stage: "resolve connect banner ehlo starttls mail rcpt data delivery",
    Failure: "nxdomain no-data servfail refused-query bogus no-address not-global no-route unreachable prohibited "
    "refused timeout reset closed rejected deferred not-offered protocol too-long tls-handshake tls-certificate "
    "deadline not-tried not-arrived",
    Verdict: "ok unknown warning critical",
    Parity: "equal differs ipv6-broken ipv4-broken both-broken ipv6-absent ipv4-absent no-mail untestable",
    Outcome: "answer no-data nxdomain servfail timeout refused-query bogus",
    Provenance: "dns overlay option",
    Port25: "proven unproven",
    Purpose: "check message repeat retry reference",
    AddressClass: "global loopback unspecified private shared link-local site-local ula ipv4-mapped ipv4-compatible "
    "nat64 6to4 teredo orchid documentation benchmark discard 6bone multicast reserved",
}


@pytest.mark.parametrize("words", RELEASED, ids=lambda words: words.__name__)
def test_released_words_stay_in_their_order(words: type[StrEnum]) -> None:
    now = [word.value for word in words]
    released = RELEASED[words].split()
    assert [word for word in now if word in released] == released


def test_stages_and_verdicts_are_ordered() -> None:
    assert [stage.rank for stage in Stage] == list(range(9))
    assert max(Verdict, key=lambda verdict: verdict.rank) is Verdict.CRITICAL
    assert min(Verdict, key=lambda verdict: verdict.rank) is Verdict.OK


def test_the_exit_status_is_that_of_a_monitoring_plugin() -> None:
    assert {verdict.value: verdict.exit_status for verdict in Verdict} == {
        "ok": 0,
        "warning": 1,
        "critical": 2,
        "unknown": 3,
    }


def test_each_family_has_another_and_a_name_people_write() -> None:
    assert [(family.other, family.label) for family in Family] == [(Family.IPV4, "IPv6"), (Family.IPV6, "IPv4")]


def test_what_leaves_a_name_unknown_is_inconclusive() -> None:
    conclusive = {outcome for outcome in Outcome if not outcome.inconclusive}
    assert conclusive == {Outcome.ANSWER, Outcome.NO_DATA, Outcome.NXDOMAIN}
