"""The hosts that MX records name, and their addresses over either family.

WHY
    An MX record has to name a host, and the host has to have an address the world can reach. A record that points at an
    address, at an alias, at somebody's inner network or at nothing costs mail: some senders cope, others bounce.

FINDS
dns-mx-no-address: an MX host has neither A nor AAAA. Senders skip it, and bounce when it is the only one.
dns-mx-no-a: a host, or all of them, has AAAA and no A; senders with IPv4 alone cannot reach it.
dns-mx-cname: the MX record names an alias. Some senders refuse that, and DANE looks at the wrong name.
dns-mx-ip-literal: the MX record holds an address where a host name must stand.
dns-dup-mx-same-host: several MX hosts share one address of a family, so that family has no spare. A note.
dns-mx-localhost: the MX host is "localhost", or has an address that is private, loopback or else not of the Internet.

FIX
    Let every MX record name a host that has an A and an AAAA record itself:
        example.com. MX 10 mx1.example.com.
        mx1.example.com. A 192.0.2.25
        mx1.example.com. AAAA 2001:db8::25

SEE
    RFC 5321 5.1, RFC 2181 10.3 (no alias), RFC 1912 2.5, RFC 6890 (special addresses), RFC 7672 2.2 (DANE).
"""

from collections.abc import Iterator

from probe.judge.facts.conversations import asked, is_address
from probe.judge.standing import lookup_failed, published
from probe.judge.wording import address_subject, short
from probe.model.dns import Address, MxHost
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import AddressClass, Family, Outcome, Verdict

_HERE = frozenset({AddressClass.LOOPBACK, AddressClass.UNSPECIFIED})


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What is wrong with the MX hosts themselves."""
    bad = measurement.resolved.bad_targets
    for host in measurement.resolved.hosts:
        if host.host in bad:
            yield _bad_target(measurement, host)
            continue
        yield from _no_address(measurement, host)
        yield from _alias(measurement, host)
        for address in host.addresses:
            if _not_of_the_internet(address):
                yield _local(host, address)
    yield from _no_ipv4(measurement)
    yield from _no_spare(measurement)


def _bad_target(measurement: Measurement, host: MxHost) -> Finding:
    name = measurement.target.name
    local = not is_address(host.host)
    return Finding(
        "dns-mx-localhost" if local else "dns-mx-ip-literal",
        Verdict.CRITICAL,
        None,
        host.host,
        f"An MX record of {name} names {host.host}; "
        + ("that is every sender's own machine." if local else "an address may not stand there, only a host name."),
        (f"{name} MX {host.preference} {host.host}",),
        f"Name the mail host:\n  {name}. MX {host.preference or 10} mx1.{name}.",
        "RFC 5321 5.1",
    )


def _no_address(measurement: Measurement, host: MxHost) -> Iterator[Finding]:
    if is_address(host.host) or any(lookup_failed(measurement, host.host, family) for family in Family):
        return
    if any(published(measurement, host.host, family) for family in Family):
        return
    nowhere = host.ipv6.outcome is Outcome.NXDOMAIN and host.ipv4.outcome is Outcome.NXDOMAIN
    if measurement.resolved.mx is None and nowhere:
        return  # the host was the target, and dns-domain-exists has said it
    what = "does not exist" if nowhere else "has neither an A nor an AAAA record"
    yield Finding(
        "dns-mx-no-address",
        Verdict.CRITICAL,
        None,
        host.host,
        f"{host.host} {what}; no mail can be delivered there.",
        tuple(f"{item.name} {item.rrtype}: {item.outcome}" for item in (host.ipv6, host.ipv4)),
        f"Publish its addresses, or delete the MX record:\n  {host.host}. A IPV4-ADDRESS\n"
        f"  {host.host}. AAAA IPV6-ADDRESS",
        "RFC 5321 5.1",
    )


def _alias(measurement: Measurement, host: MxHost) -> Iterator[Finding]:
    if not host.cnames or host.implicit or measurement.resolved.mx is None:
        return
    final = short(host.cnames[-1], 255).rstrip(".")
    name = measurement.target.name
    yield Finding(
        "dns-mx-cname",
        Verdict.WARNING,
        None,
        host.host,
        f"The MX record of {name} names {host.host}, which is an alias for {final}; some senders refuse aliases there.",
        tuple(short(f"{host.host} CNAME {cname}") for cname in host.cnames[:8]),
        f"Name the host itself:\n  {name}. MX {host.preference or 10} {final}.",
        "RFC 2181 10.3, RFC 5321 5.1",
    )


def _not_of_the_internet(address: Address) -> bool:
    """IPv4 of any special kind, and this machine's own addresses; other IPv6 kinds have a check of their own."""
    if address.dial or address.klass is AddressClass.GLOBAL:
        return False
    return address.family is Family.IPV4 or address.klass in _HERE


