"""What the TLSA records of an MX host promise, and whether a certificate chain keeps it (RFC 7671, RFC 7672).

In: a measurement with the inquiry ``dane``. Out: a ``Promise`` per host, a ``Match`` per handshake. Whether the DNS is
signed is taken from what our resolver authenticated; where it authenticates nothing at all, nothing is known of that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from probe.grammar.certname import matches
from probe.grammar.der import public_key_info
from probe.grammar.tlsa import END_ENTITY, EXACT, KEY, TRUST_ANCHOR, Tlsa, in_force, parse
from probe.judge.facts.conversations import host_named, index
from probe.model.dns import Resolution
from probe.model.measurement import Measurement
from probe.model.policies import TlsaHost
from probe.model.smtp import Session, TlsFacts
from probe.model.words import Outcome, Provenance, Purpose


class Security(StrEnum):
    """What our resolver says of the signatures."""

    SECURE = "secure"
    INSECURE = "insecure"
    UNKNOWN = "not known from here"


@dataclass(frozen=True, slots=True)
class Promise:
    """The TLSA records of ``host`` at ``base``. ``host_security`` is that of its addresses, ``mx_security`` that of the
    records which lead to it, ``security`` that of the TLSA records themselves and of the addresses together.

    ``names`` are those of which a certificate below a promised authority must have one (RFC 7672 3.2.3).
    """

    host: str
    base: str
    lookup: Resolution
    records: tuple[Tlsa, ...]
    host_security: Security
    mx_security: Security
    security: Security
    names: tuple[str, ...]

    @property
    def force(self) -> tuple[Tlsa, ...]:
        """The records senders compare with."""
        return in_force(self.records)

    @property
    def binding(self) -> bool:
        """True when senders that know DANE deliver to the host with TLS or not at all (RFC 7672 2.2)."""
        return bool(self.records) and self.security is self.mx_security is Security.SECURE


@dataclass(frozen=True, slots=True)
class Match:
    """``kept`` is None where it cannot be told; ``record`` the one that matches, ``why`` what is wrong where none."""

    kept: bool | None
    record: Tlsa | None = None
    why: str = ""


def promises(measurement: Measurement) -> tuple[Promise, ...]:
    """What was found for each MX host that was asked about."""
    inquiries = measurement.inquiries
    if inquiries is None or inquiries.dane is None:
        return ()
    return tuple(_promise(measurement, item) for item in inquiries.dane.hosts if item.lookups)


def promise_of(measurement: Measurement, host: str) -> Promise | None:
    """The promise for ``host``."""
    return next((item for item in promises(measurement) if item.host == host), None)


def shown_for(measurement: Measurement, session: Session, name: str) -> TlsFacts | None:
    """What the machine behind the address of ``session`` showed when it was asked by ``name``; None: it was not.

    It may have a certificate for each name it is asked by (RFC 7672 8.1). DANE asks by ``Promise.base``.
    """
    witness = session if name == session.mx else asked_by(measurement, session, name)
    return None if witness is None else witness.tls


def asked_by(measurement: Measurement, session: Session, name: str) -> Session | None:
    """The conversation that was held with the same address to see the certificate of ``name``."""
    others = index(measurement).by_address.get(session.address, ())
    return next((item for item in others if item.purpose is Purpose.NAME and item.mx == name), None)


def _promise(measurement: Measurement, item: TlsaHost) -> Promise:
    pairs = list(zip(item.bases, item.lookups, strict=True))
    base, lookup = next((pair for pair in pairs if _ends_the_search(pair[1])), pairs[-1])
    addresses = _addresses(measurement, item)
    tlsa = _of(measurement, [lookup])
    mx = measurement.resolved.mx
    target = measurement.target.name
    return Promise(
        host=item.host,
        base=base,
        lookup=lookup,
        records=tuple(record for record in map(parse, lookup.records) if record is not None),
        host_security=addresses,
        mx_security=Security.SECURE if mx is None else _of(measurement, [mx]),
        security=tlsa if addresses is Security.SECURE else addresses,
        names=tuple(dict.fromkeys((item.host, base, *(() if mx is None else (target,))))),
    )


def _addresses(measurement: Measurement, item: TlsaHost) -> Security:
    """How far the way from the host's name to its addresses is signed; an alias may be, and its end not."""
    record = host_named(measurement, item.host)
    found = [] if record is None else [it for it in (record.ipv6, record.ipv4) if it.outcome is Outcome.ANSWER]
    if item.alias is not None and item.alias.outcome is Outcome.ANSWER and _believed(item.alias):
        return Security.SECURE
    return _of(measurement, found)


