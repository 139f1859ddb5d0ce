"""Our own address as a sender: does the domain of our envelope let it send, and does it stand on a list?

WHY
    A host that refuses our test message because of our own address says nothing about itself. With --from this machine
    sends in the name of a domain, and the host may ask that domain about us.

FINDS
self-spf: the domain of --from does not let this machine send over the family. A note, until a host refuses us for it.
self-dnsbl: our own address stands on a list that was named with --dnsbl. A note.

FIX
    Add this machine to the SPF record of that domain, or leave --from out: then nobody is asked.
        example.net. TXT "v=spf1 ip4:192.0.2.9 ip6:2001:db8::9 -all"

SEE
    RFC 7208 8 (results), RFC 5782 (lists).
"""

from collections.abc import Iterator

from probe.address import family_of
from probe.grammar.text import printable
from probe.grammar.txt import joined
from probe.judge.facts.attribution import Blame, held_against_us
from probe.judge.facts.conversations import asked as families_of
from probe.judge.facts.conversations import ending, is_address, paths
from probe.judge.facts.outbox import asked, codes, is_listed, own
from probe.judge.wording import short
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.spf import SpfResult
from probe.model.words import Family, Verdict

_MACHINE = "this machine"
_FINE = {SpfResult.PASS, SpfResult.NONE, SpfResult.TEMPERROR}


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What receivers find out about this machine when they are given the sender's domain."""
    yield from _authorised(measurement)
    yield from _listed(measurement)


def _authorised(measurement: Measurement) -> Iterator[Finding]:
    for found in own(measurement):
        family = family_of(found.client)
        if found.result in _FINE or family not in families_of(measurement):
            continue
        refused = _refused(measurement, family)
        term = f"ip{'6' if family is Family.IPV6 else '4'}:{found.client}"
        yield Finding(
            "self-spf",
            Verdict.WARNING if refused else Verdict.OK,
            family,
            _MACHINE,
            f"{short(found.domain, 120)}, in whose name we send, does not let this machine's {family.label} source "
            f"{found.client} do so ({found.result}){', and a host just refused us for it' if refused else ''}.",
            (f"{short(found.domain, 120)} TXT {short(found.record or 'none')}", f"{found.client}: {found.result}"),
            f"Add {term} to the SPF record of {short(found.domain, 120)}, or send as somebody else: --from ADDR",
            "RFC 7208 8",
        )


def _refused(measurement: Measurement, family: Family) -> bool:
    for session in paths(measurement):
        end = ending(session)
        reply = end.reply if end is not None and session.family is family else None
        if reply is not None and held_against_us(measurement, family, reply) is Blame.AUTHENTICATION:
            return True
    return False


def _listed(measurement: Measurement) -> Iterator[Finding]:
    given = asked(measurement)
    for listing in given.listings if given is not None else ():
        if listing.own and is_listed(listing) and is_address(listing.address):
            reasons = listing.reason.records if listing.reason is not None else ()
            yield Finding(
                "self-dnsbl",
                Verdict.OK,
                family_of(listing.address),
                _MACHINE,
                f"This machine's source {listing.address} stands on the list {short(listing.zone, 80)}: a host "
                "that uses it refuses us, whoever the mail is for.",
                (f"{listing.zone}: {', '.join(codes(listing))}", *(short(printable(joined(it))) for it in reasons[:2])),
                "Probe from another address; over IPv6 whole /64 networks are listed.",
                "RFC 5782 2",
            )
