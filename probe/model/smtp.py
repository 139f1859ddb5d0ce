"""What one conversation with one address showed. Times in seconds; texts from the network are already escaped."""

from dataclasses import dataclass
from datetime import datetime

from probe.model.network import Icmp
from probe.model.words import Failure, Family, Purpose, Stage


@dataclass(frozen=True, slots=True)
class Reply:
    """One SMTP reply (RFC 5321 4.2).

    ``lines`` are the texts after the code, without CRLF, escaped (``probe.grammar.text.escape``); ``enhanced`` is the
    RFC 3463 code when its class matches ``code``; ``raw`` is what came, empty where the engine cannot tell.
    ``facts`` are words for what was odd about it (``probe.smtp.replies.Fact``, ``probe.smtp.content.ContentFact``), and
    ``clipped`` when ``lines`` is only the beginning of what was said;
    ``first_line`` is when its first line was whole, in seconds since we began to wait; None where nobody could tell.
    """

    code: int
    lines: tuple[str, ...]
    enhanced: str | None = None
    raw: bytes = b""
    facts: tuple[str, ...] = ()
    first_line: float | None = None

    @property
    def text(self) -> str:
        """All lines as one, joined by a blank."""
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class Observation:
    """One step. ``started`` is seconds since the measurement's ``started``.

    Either ``reply`` (the server answered, whatever it said) or ``failure`` or both (a 5xx is a reply and a failure).
    ``tls`` is true when the step ran inside TLS. ``command`` is what was sent, without CRLF, escaped. ``grouped``: it
    was sent together with others, and ``started`` and ``elapsed`` count from when the whole group went out. ``delay``
    is how much of ``elapsed``, at most, was our own event loop being busy; 0.0 when that is nothing to speak of.
    """

    stage: Stage
    started: float
    elapsed: float
    reply: Reply | None = None
    failure: Failure | None = None
    detail: str | None = None
    command: str | None = None
    tls: bool = False
    icmp: Icmp | None = None
    grouped: bool = False
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript. ``who`` is ``C`` (we), ``S`` (the server) or ``*`` (a note of ours)."""

    at: float
    who: str
    text: str
    tls: bool = False


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """What the handshake showed. ``chain`` holds the peer's certificates as DER, leaf first, as the peer sent them.

    ``trusted`` is the PKIX verdict on the chain alone, ``reason`` OpenSSL's words when it is false. ``name_matches``:
    the leaf names the MX host (RFC 9525, no CN fallback); None where there was no name to match. ``anchors`` are the
    places in ``chain`` of the certificates that vouch for the leaf, were they trusted: signatures and dates are good.
    """

    version: str
    cipher: str
    trusted: bool | None = None
    reason: str | None = None
    name_matches: bool | None = None
    subject: str | None = None
    issuer: str | None = None
    names: tuple[str, ...] = ()
    not_before: datetime | None = None
    not_after: datetime | None = None
    sha256: str | None = None
    spki_sha256: str | None = None
    chain: tuple[bytes, ...] = ()
    anchors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TcpInfo:
    """What the kernel knows of the connection (Linux, TCP_INFO). ``rtt`` and ``rttvar`` in seconds, as the handshake of
    TCP alone gave them; ``snd_mss`` in octets; ``retransmits`` counts the segments sent again up to the end.

    ``own_mss`` is what we told the server to send us at most. The rest is how it stood at the end: ``last_mss`` as
    ``snd_mss``; ``received`` octets in one piece; ``unacked`` octets that we sent and nobody acknowledged; ``strays``
    the segments that came while an earlier one was missing.
    """

    rtt: float
    rttvar: float
    snd_mss: int
    retransmits: int
    own_mss: int | None = None
    last_mss: int | None = None
    received: int | None = None
    unacked: int | None = None
    strays: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation with one address. ``mx`` is the name used for SNI; ``names`` all MX names with this address.

    ``reached`` is the furthest stage attempted, ``failure`` the reason the conversation ended before its ``until``
    (None when it got there). ``source`` is our own address as the kernel chose it. ``steps`` in the order they ran; the
    EHLO after STARTTLS is a second step of stage ``ehlo`` with ``tls`` set.

    ``group`` are the verbs that went out together (``--pipelining auto``); ``group_fault`` says why that did not end as
    it should. Then the conversation was held again, one command at a time, and that one is the check.
    """

    mx: str
    names: tuple[str, ...]
    address: str
    port: int
    family: Family
    until: Stage
    reached: Stage
    started: float
    elapsed: float
    source: str | None = None
    failure: Failure | None = None
    purpose: Purpose = Purpose.CHECK
    helo: str | None = None
    steps: tuple[Observation, ...] = ()
    capabilities: tuple[str, ...] = ()
    capabilities_tls: tuple[str, ...] = ()
    client_echo: str | None = None
    tls: TlsFacts | None = None
    redirected: bool = False  # --connect-to: dialled elsewhere, so echo and path checks rest
    transcript: tuple[Line, ...] = ()
    tcp: TcpInfo | None = None  # where the system tells
    group: tuple[str, ...] = ()
    group_fault: str | None = None
    max_segment: int | None = None  # octets of a TCP segment, where we set a limit before connecting
    shared: bool = False  # held for another target of the same run, and counted there

    def step(self, stage: Stage) -> Observation | None:
        """The last step of ``stage`` outside TLS, else the last one inside; None when it was not attempted."""
        mine = [step for step in self.steps if step.stage is stage]
        plain = [step for step in mine if not step.tls]
        found = plain or mine
        return found[-1] if found else None

    @property
    def banner(self) -> Reply | None:
        """The greeting, if one came."""
        step = self.step(Stage.BANNER)
        return step.reply if step else None

    @property
    def completed(self) -> bool:
        """True when the conversation got to its ``until`` without a failure."""
        return self.failure is None and self.reached is self.until
