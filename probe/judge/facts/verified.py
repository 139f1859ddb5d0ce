"""What the mail host under test wrote about its own checks of a message: SPF, DKIM, DMARC, iprev.

In: an attempt whose message arrived. Out: results by method. Anybody can send a message with such headers in it, so one
counts only where it stands at the Received header of the tested host or above, not below the next one (RFC 8601 5), and
names that host, its domain, or a host the message went through afterwards. One that names nobody counts at that header.
"""

from collections.abc import Iterable

from probe.judge.facts.receiving_hop import names_of, receiving_hop
from probe.model.bounce import AuthResults, Verification
from probe.model.delivery import Attempt, Hop
from probe.model.measurement import Measurement

METHODS = ("spf", "iprev", "dkim", "dmarc")


def results(measurement: Measurement, attempt: Attempt) -> dict[str, str]:
    """The result of each method, as the receiver saw it; the newest header counts. Empty when it cannot be told."""
    arrival = attempt.arrival
    hop, certain = receiving_hop(measurement, attempt)
    if arrival is None or hop is None or not certain or hop not in arrival.hops:
        return {}
    place = arrival.hops.index(hop)
    zone = _zone(measurement, attempt, arrival.hops[: place + 1])
    found: dict[str, str] = {}
    for one in arrival.verified:
        if one.above <= place + 1:
            for method, result in _said(one, zone, at_hop=one.above >= place):
                found.setdefault(method, result)
    return {method: found[method] for method in METHODS if method in found}


def _said(one: Verification, zone: frozenset[str], *, at_hop: bool) -> Iterable[tuple[str, str]]:
    if one.results is not None and _credible(one.results, zone, at_hop=at_hop):
        return [(item.method.lower(), item.result) for item in one.results.results]
    if one.spf is not None and at_hop:
        return [("spf", one.spf.result)]
    return ()


def _credible(header: AuthResults, zone: frozenset[str], *, at_hop: bool) -> bool:
    name = header.authserv_id.lower().rstrip(".")
    return _domain(name) in zone if name else at_hop


def _zone(measurement: Measurement, attempt: Attempt, hops: Iterable[Hop]) -> frozenset[str]:
    """The domains of the hosts the message went through from the tested one on, and of the target."""
    names = {measurement.target.name, *names_of(measurement, attempt.mx), *(hop.by for hop in hops if hop.by)}
    return frozenset(_domain(name.lower().rstrip(".")) for name in names)


def _domain(name: str) -> str:
    """The last two labels; three where those look like ``co.uk``."""
    labels = name.split(".")
    return ".".join(labels[-3:] if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) < 4 else labels[-2:])
