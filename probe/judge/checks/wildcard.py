"""Does the domain answer for names that nobody made?

WHY
    A wildcard gives every name below the domain an address or mail hosts, also the mistyped one: a host that was
    forgotten, or misspelt in an MX record, then seems to be there, and mail goes to whatever stands at that address.

FINDS
dns-wildcard-mx: a name made up by probe6 has MX, AAAA or A records. A warning where a mail host has the same addresses
    and does not answer there, so that it may be a host that nobody made; else a note.

FIX
    Give each mail host records of its own; a name that has any is not covered by the wildcard any more:
        mx1.example.com. AAAA 2001:db8::25
        mx1.example.com. A 192.0.2.25

SEE
    RFC 4592, RFC 1034 4.3.3, RFC 5321 5.1.
"""

from collections.abc import Iterator

from probe.judge.facts.conversations import of
from probe.judge.facts.matrix import listed
from probe.model.dns import MxHost, Resolution
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Failure, Outcome, Stage, Verdict

_UNTRIED = {Failure.NO_ROUTE, Failure.NOT_TRIED, Failure.NOT_GLOBAL, Failure.NO_ADDRESS}


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What the made-up name has, and whether a mail host has nothing else."""
    asked = (measurement.inquiries.wildcard if measurement.inquiries else None) or ()
    found = [item for item in asked if item.outcome is Outcome.ANSWER]
    if not found:
        return
    domain = measurement.target.name
    covered = [host for host in measurement.resolved.hosts if _covered(host, asked, domain)]
    for host in covered:
        if not _answers(measurement, host):
            yield Finding(
                "dns-wildcard-mx",
                Verdict.WARNING,
                None,
                host.host,
                f"{host.host} has just the addresses that every name below {domain} has, and no mail server answers "
                "there; it seems to be a name that nobody made.",
                tuple(map(_row, found)),
                f"Give it addresses of its own, or correct the MX record:\n  {host.host}. AAAA IPV6-ADDRESS\n"
                f"  {host.host}. A IPV4-ADDRESS",
                "RFC 4592",
            )
    types = ", ".join(item.rrtype for item in found)
    yield Finding(
        "dns-wildcard-mx",
        Verdict.OK,
        None,
        domain,
        f"Every name below {domain} has {types} records, also those that nobody made; a misspelt mail host would not "
        "show as missing.",
        tuple(map(_row, found)),
        None,
        "RFC 4592",
    )


def _covered(host: MxHost, asked: tuple[Resolution, ...], domain: str) -> bool:
    """Whether both look-ups of a host below the domain brought what the made-up name has."""
    records = {item.rrtype: set(item.records) for item in asked}
    mine = (("AAAA", host.ipv6), ("A", host.ipv4))
    same = all(set(found.records) == records.get(rrtype, set()) for rrtype, found in mine)
    return same and bool(host.addresses) and host.host.endswith(f".{domain}")


def _answers(measurement: Measurement, host: MxHost) -> bool:
    """Whether a mail server greeted there, over whatever family; true also where nobody could try."""
    talks = [talk for talk in of(measurement, host.host) if talk.failure not in _UNTRIED]
    return not talks or any(talk.reached.rank > Stage.BANNER.rank for talk in talks)


def _row(item: Resolution) -> str:
    return f"{item.name} {item.rrtype}: {listed(item.records)}"
