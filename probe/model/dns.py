"""What the resolver learned. Names are A-labels in lower case without the final dot."""

from dataclasses import dataclass, field

from probe.model.words import AddressClass, Family, Outcome, Provenance


@dataclass(frozen=True, slots=True)
class Resolution:
    """One look-up. ``records`` are RDATA in presentation form (``10 mx1.example.com.`` for MX).

    ``ttl`` in seconds is the least along the chain (for NODATA and NXDOMAIN the negative TTL of RFC 2308 5);
    ``cnames`` the chain walked; ``detail`` one escaped line that says which server said what when it went wrong.
    """

    name: str
    rrtype: str
    outcome: Outcome
    records: tuple[str, ...] = ()
    ttl: int | None = None
    ad: bool = False
    provenance: Provenance = Provenance.DNS
    cnames: tuple[str, ...] = ()
    server: str | None = None
    elapsed: float = 0.0
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """One address of an MX host, as RFC 5952 text. ``fcrdns`` is None when the look-ups were inconclusive or not made.

    ``synthesised`` is true when our own resolver's DNS64 made it. ``dial`` says whether it will be dialled.
    """

    address: str
    family: Family
    klass: AddressClass
    ptr: tuple[str, ...] = ()
    fcrdns: bool | None = None
    ptr_outcome: Outcome | None = None
    synthesised: bool = False
    dial: bool = True


@dataclass(frozen=True, slots=True)
class MxHost:
    """One MX host with both look-ups. ``implicit`` is true when the domain itself stands in (RFC 5321 5.1).

    ``host`` is the name in the MX record (or the address literal given as target); ``cnames`` is non-empty when that
    name is an alias (RFC 2181 10.3). ``preference`` is None when there was no MX record.
    """

    host: str
    preference: int | None
    implicit: bool
    ipv6: Resolution
    ipv4: Resolution
    addresses: tuple[Address, ...] = ()
    cnames: tuple[str, ...] = ()

    def of(self, family: Family) -> tuple[Address, ...]:
        """The addresses of ``family``, in the order of the answer."""
        return tuple(item for item in self.addresses if item.family is family)

    def resolution(self, family: Family) -> Resolution:
        """The look-up of ``family``."""
        return self.ipv6 if family is Family.IPV6 else self.ipv4


@dataclass(frozen=True, slots=True)
class Resolved:
    """All the resolver says about a target.

    ``mx`` is None for a host or address target. ``aliases`` is the CNAME chain at the domain itself. ``null_mx`` is
    true for RFC 7505's ``0 .`` standing alone, ``null_mx_mixed`` when it stands among others. ``dns64`` lists the NAT64
    prefixes learned from ipv4only.arpa (RFC 7050). ``bad_targets`` are MX targets that are address literals or
    ``localhost``; they are kept in ``hosts`` too, with nothing dialled.
    """

    mx: Resolution | None
    hosts: tuple[MxHost, ...] = ()
    aliases: tuple[str, ...] = ()
    null_mx: bool = False
    null_mx_mixed: bool = False
    dns64: tuple[str, ...] = ()
    bad_targets: tuple[str, ...] = ()
    nameservers: tuple[str, ...] = field(default=())
