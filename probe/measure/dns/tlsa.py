"""The TLSA look-ups for one MX host, as a sender makes them (RFC 7672 2.2).

In: a host with its addresses, and a port. Out: a ``TlsaHost``; and whether its records are such that a sender compares
a certificate with them. Wrong: what the DNS does is the outcome of the look-ups.
"""

from probe.grammar.tlsa import in_force, parse
from probe.measure.dns.lookups import Lookups
from probe.model.dns import MxHost, Resolution
from probe.model.policies import TlsaHost
from probe.model.words import Outcome, Provenance


async def look_up(resolver: Lookups, host: MxHost, port: int) -> TlsaHost:
    """The look-ups for one host. An alias whose end is not signed may be signed itself, and then it is the base."""
    bases = [host.host]
    alias = None
    if host.cnames and host.cnames[-1] != host.host:
        if _secure(host):
            bases.insert(0, host.cnames[-1])
        else:
            alias = await resolver.lookup(host.host, "CNAME")
    lookups: list[Resolution] = []
    for base in bases:
        lookups.append(await resolver.lookup(f"_{port}._tcp.{base}", "TLSA"))
        if lookups[-1].outcome.inconclusive or _signed_answer(lookups[-1]):
            break  # only where the first name has none that is signed does a sender look at the second
    return TlsaHost(host.host, tuple(bases[: len(lookups)]), tuple(lookups), alias)


def compared(found: TlsaHost) -> bool:
    """True when senders hold the certificate of this host against the records: signed ones, of which one is usable."""
    last = found.lookups[-1]
    records = (record for record in map(parse, last.records) if record is not None)
    return _signed_answer(last) and bool(in_force(tuple(records)))


def _signed_answer(found: Resolution) -> bool:
    return found.outcome is Outcome.ANSWER and _believed(found)


def _secure(host: MxHost) -> bool:
    """True when all addresses of ``host`` that there are came authenticated."""
    answers = [item for item in (host.ipv6, host.ipv4) if item.outcome is Outcome.ANSWER]
    return bool(answers) and all(map(_believed, answers))


def _believed(item: Resolution) -> bool:
    """Authenticated, or assumed by the user."""
    return item.ad or item.provenance is not Provenance.DNS
