"""From MX records to the hosts to look at (RFC 5321 5.1, RFC 7505).

In: the MX ``Resolution`` of a domain. Out: ``Exchangers``, best preference first, those of equal preference shuffled.
Nothing goes wrong here: records that make no sense are kept and marked.
"""

import random
from dataclasses import dataclass

from probe.address import canonical
from probe.measure.dns.answer import fold
from probe.model.dns import Resolution
from probe.model.words import Outcome

# More would be an attack or an accident; a sender tries five addresses (Postfix: smtp_mx_address_limit).
LIMIT = 50


@dataclass(frozen=True, slots=True)
class Exchanger:
    """One host to look at. ``bad`` says why its name cannot be one of a mail host; then nothing is looked up."""

    host: str
    preference: int | None = None
    implicit: bool = False
    bad: str | None = None


@dataclass(frozen=True, slots=True)
class Exchangers:
    """``note`` says what was left out. ``null`` and ``mixed`` as ``null_mx`` and ``null_mx_mixed`` in ``Resolved``."""

    hosts: tuple[Exchanger, ...] = ()
    null: bool = False
    mixed: bool = False
    note: str | None = None


def exchangers(domain: str, mx: Resolution, seed: int | None) -> Exchangers:
    """The hosts that take mail for ``domain``, by the outcome of its MX look-up."""
    if mx.outcome is Outcome.NO_DATA:
        # The name at the end of a CNAME chain is taken as if it were the one given.
        return Exchangers((Exchanger(mx.cnames[-1] if mx.cnames else domain, implicit=True),))
    best: dict[str, int] = {}
    for preference, host in map(_fields, mx.records):
        best[host] = min(preference, best.get(host, preference))
    null = best.pop("", None) is not None
    ordered = _shuffled(best, seed)
    note = f"{len(ordered)} MX hosts; only the {LIMIT} best are looked at" if len(ordered) > LIMIT else None
    hosts = tuple(Exchanger(host, best[host], bad=bad_target(host)) for host in ordered[:LIMIT])
    return Exchangers(hosts, null=null and not hosts, mixed=null and bool(hosts), note=note)


def bad_target(host: str) -> str | None:
    """Why ``host`` cannot be the target of an MX record: it is an address or this machine; None when it can."""
    if host in {"localhost", "localhost.localdomain"} or host.endswith(".localhost"):
        return "an MX target that means whoever reads it"
    try:
        canonical(host)
    except ValueError:
        return None
    return "an MX target must be a name, and this is an address"


def _fields(record: str) -> tuple[int, str]:
    preference, _, host = record.partition(" ")
    return int(preference), fold(host.strip())


def _shuffled(best: dict[str, int], seed: int | None) -> list[str]:
    """By preference; within one preference by lot, and with a seed the same lot whatever order the server gave."""
    rng = random.Random(seed)  # noqa: S311 - spreads load, keeps no secret
    lots = {host: rng.random() for host in sorted(best)}
    return sorted(best, key=lambda host: (best[host], lots[host]))