def _of(measurement: Measurement, found: Iterable[Resolution]) -> Security:
    answers = list(found)
    if answers and all(map(_believed, answers)):
        return Security.SECURE
    unsigned = any(not _believed(item) and _validates(measurement, item.server) for item in answers)
    return Security.INSECURE if unsigned else Security.UNKNOWN


def _believed(found: Resolution) -> bool:
    """Authenticated, or assumed by the user, which is taken as if it were signed."""
    return found.ad or found.provenance is not Provenance.DNS


def _ends_the_search(found: Resolution) -> bool:
    """Where a sender looks no further: signed records, or an answer it has to wait for."""
    return found.outcome.inconclusive or (found.outcome is Outcome.ANSWER and _believed(found))


def _validates(measurement: Measurement, server: str | None) -> bool:
    """True when ``server`` authenticated anything in this run: then what it did not is not signed."""
    inquiries = measurement.inquiries
    dane = inquiries.dane if inquiries is not None else None
    seen = [measurement.resolved.mx, *(it for host in measurement.resolved.hosts for it in (host.ipv6, host.ipv4))]
    if dane is not None:
        seen += [dane.root, *(it for host in dane.hosts for it in (*host.lookups, host.alias))]
    return any(item is not None and item.ad and item.server == server for item in seen)


def verify(promise: Promise, facts: TlsFacts) -> Match:
    """Whether the chain that was shown is one the records promise. Any of them suffices."""
    if not facts.chain:
        return Match(None, why="no certificate was kept")
    reasons: list[str] = []
    unsure = False
    for record in promise.force:
        if record.usage != TRUST_ANCHOR:
            if record.promises(_chosen(record, facts.chain[0])):
                return Match(True, record)
            continue
        told = _below(record, promise, facts)
        if told is None:
            return Match(True, record)
        # The record may hold the authority itself, which then need not be in the chain; we do not build that path.
        unsure = unsure or (record.matching == EXACT and not told)
        reasons += [told] if told else []
    if unsure:
        return Match(None, why="a record holds an authority that is not in the chain")
    return Match(False, why="; ".join(dict.fromkeys(reasons)))


def vouched_for(measurement: Measurement, host: str, facts: TlsFacts) -> bool:
    """True when the key itself is promised (DANE-EE): then names and dates mean nothing (RFC 7672 3.1.1)."""
    promise = promise_of(measurement, host)
    if promise is None or not promise.binding:
        return False
    record = verify(promise, facts).record
    return record is not None and record.usage == END_ENTITY


def _below(record: Tlsa, promise: Promise, facts: TlsFacts) -> str | None:
    """None when the leaf stands below the promised authority; else what is wrong, empty where that is not there."""
    places = [place for place, der in enumerate(facts.chain) if place and record.promises(_chosen(record, der))]
    if not places:
        return ""
    if not set(places) & set(facts.anchors):
        return f"the authority of {record} is in the chain, but does not vouch for the certificate now"
    if not any(matches(facts.names, name) for name in promise.names):
        return f"the authority of {record} vouches for the certificate, but that does not name {promise.host}"
    return None


def _chosen(record: Tlsa, der: bytes) -> bytes:
    return public_key_info(der) or b"" if record.selector == KEY else der
