"""One scenario: what a small internet looks like, and what a probe of it must find. Data, nothing runs here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from probe.lab.faults import Behaviour, DnsFault, Mail, Promise, Server
from probe.lab.zones import (
    ELSEWHERE,
    HOME,
    MX4,
    MX6,
    NAMESERVER,
    OURSELVES,
    OWN4,
    OWN6,
    REFERENCE,
    REFERENCE4,
    REFERENCE6,
)
from probe.model.memory import Memory
from probe.model.settings import Pipelining
from probe.model.words import Family, Parity, Purpose, Verdict

Found = frozenset[tuple[str, Family | None]]
"""Finding codes with the family they blame; None: a host or the target as a whole."""

V6, V4 = Family.IPV6, Family.IPV4
PARITY: tuple[str, Family | None] = ("parity-verdict", None)


@dataclass(frozen=True, slots=True)
class Host:
    """What stands at one address. ``delay``: how long a connection to it takes, in seconds."""

    address: str
    behaviour: Behaviour = field(default_factory=Mail)
    delay: float = 0.0
    port: int = 25


BYSTANDERS = (
    Host(REFERENCE6, Mail(names=(REFERENCE,), mailboxes=())),
    Host(REFERENCE4, Mail(names=(REFERENCE,), mailboxes=())),
)
"""Mail hosts of another network, there in every scenario."""


def pair(ipv6: Behaviour | None = None, ipv4: Behaviour | None = None) -> tuple[Host, ...]:
    """The two addresses of mx1.example.com; a family not spoken of is healthy."""
    return (Host(MX6, ipv6 or Mail()), Host(MX4, ipv4 or Mail()))


@dataclass(frozen=True, slots=True)
class Scenario:
    """A world and its expectations.

    ``zone`` is the part of the zone text that is the target's; ``own`` are our own addresses, ``ourselves`` our own
    names; ``servers`` what name servers do otherwise, by address; ``temporary`` makes our IPv6 address short-lived.
    ``findings`` are exactly those above ok, ``notes`` codes that must be among the ok ones. A target with an ``@`` is
    sent a message over each family. ``greylist`` and ``deadline`` are settings, in seconds. ``via`` is the submission
    server the message goes through, ``secret`` the password for it. ``sender`` is the envelope's; its mailbox is the
    recipient's too. ``sender6`` and ``sender4`` are said to send the domain's mail, ``dnsbl`` are lists to ask.
    ``promises`` are TLSA records, of certificates that are made when the world starts. ``signed`` are the zones whose
    answers the name server authenticates, and with ``trusted`` the probe believes it. ``memory`` is what earlier runs
    left, given the time of this one. ``pipelining``, ``services`` and ``every_address`` are settings too.
    ``trials`` are tests for which the owner gave leave, ``relay_to`` the mailbox elsewhere that is asked for in one.
    ``proofs`` are where messages are looked for: the Maildir of this world, and its mail log (``log``).
    """

    name: str
    title: str
    parity: Parity = Parity.EQUAL
    verdict: Verdict = Verdict.OK
    findings: Found = frozenset()
    notes: frozenset[str] = frozenset()
    target: str = "example.com"
    zone: str = HOME
    hosts: tuple[Host, ...] = field(default_factory=pair)
    dns: Mapping[tuple[str, str], DnsFault] = field(default_factory=dict)
    servers: Mapping[str, Server] = field(default_factory=dict)
    dns64: str | None = None
    promises: tuple[Promise, ...] = ()
    signed: tuple[str, ...] = ()
    trusted: bool = False
    nameservers: tuple[str, ...] = (NAMESERVER,)
    ourselves: str = OURSELVES
    own: tuple[str, ...] = (OWN6, OWN4)
    temporary: bool = False
    families: tuple[Family, ...] = (V6, V4)
    references: tuple[str, ...] = (REFERENCE,)
    greylist: float = 0.0
    deadline: float = 6.0
    via: str | None = None
    secret: str | None = None
    sender: str = ""
    sender6: tuple[str, ...] = ()
    sender4: tuple[str, ...] = ()
    dnsbl: tuple[str, ...] = ()
    memory: Callable[[datetime], Memory] = lambda _now: Memory()
    pipelining: Pipelining = Pipelining.NEVER
    services: bool = False
    proofs: tuple[str, ...] = ("maildir",)
    every_address: bool = False
    trials: tuple[Purpose, ...] = ()
    relay_to: str = "tester@example.net"
    trusted_source: bool = False

    @property
    def message(self) -> bool:
        """True when a mailbox is named, which is the consent to send to it."""
        return "@" in self.target

    @property
    def zone_text(self) -> str:
        """All that can be looked up in this world."""
        return ELSEWHERE + self.ourselves + self.zone
