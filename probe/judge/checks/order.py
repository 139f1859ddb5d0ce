"""The order in which senders try what a domain publishes, and what they lose on the way.

WHY
    A sender goes through the MX hosts by preference and, within one preference, through their addresses in an order of
    its own: Postfix in any, Exim and Sendmail IPv6 first. It gives up after a few of them. What looks like a spare way
    may never be tried, and what looks like the better way may be tried, and waited for, by everybody.

FINDS
dns-mx-pref-family-trap: the best preference has hosts of one family alone and the other family has hosts of its own at
    a worse one. Every fault of the first family then meets every sender that can use it.
dns-mx-address-limit: so many IPv6 addresses come first that a sender with a limit of five addresses never gets to an
    IPv4 one. A note while those IPv6 addresses take mail; a warning when they do not.

FIX
    Give one host name both records, and equal hosts equal preferences:
        example.com. MX 10 mx1.example.com.
        mx1.example.com. A 192.0.2.25
        mx1.example.com. AAAA 2001:db8::25

SEE
    RFC 5321 5.1, RFC 3974 4; Postfix postconf(5): smtp_address_preference, smtp_mx_address_limit,
    smtp_balance_inet_protocols (3.3).
"""

from collections.abc import Iterator

from probe.judge.senders import LIMIT, OLD_POSTFIX, senders
from probe.judge.standing import lookup_failed, published
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Family, Verdict

_MOST = 8  # addresses named as evidence


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What the order of trying makes of the published addresses."""
    if measurement.resolved.mx is None or measurement.settings.via is not None:
        return
    yield from _apart(measurement)
    yield from _crowded_out(measurement)


def _apart(measurement: Measurement) -> Iterator[Finding]:
    """Each family on hosts of its own, at preferences of their own."""
    hosts = [host for host in measurement.resolved.hosts if host.preference is not None]
    if not hosts or any(lookup_failed(measurement, host.host, family) for host in hosts for family in Family):
        return
    has = {host.host: tuple(family for family in Family if published(measurement, host.host, family)) for host in hosts}
    if any(len(families) > 1 for families in has.values()):
        return
    best = min(host.preference or 0 for host in hosts)
    first = {family for host in hosts if host.preference == best for family in has[host.host]}
    others = {family for host in hosts if host.preference != best for family in has[host.host]}
    if len(first) != 1 or not others - first:
        return
    (family,) = first
    name = measurement.target.name
    yield Finding(
        "dns-mx-pref-family-trap",
        Verdict.WARNING,
        family,
        name,
        f"The best preference of {name} has {family.label} addresses alone, and {family.other.label} stands on other "
        f"hosts at a worse one; every fault of {family.label} is met by every sender that has it.",
        tuple(
            f"{name} MX {host.preference} {host.host}: {', '.join(has[host.host]) or 'no address'}" for host in hosts
        ),
        f"Give one host both families:\n  {hosts[0].host}. A IPV4-ADDRESS\n  {hosts[0].host}. AAAA IPV6-ADDRESS",
        "RFC 5321 5.1, RFC 3974 4",
    )


def _crowded_out(measurement: Measurement) -> Iterator[Finding]:
    """The sender with a limit, IPv6 first: what it comes to before it gives up."""
    old = next((item for item in senders(measurement) if item.name == OLD_POSTFIX), None)
    four = [item for host in measurement.resolved.hosts for item in published(measurement, host.host, Family.IPV4)]
    six = [item for host in measurement.resolved.hosts for item in published(measurement, host.host, Family.IPV6)]
    if old is None or not four or len(six) < LIMIT or old.delivers is None:
        return
    if old.delivers is True and any(item.ended is None and item.family is Family.IPV4 for item in old.tries):
        return
    if old.delivers is False and any(item.family is Family.IPV4 for item in old.tries):
        return
    name = measurement.target.name
    yield Finding(
        "dns-mx-address-limit",
        Verdict.OK if old.delivers else Verdict.WARNING,
        Family.IPV6,
        name,
        f"{name} publishes {len(six)} IPv6 addresses; a sender that tries {LIMIT} addresses and IPv6 first never comes "
        "to an IPv4 one.",
        tuple(f"tried: [{item.address}] {item.ended or 'takes mail'}" for item in old.tries[:_MOST]),
        "Publish fewer AAAA records for each mail host, or mend those that fail.",
        "postconf(5) smtp_mx_address_limit, smtp_balance_inet_protocols",
    )
