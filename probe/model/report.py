"""The one thing ``judge`` hands on: the measurement with its findings, comparisons and verdict."""

from dataclasses import dataclass, field

from probe.model.change import Changes
from probe.model.delivery import Hop
from probe.model.expectation import Held
from probe.model.judging import Change as Change  # noqa: PLC0414 -- a part of this theme
from probe.model.judging import JudgeOptions as JudgeOptions  # noqa: PLC0414 -- a part of this theme
from probe.model.judging import Limits as Limits  # noqa: PLC0414 -- a part of this theme
from probe.model.judging import Range as Range  # noqa: PLC0414 -- a part of this theme
from probe.model.judging import Turn as Turn  # noqa: PLC0414 -- a part of this theme
from probe.model.measurement import Measurement
from probe.model.memory import Greeted
from probe.model.spf import Evaluation
from probe.model.words import Family, Parity, Port25, Sameness, Stage, Verdict

SCHEMA = "probe6.report/1"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth saying. ``sentence`` is for a person who does not know the RFC; ``evidence`` as seen on the wire;
    ``fix`` a command or a record to publish. ``family`` None: every address of both families shows it.
    """

    code: str
    verdict: Verdict
    family: Family | None
    subject: str
    sentence: str
    evidence: tuple[str, ...] = ()
    fix: str | None = None
    see: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which the families of a host differ, normalised. ``note`` is true when it alone means nothing."""

    stage: Stage
    what: str
    ipv6: str
    ipv4: str
    note: bool = False


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing by which machines are known: ``what`` it is, as each family showed it, and whether that is ``same``."""

    what: str
    ipv6: str
    ipv4: str
    same: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """Whether one machine answers on both families of a host, and the signs of it."""

    word: Sameness
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The two families of one MX host, side by side. ``differences`` in stage order; the first that is not a note is
    where they part (``first_divergence``). ``identity`` is None where nothing can be said of the machines.
    """

    host: str
    parity: Parity
    first_divergence: Stage | None = None
    differences: tuple[Difference, ...] = ()
    identity: Identity | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """An address as a sending server meets it: ``ended`` is why it does not take the message (None: it does), and
    ``seconds`` what that costs before the next is tried; None where that is not known.
    """

    host: str
    address: str
    family: Family
    ended: str | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Sender:
    """What one kind of sending server does with the published addresses. ``tries`` are those it may come to.

    ``delivers`` is None when it cannot be told. ``seconds`` are lost on the way on average, ``worst`` at the most.
    """

    name: str
    tries: tuple[Try, ...] = ()
    delivers: bool | None = None
    seconds: float | None = None
    worst: float | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """One service of a configuration in one family: where it is to listen, where something does listen, and the
    addresses that the DNS publishes for it. None: not looked at. ``all`` stands for every address of the machine.
    """

    service: str
    port: int
    family: Family
    effective: tuple[str, ...]
    listening: tuple[str, ...] | None = None
    published: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One address the domain sends from, as receivers see it. ``named``: the user said so; else it is an MX host's.

    ``spf`` is None where time ran out, ``listed`` are the lists it stands on, ``helo`` the name it is likely to give.
    """

    address: str
    family: Family
    named: bool
    host: str | None
    spf: Evaluation | None
    ptr: tuple[str, ...] = ()
    fcrdns: bool | None = None
    helo: str | None = None
    listed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outbox:
    """The domain as a sender. ``record`` is its SPF record; ``dmarc`` what its DMARC record (at ``dmarc_at``) asks for,
    None where it has none.
    """

    domain: str
    record: str | None
    senders: tuple[Outgoing, ...] = ()
    dmarc: str | None = None
    dmarc_at: str | None = None


@dataclass(frozen=True, slots=True)
class Manual:
    """What a check says of itself: its docstring, taken apart. ``codes`` pairs each code with what it means."""

    check: str
    title: str
    why: str
    codes: tuple[tuple[str, str], ...]
    fix: str
    see: str


@dataclass(frozen=True, slots=True)
class Report:
    """A judged measurement. ``findings`` worst first; ``port25`` says per family whether port 25 is proven to get out,
    ``port25_by`` which greeting of an earlier run proves it where this one has none; ``receiving`` pairs a message's
    token with the Received header that the tested host wrote for it, where it could be told from the others;
    ``outbox`` is the domain as a sender, None where nobody asked.
    ``results`` pairs a token with what that host wrote about its checks: SPF and the like, by method; ``manuals`` are
    those of the checks that spoke, ``checks`` the names of all that ran; ``senders`` what sending servers meet;
    ``openings`` are what a configuration opens; ``changes`` what is different from the baseline, None without one;
    ``expectations`` how each of what was declared stands.
    """

    measurement: Measurement
    verdict: Verdict
    parity: Parity
    summary: str
    comparisons: tuple[Comparison, ...] = ()
    findings: tuple[Finding, ...] = ()
    port25: tuple[tuple[Family, Port25], ...] = ()
    receiving: tuple[tuple[str, Hop], ...] = ()
    manuals: tuple[Manual, ...] = field(default=())
    senders: tuple[Sender, ...] = ()
    results: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    outbox: Outbox | None = None
    port25_by: tuple[tuple[Family, Greeted], ...] = ()
    openings: tuple[Opening, ...] = ()
    checks: tuple[str, ...] = ()
    changes: Changes | None = None
    expectations: tuple[Held, ...] = ()
