"""The effective settings that shaped a measurement: plain data, saved with it."""

from dataclasses import dataclass, field
from enum import StrEnum

from probe.model.words import Family, Purpose, Stage


class TargetKind(StrEnum):
    """How a target was written (interface: Targets)."""

    DOMAIN = "domain"  # example.com: MX look-up
    MAILBOX = "mailbox"  # user@example.com: the same, and a message
    HOST = "host"  # [mx1.example.com]: no MX look-up
    ADDRESS = "address"  # [2001:db8::25]: no look-up at all
    CONFIGURATION = "configuration"  # what a mail server is told to do; no host is visited


class Pipelining(StrEnum):
    """Whether commands travel together where the server offers that (RFC 2920)."""

    NEVER = "never"  # each stage waits for the reply of the one before it
    AUTO = "auto"  # those of the envelope in one group, where the current EHLO reply offered PIPELINING


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be probed. ``text`` is what the user wrote; ``name`` the A-label domain or host, or the RFC 5952
    address; ``recipient`` the full mailbox (domain part as A-label) when one was named; ``port`` when one was written.
    """

    text: str
    kind: TargetKind
    name: str
    recipient: str | None = None
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds for each step (the patient ones: RFC 5321 4.5.3.2). ``deadline`` is for the whole run; None: no limit."""

    connect: float = 15.0
    banner: float = 45.0
    reply: float = 30.0
    final_dot: float = 120.0
    dns: float = 5.0
    quit: float = 5.0
    arrival: float = 60.0
    deadline: float | None = 90.0


ENGINE = "native"
"""Who speaks SMTP when nobody else was named."""

QUICK = Timeouts()
PATIENT = Timeouts(connect=60.0, banner=300.0, reply=300.0, final_dot=600.0, dns=15.0, arrival=600.0, deadline=None)


@dataclass(frozen=True, slots=True)
class Redirect:
    """``--connect-to HOST:PORT:ADDR:PORT``: dial ``address``/``to_port`` where ``host``/``port`` was meant."""

    host: str
    port: int
    address: str
    to_port: int


@dataclass(frozen=True, slots=True)
class Record:
    """One assumed DNS RRset: ``name`` and ``rrtype`` answered with ``records`` (empty: NODATA)."""

    name: str
    rrtype: str
    records: tuple[str, ...]
    ttl: int | None = None
    option: bool = False  # from --mx, --resolve, --server; else from --overlay


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that shapes a measurement. Defaults are ``probe6 example.com``'s.

    ``until`` is the last stage wanted; ``sender`` ``""`` is the null reverse-path ``<>``; ``helo`` None means: one name
    that resolves to both our sources, else the address literal of the source. ``proofs`` are ``--proof`` words. ``via``
    is the URL of the submission server that is given the message in place of the MX hosts; no password is ever in it.
    ``plain`` leaves out what is asked beside the conversations; ``services`` adds submission and IMAP to it.
    ``dkim_selector`` and ``dkim_domain`` say who signs the message; where the key lies is nobody's business.
    ``sender6`` and ``sender4`` are the addresses the domain sends from, ``dnsbl`` the lists that are asked about them.
    ``named`` is false where the target comes from a list: then a mailbox that was unknown lately is not asked for.
    ``root_hints`` are addresses of root servers in place of the Internet's.
    ``trials`` are tests that take the owner's leave, as the purposes of their conversations; ``owned``: the user says
    that the domain is his own; ``relay_to`` is a mailbox of his elsewhere; ``trusted_source``: the servers know us.
    """

    families: tuple[Family, ...] = (Family.IPV6, Family.IPV4)
    until: Stage = Stage.RCPT
    sender: str = ""
    recipient: str | None = None
    helo: str | None = None
    port: int = 25
    server: str | None = None
    overlay: tuple[Record, ...] = ()
    nameservers: tuple[tuple[str, int], ...] = ()
    redirects: tuple[Redirect, ...] = ()
    source6: str | None = None
    source4: str | None = None
    treat_global: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    timeouts: Timeouts = field(default_factory=Timeouts)
    greylist: float = 0.0
    pause: float = 1.0
    max_addresses: int = 8
    every_address: bool = False
    engine: str = ENGINE
    ca_file: str | None = None
    trust_ad: bool = False
    contact: str | None = None
    seed: int | None = None
    via: str | None = None
    plain: bool = False
    services: bool = False
    named: bool = True
    dkim_selector: str | None = None
    dkim_domain: str | None = None
    pipelining: Pipelining = Pipelining.NEVER
    root_hints: tuple[str, ...] = ()
    sender6: tuple[str, ...] = ()
    sender4: tuple[str, ...] = ()
    dnsbl: tuple[str, ...] = ()
    trials: tuple[Purpose, ...] = ()
    owned: bool = False
    relay_to: str | None = None
    trusted_source: bool = False

    def source(self, family: Family) -> str | None:
        """The address to bind for ``family``, if one was given."""
        return self.source6 if family is Family.IPV6 else self.source4
