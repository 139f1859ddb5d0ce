"""What was asked beside the conversations: a field per file of ``probe.measure.inquiries``, None where not asked."""

from dataclasses import dataclass

from probe.model.dns import Resolution
from probe.model.outbound import Outbound
from probe.model.policies import Dane, MtaSts
from probe.model.security import Secured
from probe.model.services import Services
from probe.model.walk import Walk
from probe.model.zones import Zone


@dataclass(frozen=True, slots=True)
class Inquiries:
    """All answers of one run. ``tlsrpt`` is the TXT look-up of ``_smtp._tls.DOMAIN`` (RFC 8460 3).

    ``zones``: the name servers of the domain and of its mail hosts, each asked itself. ``walk``: the way from the root
    to each of these names over IPv6 alone, and where that fails over IPv4. ``dnssec``: the state of each record set.
    ``wildcard``: MX, AAAA and A of a name nobody made. ``horizon``: what each name server the user gave says by itself.
    ``outbound`` is the domain as a sender. ``services`` are visits to submission and IMAP servers (``--services``).
    """

    services: Services | None = None
    tlsrpt: Resolution | None = None
    zones: tuple[Zone, ...] | None = None
    walk: tuple[Walk, ...] | None = None
    dnssec: tuple[Secured, ...] | None = None
    wildcard: tuple[Resolution, ...] | None = None
    horizon: tuple[Resolution, ...] | None = None
    outbound: Outbound | None = None
    dane: Dane | None = None
    mtasts: MtaSts | None = None
