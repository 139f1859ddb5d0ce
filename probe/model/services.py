"""What a domain's people use beside port 25: submission and IMAP, as seen over each family. Texts are escaped."""

from dataclasses import dataclass
from enum import StrEnum

from probe.model.smtp import TlsFacts
from probe.model.words import Failure, Family


class Protocol(StrEnum):
    """A service, by the port it is known by."""

    SUBMISSION = "submission"  # 587, STARTTLS
    SUBMISSIONS = "submissions"  # 465, TLS from the start
    IMAPS = "imaps"  # 993, TLS from the start
    IMAP = "imap"  # 143, STARTTLS


@dataclass(frozen=True, slots=True)
class Service:
    """One service of one host. ``named`` is the SRV name that says so; None: it is the domain's own MX host."""

    protocol: Protocol
    host: str
    port: int
    named: str | None = None


@dataclass(frozen=True, slots=True)
class Knock:
    """One visit to one address of a service. ``greeting`` is the first line it said; ``tls`` what its handshake showed.

    ``failure`` is why the visit ended before both were seen; ``connected`` whether the TCP connection came about.
    Times in seconds, ``started`` since the measurement began.
    """

    service: Service
    address: str
    family: Family
    started: float
    elapsed: float
    connected: bool = False
    greeting: str | None = None
    tls: TlsFacts | None = None
    failure: Failure | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Services:
    """All visits of one run. ``left_out`` names addresses that were not visited, and why; ``finished``: all were."""

    knocks: tuple[Knock, ...] = ()
    left_out: tuple[str, ...] = ()
    finished: bool = True
