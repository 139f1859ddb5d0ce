"""Reverse names of the mail hosts.

WHY
    A mail host that also sends needs a PTR record for each address, and its name must lead back to the address; large
    receivers insist on it over IPv6. A host that only receives needs none, so this is a note.

FINDS
dns-mx-ptr: an address of a mail host has no reverse name, or the name does not lead back to the address.

FIX
    Whoever gave you the address range delegates or edits its reverse zone:
        5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR mx1.example.com.
        mx1.example.com. AAAA 2001:db8::25

SEE
    RFC 1912 2.1, RFC 3596 2.5 (ip6.arpa), RFC 8601 2.7.3 (iprev).
"""

from collections.abc import Iterator, Sequence

from probe.address import reverse_name
from probe.judge.facts.conversations import asked, is_address
from probe.judge.wording import address_subject, short
from probe.model.dns import Address, MxHost
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Family, Outcome, Verdict


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """A note per address whose reverse name is missing or does not confirm."""
    families = asked(measurement)
    for host in measurement.resolved.hosts:
        if is_address(host.host):
            continue  # only the address was asked for: there is no name it should confirm
        mine = [item for item in host.addresses if item.family in families and item.dial and not item.synthesised]
        lacking = [item for item in mine if item.fcrdns is False]
        everywhere = {item.family for item in mine} == set(Family) and len(lacking) == len(mine)
        if everywhere and len({bool(item.ptr) for item in lacking}) == 1:
            yield _finding(host, lacking, None)
        else:
            for item in lacking:
                yield _finding(host, [item], item.family)


def _finding(host: MxHost, lacking: Sequence[Address], family: Family | None) -> Finding:
    first = lacking[0]
    who = host.host if family is None else address_subject(host.host, first.address)
    whose = "any of its addresses" if family is None else first.address
    if first.ptr:
        what = f"the reverse name {short(first.ptr[0], 80)} does not lead back to {whose}"
    else:
        what = f"there is no reverse name for {whose}"
    asides = {Outcome.NXDOMAIN: "NXDOMAIN", Outcome.NO_DATA: "NODATA"}
    return Finding(
        "dns-mx-ptr",
        Verdict.OK,
        family,
        who,
        f"{host.host}: {what}; that matters when the host also sends mail.",
        tuple(
            f"{item.address} PTR {', '.join(short(name, 80) for name in item.ptr[:4]) or _none(item, asides)}"
            for item in lacking[:12]
        ),
        "\n".join(f"{reverse_name(item.address)}. PTR {host.host}." for item in lacking[:3]),
        "RFC 1912 2.1, RFC 8601 2.7.3",
    )


def _none(item: Address, words: dict[Outcome, str]) -> str:
    return words.get(item.ptr_outcome, "none") if item.ptr_outcome is not None else "none"
