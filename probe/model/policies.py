"""What a domain publishes about TLS for its mail, as it was found: DANE (RFC 7672) and MTA-STS (RFC 8461)."""

from dataclasses import dataclass

from probe.model.dns import Resolution
from probe.model.words import Failure, Family


@dataclass(frozen=True, slots=True)
class TlsaHost:
    """The TLSA look-ups for one MX host, in the order a sender makes them; ``host`` as in ``MxHost``.

    ``bases`` are the names the records were looked up for: the end of the host's CNAME chain first, where that chain is
    secure (RFC 7672 2.2.2). ``alias`` is the look-up of the host's own CNAME, made where the chain as a whole is not.
    """

    host: str
    bases: tuple[str, ...]
    lookups: tuple[Resolution, ...]
    alias: Resolution | None = None


@dataclass(frozen=True, slots=True)
class Dane:
    """TLSA look-ups for all MX hosts with a name. ``root`` is asked for where no answer was authenticated, to know
    whether our resolver validates at all (the root is signed). ``control`` are the TLSA records of the root, asked for
    where a look-up failed: does our resolver answer such a question at all? ``unfinished``: the time was up before all
    had come.
    """

    hosts: tuple[TlsaHost, ...] = ()
    root: Resolution | None = None
    unfinished: bool = False
    control: Resolution | None = None


@dataclass(frozen=True, slots=True)
class PolicyFetch:
    """One try to get the policy from one address of the policy host. ``status`` is HTTP's; ``body`` what came with a
    200. ``location`` is where a redirect points; nobody followed it. ``failure`` None: an answer came, whatever it was.
    """

    family: Family
    address: str
    elapsed: float
    status: int | None = None
    media_type: str | None = None
    body: bytes | None = None
    location: str | None = None
    failure: Failure | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class MtaSts:
    """The announcement of a policy, and the policy as each family gives it. Without an announcement nothing is fetched.

    ``host`` is the policy host, ``ipv6`` and ``ipv4`` the look-ups of its addresses. ``unfinished``: the time was up.
    """

    record: Resolution
    host: str
    ipv6: Resolution | None = None
    ipv4: Resolution | None = None
    fetches: tuple[PolicyFetch, ...] = ()
    unfinished: bool = False
