"""What the DNS said before, and what it says now.

WHY
    Addresses move, and somebody may have moved them without telling. Worst is an IPv6 address that was taken out of the
    DNS because IPv6 gave trouble: from then on all looks well, and IPv6 is gone. Only a measurement that was kept shows
    it.

FINDS
mon-dns-drift: MX records, addresses or reverse names are not what they were when the baseline was saved. A note where
    the new addresses are neighbours of the old ones, as those of a big provider are from hour to hour.
mon-aaaa-vanished: a mail host had an IPv6 address when the baseline was saved, and has none now.

FIX
    Publish the address again, or save a new baseline where the change was meant:
        probe6 example.com --save baseline.json

SEE
    RFC 3974 (mail hosts with both families).
"""

from collections.abc import Iterator, Sequence

from probe.address import same_network
from probe.judge.wording import argument, short
from probe.model.dns import MxHost, Resolution
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Family, Outcome, Provenance, Verdict

_DRIFT, _VANISHED = "mon-dns-drift", "mon-aaaa-vanished"
_TYPES = {Family.IPV6: "AAAA", Family.IPV4: "A"}
_EMPTY = frozenset({Outcome.NO_DATA, Outcome.NXDOMAIN})


def check(measurement: Measurement, options: JudgeOptions) -> Iterator[Finding]:
    """What drifted since the baseline, where both were looked up."""
    before = options.baseline
    if before is None:
        return
    yield from _exchangers(before, measurement)
    old = {host.host: host for host in before.resolved.hosts}
    for host in measurement.resolved.hosts:
        if host.host in old:
            for family in measurement.settings.families:
                yield from _addresses(measurement, old[host.host], host, family)
            yield from _reverse(measurement, old[host.host], host)
    yield from _none_left(before, measurement)


def _comparable(old: Resolution, new: Resolution) -> bool:
    """True for two answers of the DNS: not for a failure, and not for what the user assumes."""
    return all(item.provenance is Provenance.DNS and not item.outcome.inconclusive for item in (old, new))


def _exchangers(before: Measurement, now: Measurement) -> Iterator[Finding]:
    old, new = before.resolved.mx, now.resolved.mx
    if old is None or new is None or not _comparable(old, new):
        return
    was, is_now = ({record.lower().rstrip(".") for record in item.records} for item in (old, new))
    if was != is_now or old.outcome is not new.outcome:
        yield _drift(now, None, now.target.name, "MX", sorted(was), sorted(is_now), Verdict.WARNING)


def _addresses(now: Measurement, old: MxHost, new: MxHost, family: Family) -> Iterator[Finding]:
    if not _comparable(old.resolution(family), new.resolution(family)):
        return
    was, is_now = ({item.address for item in host.of(family) if not item.synthesised} for host in (old, new))
    if was == is_now:
        return
    if was and not is_now and family is Family.IPV6:
        yield _gone(now, new.host, sorted(was), str(new.ipv6.outcome))
        return
    neighbours = bool(was and is_now) and all(any(same_network(one, two) for two in was) for one in is_now - was)
    verdict = Verdict.OK if neighbours else Verdict.WARNING
    yield _drift(now, family, new.host, _TYPES[family], sorted(was), sorted(is_now), verdict)


def _reverse(now: Measurement, old: MxHost, new: MxHost) -> Iterator[Finding]:
    """The reverse names of an address that stayed; one that moved has other names anyway."""
    known = {item.address: item for item in old.addresses}
    for address in new.addresses:
        before = known.get(address.address)
        if before is None or any(
            item.ptr_outcome is None or item.ptr_outcome.inconclusive for item in (before, address)
        ):
            continue
        if set(before.ptr) != set(address.ptr):
            subject = f"{new.host} [{address.address}]"
            yield _drift(now, address.family, subject, "PTR", sorted(before.ptr), sorted(address.ptr), Verdict.WARNING)


def _none_left(before: Measurement, now: Measurement) -> Iterator[Finding]:
    """Other mail hosts than before, and not one of them with IPv6."""
    if {host.host for host in before.resolved.hosts} & {host.host for host in now.resolved.hosts}:
        return  # those that stayed have been looked at one by one
    mx, was_mx = now.resolved.mx, before.resolved.mx
    if mx is None or was_mx is None or not _comparable(was_mx, mx) or not now.resolved.hosts:
        return
    was = sorted(
        item.address for host in before.resolved.hosts for item in host.of(Family.IPV6) if not item.synthesised
    )
    if was and all(host.ipv6.outcome in _EMPTY and not host.of(Family.IPV6) for host in now.resolved.hosts):
        yield _gone(now, now.target.name, was, "none of the new mail hosts has one")


def _drift(
    now: Measurement,
    family: Family | None,
    subject: str,
    rrtype: str,
    was: Sequence[str],
    is_now: Sequence[str],
    verdict: Verdict,
) -> Finding:
    shown = [short(", ".join(item)) or "none" for item in (was, is_now)]
    target = argument(now.target.name, "TARGET")
    return Finding(
        _DRIFT,
        verdict,
        family,
        subject if rrtype != "MX" else f"{subject} MX",
        f"{subject} has another {rrtype} than when the baseline was saved.",
        (f"{rrtype} before: {shown[0]}", f"{rrtype} now: {shown[1]}"),
        f"Find out who changed it. Where it was meant, save a new baseline:\n  probe6 {target} --save baseline.json",
        "RFC 1034 3.6",
    )


def _gone(now: Measurement, subject: str, was: Sequence[str], outcome: str) -> Finding:
    record = short(was[0], 60)
    return Finding(
        _VANISHED,
        Verdict.CRITICAL,
        Family.IPV6,
        subject,
        f"{subject} had an IPv6 address when the baseline was saved and has none now; mail over IPv6 is gone there.",
        (f"AAAA before: {short(', '.join(was))}", f"AAAA now: {outcome}"),
        f"Publish the address again, once IPv6 works:\n  {subject}. AAAA {record}\n"
        "or, where it was meant, save a new baseline:\n"
        f"  probe6 {argument(now.target.name, 'TARGET')} --save baseline.json",
        "RFC 3974 4.1",
    )
