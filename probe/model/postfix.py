"""What stands in a Postfix configuration: settings, services and what is wrong there. Texts are raw, not escaped."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assignment:
    """One ``name = value`` as written: the value is folded into one line and not expanded."""

    name: str
    value: str
    file: str
    line: int  # of the first line of the logical line, from 1


@dataclass(frozen=True, slots=True)
class Service:
    """One line of master.cf. A field that says ``-`` is kept so: what it means depends on ``compatibility_level``."""

    name: str  # what it listens on for an ``inet`` service: ``smtp``, ``127.0.0.1:10025``, ``[::1]:25``
    type: str  # inet, unix, unix-dgram, fifo or pass
    private: str
    unprivileged: str
    chroot: str
    wakeup: str
    limit: str
    command: str
    arguments: tuple[str, ...]  # all of them, ``-o`` and its ``name=value`` as two words, braces taken off
    options: tuple[Assignment, ...]  # what the ``-o`` arguments say, in order
    file: str
    line: int

    @property
    def title(self) -> str:
        """The two words that name a service, as ``postconf -M`` takes them."""
        return f"{self.name} {self.type}"


@dataclass(frozen=True, slots=True)
class Problem:
    """What Postfix would complain of."""

    place: str  # ``main.cf:12``, or the name of a parameter
    sentence: str
    fatal: bool  # Postfix refuses to run with it; otherwise it logs a warning and goes on, or says nothing at all


@dataclass(frozen=True, slots=True)
class MainFile:
    """main.cf: every assignment in the order of the file; of two for one name the later counts."""

    assignments: tuple[Assignment, ...]
    problems: tuple[Problem, ...]
    file: str


@dataclass(frozen=True, slots=True)
class MasterFile:
    """master.cf: every service in the order of the file."""

    services: tuple[Service, ...]
    problems: tuple[Problem, ...]
    file: str


@dataclass(frozen=True, slots=True)
class Host:
    """What a default depends on and no file says."""

    hostname: str  # as gethostname(2) gives it
    interfaces: tuple[str, ...] = ()  # address and prefix length of each, in the kernel's order: ``192.0.2.1/24``
