"""Whether a domain lets an address send its mail: what RFC 7208 says of one client."""

from dataclasses import dataclass
from enum import StrEnum


class SpfResult(StrEnum):
    """The results of RFC 7208 2.6."""

    NONE = "none"  # the domain publishes no record
    NEUTRAL = "neutral"  # it says nothing about this client
    PASS = "pass"  # noqa: S105 - a result, not a secret
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"  # a look-up failed: nothing is known
    PERMERROR = "permerror"  # the record cannot be evaluated


class SpfCause(StrEnum):
    """Why a record could not be evaluated to its end."""

    SYNTAX = "syntax"
    SEVERAL = "several"  # more than one record (RFC 7208 4.5)
    LOOKUPS = "lookups"  # more than ten terms that ask the DNS (4.6.4)
    VOID = "void"  # more than two look-ups without an answer (4.6.4)
    MX_NAMES = "mx-names"  # more than ten mail hosts behind one mx term (4.6.4)
    ABSENT = "absent"  # include or redirect to a name without a record (5.2, 6.1)
    DNS = "dns"  # a look-up failed


@dataclass(frozen=True, slots=True)
class SpfMatch:
    """The term of the record of ``domain`` that matched."""

    domain: str
    term: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``check_host()`` for one client. ``record`` is the record of ``domain`` itself, as it was published, made
    printable.

    ``matched`` leads from that record to the term that decided: an ``include`` first, then the term in the included
    record; empty when nothing matched. ``cause`` and ``detail`` say why, for temperror and permerror. ``voids`` are the
    look-ups without an answer, ``lookups`` counts the terms that asked the DNS. ``explanation`` is what the domain
    wants refused senders to be told (6.2).
    """

    client: str
    domain: str
    result: SpfResult
    record: str | None = None
    matched: tuple[SpfMatch, ...] = ()
    cause: SpfCause | None = None
    detail: str | None = None
    voids: tuple[str, ...] = ()
    lookups: int = 0
    explanation: str | None = None
