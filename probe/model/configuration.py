"""What a mail server is told to do, beside what its machine does and the DNS says: a measurement's ``configuration``.

Everything is as it was found; what is to be thought of it is for ``judge``. A part that was not looked at is None, one
that was looked at and is empty is empty.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from probe.model.postfix import Problem
from probe.model.words import Family, Outcome


class Mta(StrEnum):
    """The mail servers whose configuration can be read; each word is one of ``probe6 audit``."""

    POSTFIX = "postfix"
    EXIM = "exim"
    OPENSMTPD = "opensmtpd"
    SENDMAIL = "sendmail"


class Learned(StrEnum):
    """How the settings were learned."""

    ASKED = "asked"  # the server's own program said so: postconf, exim -bP
    READ = "read"  # we read the files ourselves
    GIVEN = "given"  # standard input


@dataclass(frozen=True, slots=True)
class Setting:
    """One parameter. ``value`` is the effective one, ``raw`` as it was written; ``origin`` says what set it:
    ``main.cf:12``, ``master.cf:30`` for a service's own, or ``default``.
    """

    name: str
    value: str
    raw: str = ""
    origin: str = "default"
    explicit: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """One line of master.cf(5). ``name`` is its first field; ``type`` inet or unix; ``settings`` are its ``-o``."""

    name: str
    type: str
    command: str
    origin: str
    settings: tuple[Setting, ...] = ()
    chroot: bool = False

    def own(self, name: str) -> Setting | None:
        """What the service itself says of a parameter; the last word counts."""
        return next((item for item in reversed(self.settings) if item.name == name), None)


@dataclass(frozen=True, slots=True)
class Binding:
    """Where the configuration says one service listens in one family. ``addresses`` are RFC 5952; ``::`` and
    ``0.0.0.0`` mean all of them. ``unknown`` are names whose addresses nobody could tell.
    """

    service: str
    port: int
    family: Family
    addresses: tuple[str, ...]
    origin: str
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A service that sends mail out. ``families`` it may use; ``origin`` is what says so."""

    service: str
    families: tuple[Family, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class Listener:
    """A listening TCP socket, as the kernel tells. ``process`` and ``pid`` are None where we may not know."""

    address: str
    port: int
    family: Family
    process: str | None = None
    pid: int | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What the DNS says of a name and a family. ``role`` tells why it was asked for: ``myhostname``, ``mx``,
    ``relayhost``, ``interface``.
    """

    name: str
    role: str
    family: Family
    outcome: Outcome
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prefix:
    """An address of an interface with the length of the prefix it stands in."""

    device: str
    address: str
    length: int
    family: Family


@dataclass(frozen=True, slots=True)
class Source:
    """The address the machine would send from, and what the DNS says of it. ``because`` is what chose it: the name of
    a parameter, or ``routing``. ``fcrdns`` is None when nothing is known.
    """

    family: Family
    address: str
    because: str
    ptr: tuple[str, ...] = ()
    fcrdns: bool | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file of the configuration and when it was changed last."""

    path: str
    changed: datetime


@dataclass(frozen=True, slots=True)
class Copy:
    """A file of /etc and its copy inside the queue directory. ``original`` and ``copied`` are the lines that matter;
    ``copied`` is None where there is no copy.
    """

    path: str
    copy: str
    original: tuple[str, ...]
    copied: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Forward:
    """A docker-proxy process: what reaches ``address`` and ``port`` goes on to ``container``."""

    address: str
    port: int
    container: str


@dataclass(frozen=True, slots=True)
class Machine:
    """What the machine that runs the server showed. ``started`` is when its main process was; ``pid`` None: not
    running. ``kernel`` pairs a path below /proc/sys/net/ipv6 with its value; ``ipv6`` is false where the kernel has no
    IPv6 at all. ``gateways`` are the next hops of the default routes; ``container`` is true inside a container.
    ``localhost`` are the addresses /etc/hosts gives that name.
    """

    listeners: tuple[Listener, ...] = ()
    prefixes: tuple[Prefix, ...] = ()
    kernel: tuple[tuple[str, str], ...] = ()
    ipv6: bool = True
    pid: int | None = None
    started: datetime | None = None
    files: tuple[File, ...] = ()
    copies: tuple[Copy, ...] = ()
    localhost: tuple[str, ...] = ()
    forwards: tuple[Forward, ...] = ()
    gateways: tuple[str, ...] = ()
    container: bool = False
    dovecot: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True)
class Configuration:
    """What ``probe6 audit`` learned. ``place`` is the directory or file; ``machine`` is None when the configuration is
    not that of a server of this machine, and ``apart`` says why. ``problems`` are what could not be understood,
    each with its place. ``tables`` pairs a table the settings name with its lines, where it could be read.
    ``lan`` are the networks the operator declares as his own.
    """

    mta: Mta
    place: str
    learned: Learned
    version: str | None = None
    settings: tuple[Setting, ...] = ()
    services: tuple[Service, ...] = ()
    bindings: tuple[Binding, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()
    problems: tuple[Problem, ...] = ()
    tables: tuple[tuple[str, tuple[str, ...]], ...] = ()
    instances: tuple[str, ...] = ()
    machine: Machine | None = None
    apart: str | None = None
    published: tuple[Published, ...] | None = None
    sources: tuple[Source, ...] = field(default=())
    spf: tuple[str, str] | None = None
    lan: tuple[str, ...] = ()

    def setting(self, name: str) -> Setting | None:
        """A parameter of the whole server; None where nothing is known of it."""
        return next((item for item in self.settings if item.name == name), None)

    def value(self, name: str, otherwise: str = "") -> str:
        """The effective value of a parameter."""
        found = self.setting(name)
        return otherwise if found is None else found.value
