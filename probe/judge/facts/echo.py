"""Does the server see the address we really come from?

In: an address the server named as its client (in its EHLO reply or in a Received header) and the session it belongs to.
Out: ``Seen``, one word. Network address translation for IPv4 is normal and is not compared; for IPv6 it is a finding.
"""

from enum import StrEnum

from probe.address import classify, family_of
from probe.judge.facts.conversations import is_address
from probe.model.measurement import Measurement
from probe.model.smtp import Session
from probe.model.words import AddressClass, Family

_INNER = frozenset(
    {
        AddressClass.LOOPBACK,
        AddressClass.UNSPECIFIED,
        AddressClass.PRIVATE,
        AddressClass.SHARED,
        AddressClass.LINK_LOCAL,
        AddressClass.SITE_LOCAL,
        AddressClass.ULA,
        AddressClass.MAPPED,
        AddressClass.COMPATIBLE,
        AddressClass.NAT64,
    }
)


class Seen(StrEnum):
    """How the client address the server knows relates to ours."""

    SAME = "same"
    INNER = "inner"  # a gateway's own address: private, unique local, loopback, mapped
    OTHER_FAMILY = "other-family"
    OTHER = "other"  # another public address of the same family
    NOT_COMPARED = "not-compared"


def seen_as(measurement: Measurement, session: Session, address: str | None) -> Seen:
    """Compare what the server calls us with the source the kernel chose for ``session``."""
    if address is None or session.redirected or session.source is None:
        return Seen.NOT_COMPARED
    if not is_address(address) or not is_address(session.source):
        return Seen.NOT_COMPARED
    if address == session.source:
        return Seen.SAME
    if session.family is Family.IPV4 and (
        measurement.vantage_of(Family.IPV4).nat or _inner(measurement, session.source)
    ):
        return Seen.NOT_COMPARED
    if _inner(measurement, address) and not _inner(measurement, session.source):
        return Seen.INNER
    return Seen.OTHER if family_of(address) is session.family else Seen.OTHER_FAMILY


def _inner(measurement: Measurement, address: str) -> bool:
    return classify(address, measurement.settings.treat_global) in _INNER