def _local(host: MxHost, address: Address) -> Finding:
    rrtype = "AAAA" if address.family is Family.IPV6 else "A"
    return Finding(
        "dns-mx-localhost",
        Verdict.CRITICAL,
        address.family,
        address_subject(host.host, address.address),
        f"{host.host} has the address {address.address} ({address.klass}); nobody on the Internet reaches it.",
        (f"{host.host} {rrtype} {address.address}",),
        f"Publish the host's global address, or remove:\n  {host.host}. {rrtype} {address.address}\n"
        "An internal network is tested with --treat-global.",
        "RFC 6890",
    )


def _no_ipv4(measurement: Measurement) -> Iterator[Finding]:
    if Family.IPV4 not in asked(measurement):
        return
    with_address = [
        host
        for host in measurement.resolved.hosts
        if any(published(measurement, host.host, family) for family in Family)
    ]
    without = [
        host
        for host in with_address
        if not published(measurement, host.host, Family.IPV4) and not lookup_failed(measurement, host.host, Family.IPV4)
    ]
    if not without:
        return
    if measurement.resolved.mx is None:
        yield _named_without_ipv4(without[0])
        return
    every = len(without) == len(with_address)
    names = ", ".join(host.host for host in without[:6])
    yield Finding(
        "dns-mx-no-a",
        Verdict.CRITICAL if every else Verdict.WARNING,
        Family.IPV4,
        measurement.target.name,
        f"{'No mail host' if every else 'Not every mail host'} of {measurement.target.name} has an A record "
        f"(missing: {names}); senders with IPv4 alone cannot deliver {'at all' if every else 'there'}.",
        tuple(f"{host.host} A: {host.ipv4.outcome}" for host in without[:12]),
        "\n".join(f"{host.host}. A IPV4-ADDRESS" for host in without[:3]),
        "RFC 5321 5.1, RFC 3974 4.1",
    )


def _no_spare(measurement: Measurement) -> Iterator[Finding]:
    """Several names of which a family knows one address only, while the other family has more."""
    hosts = [host for host in measurement.resolved.hosts if not is_address(host.host)]
    held = {
        family: [{item.address for item in published(measurement, it.host, family)} for it in hosts]
        for family in Family
    }
    for family in asked(measurement):
        mine, other = (set().union(*held[one]) for one in (family, family.other))
        sharing = [host.host for host, found in zip(hosts, held[family], strict=True) if found]
        if len(sharing) > 1 and len(mine) == 1 and len(other) > 1:
            (address,) = mine
            yield Finding(
                "dns-dup-mx-same-host",
                Verdict.OK,
                family,
                measurement.target.name,
                f"Over {family.label} all mail hosts of {measurement.target.name} are one address, {address}; "
                f"{family.other.label} has {len(other)}.",
                tuple(f"{name} {family.label}: {address}" for name in sharing[:8]),
                None,
                "RFC 5321 5.1",
            )


def _named_without_ipv4(host: MxHost) -> Finding:
    """A host that was named stands for no domain: as target, by ``--server`` or by ``--via``."""
    return Finding(
        "dns-mx-no-a",
        Verdict.CRITICAL,
        Family.IPV4,
        host.host,
        f"{host.host} has no A record; whoever has IPv4 alone cannot reach it.",
        (f"{host.host} A: {host.ipv4.outcome}",),
        f"{host.host}. A IPV4-ADDRESS",
        "RFC 3974 4.1",
    )
