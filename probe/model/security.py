"""What DNSSEC says of a record set (RFC 4035 4.3)."""

from dataclasses import dataclass
from enum import StrEnum

from probe.model.words import Outcome


class Security(StrEnum):
    """The state of a record set, as far as our resolver shows it."""

    SECURE = "secure"  # validated, and we believe who says so
    INSECURE = "insecure"  # not signed
    BOGUS = "bogus"  # the resolver refuses it, and hands it out when told not to check
    INDETERMINATE = "indeterminate"  # signed and not validated for us, or the look-up failed either way


@dataclass(frozen=True, slots=True)
class Secured:
    """One record set. ``checked`` is how the look-up ended as usual, ``unchecked`` with CD set (RFC 4035 3.2.2; None:
    not asked). ``detail`` is what the server said of it, with its extended errors (RFC 8914).
    """

    name: str
    rrtype: str
    security: Security
    checked: Outcome
    unchecked: Outcome | None = None
    signed: bool = False
    detail: str | None = None
