"""Scenarios of what earlier runs left: the same faults look otherwise to a probe that remembers."""

from datetime import datetime, timedelta

from probe.lab.faults import Mail, PathFault
from probe.lab.scenario import PARITY, V4, V6, Scenario, pair
from probe.lab.zones import MX4, MX6, OWN4, OWN6, REFERENCE, REFERENCE6
from probe.model.memory import Greeted, Greylisted, Memory, Served, Silenced
from probe.model.words import Family, Parity, Verdict

_USER = "user@example.com"
_MX = "mx1.example.com"
_PLACES = {V6: (OWN6, MX6), V4: (OWN4, MX4)}
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


def _tuple(family: Family, first: datetime, last: datetime, tries: int = 1) -> Greylisted:
    source, address = _PLACES[family]
    return Greylisted(family, source, "", _USER, address, first, last, first + 5 * _MINUTE, tries)


def _a_minute_old(now: datetime) -> Memory:
    return Memory(greylisted=tuple(_tuple(family, now - _MINUTE, now - _MINUTE) for family in Family))


def _two_days_old(now: datetime) -> Memory:
    return Memory(greylisted=(_tuple(V6, now - 48 * _HOUR, now - _HOUR, tries=9),))


def _somebody_greeted(now: datetime) -> Memory:
    return Memory(greeted=(Greeted(V6, OWN6, REFERENCE, REFERENCE6, now - 3 * _HOUR),))


def _we_were_served(now: datetime) -> Memory:
    return Memory(served=(Served(OWN6, MX6, 25, now - 3 * _HOUR),))


def _it_was_busy(now: datetime) -> Memory:
    return Memory(silenced=(Silenced(_MX, now - _MINUTE, now + 4 * _MINUTE),))


REMEMBERED = (
    Scenario(
        name="greylist-known",
        title="strangers are asked to come back later, and we have been here a minute ago",
        target=_USER,
        hosts=pair(*[Mail(greylist=3600.0)] * 2),
        memory=_a_minute_old,
        notes=frozenset({"rcpt-greylisted"}),
    ),
    Scenario(
        name="greylist-known-passed",
        title="strangers are asked to come back later, and here we are again",
        target=_USER,
        memory=_a_minute_old,
        notes=frozenset({"rcpt-greylisted"}),
    ),
    Scenario(
        name="greylist-endless-v6",
        title="over IPv6 the very same is put off for the second day",
        target=_USER,
        hosts=pair(ipv6=Mail(greylist=3600.0)),
        memory=_two_days_old,
        findings=frozenset({("rcpt-greylisted", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="remembered-proof-v6",
        title="no answer over IPv6; another network's host greeted us three hours ago",
        hosts=pair(ipv6=PathFault.BLACKHOLE),
        references=(),
        memory=_somebody_greeted,
        findings=frozenset({("tcp-timeout", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="perhaps-banned-v6",
        title="over IPv6 we are refused where we were served three hours ago",
        hosts=pair(ipv6=PathFault.REFUSED),
        memory=_we_were_served,
        findings=frozenset({("tcp-refused", V6), PARITY}),
        parity=Parity.IPV6_BROKEN,
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="busy-a-minute-ago",
        title="the host answered 421 to an earlier run; who names it now is told how it is now",
        memory=_it_was_busy,
    ),
)
