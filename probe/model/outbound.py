"""What was looked up about a domain as a sender: its addresses, its SPF record and whatever that leads to."""

from dataclasses import dataclass

from probe.model.dns import Resolution
from probe.model.words import Family, Outcome


@dataclass(frozen=True, slots=True)
class SendingAddress:
    """An address the domain sends from. ``named``: the user said so; else it is that of an MX host, which need not.

    ``host`` is the MX host it belongs to, if any. ``ptr``, ``fcrdns`` and ``ptr_outcome`` are as in ``Address``.
    """

    address: str
    family: Family
    named: bool = False
    host: str | None = None
    ptr: tuple[str, ...] = ()
    fcrdns: bool | None = None
    ptr_outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """One question to a list of bad addresses (RFC 5782). ``own``: it was asked about this machine.

    ``reason`` is the TXT record, asked for where the answer was a listing.
    """

    zone: str
    address: str
    answer: Resolution
    own: bool = False
    reason: Resolution | None = None


@dataclass(frozen=True, slots=True)
class Outbound:
    """Everything an evaluation needs. ``spf`` holds each look-up once, for all clients; ``own`` are our own addresses.

    ``dmarc`` begins with the domain itself and climbs until a record was found; ``dkim`` is the key of the selector we
    sign with. ``helo`` are the addresses of the names the MX hosts greet with. ``unfinished``: time ran out.
    """

    domain: str
    senders: tuple[SendingAddress, ...] = ()
    spf: tuple[Resolution, ...] = ()
    own: tuple[str, ...] = ()
    dmarc: tuple[Resolution, ...] = ()
    dkim: Resolution | None = None
    helo: tuple[Resolution, ...] = ()
    listings: tuple[Listing, ...] = ()
    unfinished: bool = False
