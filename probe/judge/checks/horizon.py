"""Does our own resolver see what the world sees?

WHY
    Inside a network the same name may lead to another place than outside (split DNS). Then what is tested here is not
    what senders meet; and the servers inside may have forgotten the IPv6 address the world was given, or have one more.

FINDS
dns-split-horizon: our resolver and the zone's own name servers, or two resolvers, differ in kind: records here and none
    there, or addresses of the Internet here and private ones there. Different public addresses are no finding.

FIX
    Test with what the world sees, or bring the views into line; a record that is new or gone is kept by resolvers for
    as long as its TTL (a missing one for that of the SOA) says:
        probe6 --nameserver ADDRESS example.com

SEE
    RFC 9499 (split DNS), RFC 2308 5 (how long a missing record is kept).
"""

from collections.abc import Iterable, Iterator

from probe.address import classify
from probe.judge.facts.matrix import contents, failing_on_aaaa, listed, places, where, zones
from probe.judge.wording import argument
from probe.model.dns import Resolution
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import AddressClass, Family, Outcome, Provenance, Verdict
from probe.model.zones import Zone

_FAMILIES = {"AAAA": Family.IPV6, "A": Family.IPV4}
_CODE, _RFC = "dns-split-horizon", "RFC 9499"


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Our resolver beside the zones' own servers, then the resolvers beside each other."""
    mx = measurement.resolved.mx
    looked_up = [mx] if mx is not None else []
    for host in measurement.resolved.hosts:
        if not any(address.synthesised for address in host.addresses):
            looked_up.append(host.ipv6)
        looked_up.append(host.ipv4)
    for zone in zones(measurement):
        for found in looked_up:
            if found.name in zone.names and found.provenance is Provenance.DNS:
                yield from _beside_zone(measurement, zone, found)
    yield from _beside_each_other(measurement)


def _beside_zone(measurement: Measurement, zone: Zone, found: Resolution) -> Iterator[Finding]:
    mine = _kind(measurement, found.rrtype, found.outcome, found.records)
    if mine is None or found.cnames or (found.rrtype == "AAAA" and failing_on_aaaa(zone, found.name)[0]):
        return  # dns-aaaa-servfail and dns-aaaa-nxdomain-mismatch speak of servers that fail
    seen = [
        (where(server, place), outcome, records)
        for server, place in places(zone)
        for outcome, records in contents(place, found.name, found.rrtype)
    ]
    kinds = {_kind(measurement, found.rrtype, outcome, records) for _, outcome, records in seen}
    if len(kinds) != 1 or kinds <= {mine, None}:
        return
    rows = [f"our resolver ({found.server or 'unknown'}): {_row(found)}"]
    rows += [f"{who}: {found.name} {found.rrtype}: {_said(outcome, records)}" for who, outcome, records in seen]
    yield _finding(
        found,
        f"For the {found.rrtype} records of {found.name} our resolver gives {_words(mine)}, all name servers of "
        f"{zone.name} give {_words(kinds.pop())}; this is not what senders meet, or it has just changed.",
        rows,
    )


def _beside_each_other(measurement: Measurement) -> Iterator[Finding]:
    asked = (measurement.inquiries.horizon if measurement.inquiries else None) or ()
    by_question: dict[tuple[str, str], list[Resolution]] = {}
    for item in asked:
        by_question.setdefault((item.name, item.rrtype), []).append(item)
    for items in by_question.values():
        kinds = {_kind(measurement, item.rrtype, item.outcome, item.records) for item in items} - {None}
        if len(kinds) > 1:
            first = items[0]
            yield _finding(
                first,
                f"The name servers that were given do not agree on the {first.rrtype} records of {first.name}: "
                f"{' and '.join(sorted(map(_words, kinds)))}; what a sender meets depends on whom it asks.",
                [f"{item.server}: {_row(item)}" for item in items],
            )


def _finding(found: Resolution, sentence: str, rows: Iterable[str]) -> Finding:
    return Finding(
        _CODE,
        Verdict.WARNING,
        _FAMILIES.get(found.rrtype),
        found.name,
        sentence,
        tuple(rows)[:12],
        "Ask a resolver outside, and bring the views of the zone into line:\n"
        f"  probe6 --nameserver ADDRESS {argument(found.name, 'NAME')}",
        _RFC,
    )


def _kind(measurement: Measurement, rrtype: str, outcome: Outcome, records: Iterable[str]) -> str | None:
    """What sort of answer it is; None where nothing is known or the addresses are mixed."""
    match outcome:
        case Outcome.ANSWER if rrtype not in _FAMILIES:
            return "records"
        case Outcome.ANSWER:
            treat = measurement.settings.treat_global
            public = {classify(record, treat) is AddressClass.GLOBAL for record in records}
            if len(public) != 1:
                return None
            return "public" if public.pop() else "special"
        case Outcome.NO_DATA | Outcome.NXDOMAIN:
            return "none"
    return None


def _words(kind: str | None) -> str:
    return {
        "records": "some",
        "public": "addresses of the Internet",
        "special": "addresses that are not of the Internet",
    }.get(kind or "", "none")


def _row(item: Resolution) -> str:
    return f"{item.name} {item.rrtype}: {_said(item.outcome, item.records)}"


def _said(outcome: Outcome, records: Iterable[str]) -> str:
    return listed(records) if outcome is Outcome.ANSWER else str(outcome)
