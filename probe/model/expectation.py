"""What an operator declares about a domain, and how that stands beside what was measured."""

from dataclasses import dataclass

from probe.model.words import Family, Verdict


@dataclass(frozen=True, slots=True)
class Declared:
    """The expectations for ``domain`` (None: for every target). What was not declared is None or empty.

    ``mx`` pairs each mail host with the families it is to serve. ``unmeasured`` are keys nothing here can measure.
    ``banner`` is the text of a pattern (``probe.grammar.pattern``); times in seconds.
    """

    domain: str | None = None
    mx: tuple[tuple[str, tuple[Family, ...]], ...] | None = None
    parity: str | None = None
    starttls: str | None = None
    cert: str | None = None
    dane: str | None = None
    mta_sts: str | None = None
    banner_max_s: float | None = None
    greylist: str | None = None
    owned: bool = False
    rcpt: str | None = None
    sender: str | None = None
    proof: tuple[str, ...] = ()
    deadline_s: float | None = None
    junk: str | None = None
    forbid_prefix: tuple[str, ...] = ()
    max_ttl: int | None = None
    require_ns_v6: bool = False
    unmeasured: tuple[str, ...] = ()
    banner: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """One expectation beside what was seen: ok it is met, critical it is not, unknown nobody can tell."""

    what: str
    verdict: Verdict
    family: Family | None
    subject: str
    expected: str
    actual: str
