"""AAAA records of the mail hosts.

WHY
    Without an AAAA record nobody ever tries IPv6, and nobody notices. With a wrong one, senders that prefer IPv6 lose
    time or mail. A name server that fails on AAAA alone makes dual-stack senders put off mail that IPv4 would carry.

FINDS
dns-mx-no-aaaa: no mail host has an AAAA record; senders with IPv6 alone cannot deliver. A warning, for nothing that
    was ever promised is broken; critical where IPv6 alone was asked for.
dns-mx-partial-aaaa: some mail hosts have AAAA and some do not, so the two families see a different order of hosts.
dns-aaaa-special: an AAAA record holds an address that is not for use on the Internet (mapped, unique local, NAT64,
    documentation and others); 6to4 is a warning.
dns-aaaa-servfail: the AAAA look-up fails while the A look-up works, at our resolver or at a name server of the zone
    asked itself (an error, or silence); that name server is broken for AAAA. When both fail nothing is known, nor where
    our resolver alone fails.
dns-aaaa-nxdomain-mismatch: a name server says of AAAA that the name does not exist, and has A records for it. Resolvers
    believe it, and the host is gone for IPv4 too.

FIX
    Test the host over IPv6 first (probe6 --resolve mx1.example.com:[2001:db8::25] example.com), then publish:
        mx1.example.com. AAAA 2001:db8::25
    A host without IPv6 must get an empty answer for AAAA (NOERROR), never an error.

SEE
    RFC 5321 5.1, RFC 3974 (SMTP in a mixed world), RFC 4074 (name servers that misbehave on AAAA), RFC 4291, RFC 6890.
"""

from collections.abc import Iterator

from probe.judge.facts.conversations import asked, is_address
from probe.judge.facts.matrix import failing_on_aaaa, told_by_all, zones
from probe.judge.standing import lookup_failed, published
from probe.judge.wording import address_subject, argument, short
from probe.model.dns import Address, MxHost
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.security import Security
from probe.model.words import AddressClass, Family, Outcome, Verdict
from probe.model.zones import Zone

_HERE = frozenset({AddressClass.LOOPBACK, AddressClass.UNSPECIFIED})  # dns-mx-localhost speaks of these


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What is published for IPv6, and whether it can be used."""
    if Family.IPV6 not in asked(measurement):
        return
    hosts = [host for host in measurement.resolved.hosts if host.host not in measurement.resolved.bad_targets]
    yield from _missing(measurement, hosts)
    for zone in zones(measurement):
        for host in hosts:
            if host.host in zone.names:
                yield from _failing_servers(zone, host.host)
    for host in hosts:
        yield from _failed_lookup(measurement, host)
        for address in host.of(Family.IPV6):
            special = address.klass is not AddressClass.GLOBAL and address.klass not in _HERE
            if special and not address.dial and not address.synthesised:
                yield _special(host, address)


def _missing(measurement: Measurement, hosts: list[MxHost]) -> Iterator[Finding]:
    """No AAAA anywhere, or not everywhere; hosts without any address, or with a failed look-up, are left out."""
    name = measurement.target.name
    without = [
        host
        for host in hosts
        if published(measurement, host.host, Family.IPV4)
        and not published(measurement, host.host, Family.IPV6)
        and not lookup_failed(measurement, host.host, Family.IPV6)
        and not is_address(host.host)
    ]
    failed = any(lookup_failed(measurement, host.host, Family.IPV6) for host in hosts)
    having = [host for host in hosts if published(measurement, host.host, Family.IPV6)]
    records = "\n".join(f"  {host.host}. AAAA IPV6-ADDRESS" for host in without[:3])
    if without and having:
        yield Finding(
            "dns-mx-partial-aaaa",
            Verdict.WARNING,
            Family.IPV6,
            name,
            f"Not every mail host of {name} has an AAAA record; senders with IPv6 alone see other hosts first "
            f"than senders with IPv4 (missing: {', '.join(host.host for host in without[:6])}).",
            tuple(_row(measurement, host) for host in hosts[:12]),
            f"Test the hosts over IPv6, then publish:\n{records}",
            "RFC 3974 4",
        )
    elif without and not failed:
        alone = measurement.settings.families == (Family.IPV6,)
        by_name = measurement.resolved.mx is None  # the host was named: as target, by --server or by --via
        yield Finding(
            "dns-mx-no-aaaa",
            Verdict.CRITICAL if alone else Verdict.WARNING,
            Family.IPV6,
            without[0].host if by_name else name,
            f"{without[0].host} has no AAAA record; whoever has IPv6 alone cannot reach it."
            if by_name
            else f"No mail host of {name} has an AAAA record; senders with IPv6 alone cannot deliver.",
            tuple(_row(measurement, host) for host in hosts[:12]),
            f"Test the host over IPv6, then publish:\n{records}",
            "RFC 5321 5.1, RFC 3974",
        )


def _row(measurement: Measurement, host: MxHost) -> str:
    cells = []
    for family, rrtype in ((Family.IPV6, "AAAA"), (Family.IPV4, "A")):
        found = ", ".join(item.address for item in published(measurement, host.host, family)[:4])
        cells.append(f"{rrtype} {found or host.resolution(family).outcome}")
    return f"{host.preference if host.preference is not None else '-'} {host.host}: {'; '.join(cells)}"


def _failed_lookup(measurement: Measurement, host: MxHost) -> Iterator[Finding]:
    six, four = host.ipv6, host.ipv4
    contradicted = six.outcome is Outcome.NXDOMAIN and four.outcome is Outcome.ANSWER
    if not six.outcome.inconclusive and not contradicted:
        return
    evidence = tuple(
        f"{item.name} {item.rrtype}: {item.outcome}{f' ({short(item.detail)})' if item.detail else ''}"
        for item in (six, four)
    )
    if four.outcome.inconclusive:
        yield Finding(
            "dns-aaaa-servfail",
            Verdict.UNKNOWN,
            None,
            host.host,
            f"Neither address look-up for {host.host} succeeded ({six.outcome}, {four.outcome}); the fault may be "
            "with our own resolver, and nothing is known about the host.",
            evidence,
            f"Ask another resolver:\n  probe6 --nameserver ADDRESS {argument(host.host, 'HOST')}",
            "RFC 5321 5.1",
        )
        return
    if _only_here(measurement, host):
        yield Finding(
            "dns-aaaa-servfail",
            Verdict.UNKNOWN,
            Family.IPV6,
            host.host,
            f"Our own resolver fails on AAAA of {host.host} ({six.outcome}), while every name server of the zone "
            "answers as it should; nothing is known about IPv6 of the host.",
            evidence,
            f"Ask another resolver, and mend this one:\n  probe6 --nameserver ADDRESS {argument(host.host, 'HOST')}",
            "RFC 4074",
        )
        return
    yield Finding(
        "dns-aaaa-servfail",
        Verdict.CRITICAL,
        Family.IPV6,
        host.host,
        f"The AAAA look-up for {host.host} fails ({six.outcome}) while the A look-up works; senders with IPv6 "
        "put the mail off, though IPv4 would carry it.",
        evidence,
        f"Ask each name server of the zone, and mend the one that fails; without IPv6 the right answer is empty "
        f"(NOERROR):\n  dig AAAA {argument(host.host, 'HOST')} @NAMESERVER",
        "RFC 4074",
    )


def _only_here(measurement: Measurement, host: MxHost) -> bool:
    """True when the zone's own servers answer the question that fails; signatures they cannot tell about."""
    secured = (measurement.inquiries.dnssec if measurement.inquiries else None) or ()
    bogus = any(item.security is Security.BOGUS and (item.name, item.rrtype) == (host.host, "AAAA") for item in secured)
    if bogus or host.ipv6.outcome is Outcome.BOGUS or host.ipv6.cnames:
        return False
    return told_by_all(measurement, host.host, "AAAA") in {Outcome.ANSWER, Outcome.NO_DATA}


