"""What sending servers do with the addresses a domain publishes: in which order they try them, and how long it takes.

In: a measurement. Out: a ``Sender`` per kind of sender. A probe tries every address; a sender stops at the first that
takes the message, and what it loses before that is the price of a dead address. The order and the patience of each kind
are its defaults: Postfix's ``smtp_address_preference``, ``smtp_mx_address_limit`` and ``smtp_balance_inet_protocols``
(postconf(5)), Exim's chapter on looking up hosts, Sendmail's ``Timeout.iconnect``. Seconds throughout.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from probe.judge.facts.conversations import ending, of
from probe.judge.standing import Standing, standing
from probe.model.dns import MxHost
from probe.model.measurement import Measurement
from probe.model.report import Sender, Try
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Stage

_POSTFIX_CONNECT = 30.0
_CONNECT = 300.0  # Exim's connect_timeout, Sendmail's Timeout.iconnect
_REPLY = 300.0  # RFC 5321 4.5.3.2, which all of them keep for the greeting and the commands
LIMIT = 5  # smtp_mx_address_limit, over both families; from 3.3 on each family has its share of it
_WAITED_OUT = {Failure.TIMEOUT, Failure.DEADLINE}

Group = tuple[Try, ...]
"""Addresses of equal standing: those of all hosts of one preference, in the order of the answers."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of sender. ``order`` puts a group in its order; ``shuffled``: any order is as likely as another."""

    name: str
    connect: float
    order: Callable[[Group], Group]
    shuffled: bool = False
    limit: int | None = None


def _as_published(group: Group) -> Group:
    return group


def _ipv6_first(group: Group) -> Group:
    return tuple(sorted(group, key=lambda item: item.family is not Family.IPV6))


def _by_host(group: Group) -> Group:
    """Host by host, the IPv6 addresses of each before its others."""
    hosts = list(dict.fromkeys(item.host for item in group))
    return tuple(chain.from_iterable(_ipv6_first(tuple(it for it in group if it.host == host)) for host in hosts))


def _only(family: Family) -> Callable[[Group], Group]:
    return lambda group: tuple(item for item in group if item.family is family)


OLD_POSTFIX = "Postfix before 3.3, IPv6 first"
_KINDS = (
    _Kind("Postfix", _POSTFIX_CONNECT, _as_published, shuffled=True),
    _Kind(OLD_POSTFIX, _POSTFIX_CONNECT, _ipv6_first, limit=LIMIT),
    _Kind("IPv6 first: Exim, Sendmail", _CONNECT, _by_host),
    _Kind("IPv6 alone", _POSTFIX_CONNECT, _only(Family.IPV6)),
    _Kind("IPv4 alone", _POSTFIX_CONNECT, _only(Family.IPV4)),
)


def senders(measurement: Measurement) -> tuple[Sender, ...]:
    """How each kind of sender fares; none where there was nothing to choose from."""
    if measurement.settings.via is not None or measurement.settings.until.rank < Stage.BANNER.rank:
        return ()
    if len(measurement.settings.families) < len(Family):
        return ()
    hosts = sorted(measurement.resolved.hosts, key=lambda host: host.preference or 0)
    by_preference = [list(same) for _, same in groupby(hosts, key=lambda host: host.preference or 0)]
    if not any(host.addresses for host in hosts):
        return ()
    return tuple(_sender(measurement, kind, by_preference) for kind in _KINDS)


def _sender(measurement: Measurement, kind: _Kind, by_preference: Sequence[Sequence[MxHost]]) -> Sender:
    """Preference by preference, until something takes the message or what an address costs is not known."""
    groups = [kind.order(_group(measurement, kind, hosts)) for hosts in by_preference]
    if kind.limit is not None:
        groups = _cut(groups, kind.limit)
    spent, worst = 0.0, 0.0
    tries: list[Try] = []
    for group in groups:
        takes = [item for item in group if item.ended is None]
        lost = [item for item in group if item.ended is not None]
        if takes and not kind.shuffled:
            lost = lost[: group.index(takes[0])]
        tries += [*lost, *takes]
        costs = [item.seconds for item in lost]
        if None in costs:
            return Sender(kind.name, tuple(tries), None)
        total = sum(cost or 0.0 for cost in costs)
        # Shuffled, any of the lost comes before all that take the message with the chance of 1 in (their number + 1).
        spent += total / (len(takes) + 1) if kind.shuffled else total
        worst += total
        if takes:
            return Sender(kind.name, tuple(tries), True, spent, worst)
    return Sender(kind.name, tuple(tries), False)


def _cut(groups: Sequence[Group], limit: int) -> list[Group]:
    """The first ``limit`` addresses, over all preferences."""
    kept: list[Group] = []
    for group in groups:
        kept.append(group[:limit])
        limit -= len(kept[-1])
    return kept


def _group(measurement: Measurement, kind: _Kind, hosts: Sequence[MxHost]) -> Group:
    """The addresses of the hosts of one preference, with what each costs this kind of sender."""
    found: dict[str, Try] = {}
    for host in hosts:
        for address in host.addresses:
            if not address.synthesised and address.address not in found:
                talks = [item for item in of(measurement, host.host, address.family) if item.address == address.address]
                ended, seconds = _cost(measurement, kind, talks[-1] if talks else None)
                found[address.address] = Try(host.host, address.address, address.family, ended, seconds)
    return tuple(found.values())


def _cost(measurement: Measurement, kind: _Kind, session: Session | None) -> tuple[str | None, float | None]:
    """Why the address does not take the message, None when it does; the seconds that takes, None when not known."""
    if session is None:
        return str(Failure.NOT_TRIED), None
    match standing(measurement, session):
        case Standing.WORKS:
            return None, 0.0
        case Standing.BROKEN:
            step = ending(session)
        case _:
            return str(session.failure), None
    if step is None:
        return str(session.failure), None
    if step.stage is Stage.STARTTLS and step.failure not in _WAITED_OUT:
        return None, 0.0  # the message then goes in clear, unless a policy forbids that
    if step.failure in _WAITED_OUT:
        return str(step.failure), kind.connect if step.stage is Stage.CONNECT else _REPLY
    return str(step.failure), sum(item.elapsed for item in session.steps)