def _failing_servers(zone: Zone, host: str) -> Iterator[Finding]:
    """The name servers of the zone that do not answer AAAA as they should."""
    failing, well = failing_on_aaaa(zone, host)
    denying = [item for item in failing if item.how == "NXDOMAIN"]
    broken = [item for item in failing if item.how != "NXDOMAIN"]
    verdict = Verdict.WARNING if well else Verdict.CRITICAL
    who = argument(host, "HOST")
    if broken:
        names = sorted({item.server for item in broken})
        fails = "fails ({}) while it knows" if len(names) == 1 else "fail ({}) while they know"
        yield Finding(
            "dns-aaaa-servfail",
            verdict,
            Family.IPV6,
            host,
            f"Asked for the IPv6 address of {host}, {', '.join(names)} {fails.format(broken[0].how)} the IPv4 address; "
            "senders with IPv6 that meet it wait or put the mail off, though IPv4 would carry it.",
            tuple(item.evidence for item in broken[:12]),
            "Mend that name server, or the load balancer or firewall in front of it; without IPv6 the right answer is "
            f"empty (NOERROR):\n  dig AAAA {who} @{broken[0].place.address} +norecurse",
            "RFC 4074",
        )
    if denying:
        names = sorted({item.server for item in denying})
        denies = "denies the name, and yet gives" if len(names) == 1 else "deny the name, and yet give"
        yield Finding(
            "dns-aaaa-nxdomain-mismatch",
            verdict,
            Family.IPV6,
            host,
            f"Asked for the IPv6 address of {host}, {', '.join(names)} {denies} its IPv4 address; "
            "resolvers that believe it find neither, and mail is put off or comes back.",
            tuple(item.evidence for item in denying[:12]),
            "Let the name server say NOERROR with an empty answer where a name has other records:\n"
            f"  dig AAAA {who} @{denying[0].place.address} +norecurse",
            "RFC 4074 4.2, RFC 8020",
        )


def _special(host: MxHost, address: Address) -> Finding:
    six_to_four = address.klass is AddressClass.SIX_TO_FOUR
    why = "its relays were retired" if six_to_four else "no sender on the Internet can reach it"
    return Finding(
        "dns-aaaa-special",
        Verdict.WARNING if six_to_four else Verdict.CRITICAL,
        Family.IPV6,
        address_subject(host.host, address.address),
        f"{host.host} publishes the {address.klass} address {address.address} as its AAAA; {why}.",
        (f"{host.host} AAAA {address.address} ({address.klass})",),
        f"Replace it by the host's global address:\n  {host.host}. AAAA IPV6-ADDRESS\n"
        "An internal network is tested with --treat-global.",
        "RFC 7526" if six_to_four else "RFC 4291, RFC 6890",
    )
