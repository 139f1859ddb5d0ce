"""What can go wrong in the lab, as values that a scenario is written with.

Three layers: ``DnsFault`` (a look-up), ``PathFault`` (the way to an address) and what stands there: ``Mail``, a server
that speaks SMTP correctly and may have a policy, or ``Wire``, one that breaks the rules below the verbs. Seconds
throughout. ``Mail`` and ``Wire`` share a banner, capabilities and certificates, so that only the fault shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

SOFTWARE = "ESMTP Postfix"
CAPABILITIES = ("PIPELINING", "SIZE 10240000", "STARTTLS", "ENHANCEDSTATUSCODES", "8BITMIME")
"""What a healthy lab server says to EHLO; ``STARTTLS`` is left out inside TLS and where there is no certificate."""


class DnsFault(StrEnum):
    """How a look-up of one name and type goes wrong."""

    SERVFAIL = "servfail"
    REFUSED = "refused"
    NXDOMAIN = "nxdomain"  # for one type only, while another type of the name is answered (RFC 4074 4.2)
    TIMEOUT = "timeout"  # no answer at all
    TRUNCATED = "truncated"  # over UDP nothing but TC; over TCP the answer (RFC 7766)
    FORMERR = "formerr"  # a server from before EDNS: FORMERR for a query with an OPT record (RFC 6891 7)
    BOGUS = "bogus"  # SERVFAIL with the extended error "DNSSEC Bogus" (RFC 8914 4.7)


@dataclass(frozen=True, slots=True)
class Server:
    """What a name server does otherwise at one of its addresses.

    ``dead``: nothing answers. ``tcp``: whether it answers over TCP. ``lame``: it knows no zone and refuses (RFC 1912
    2.8). ``drops_edns``: no answer to EDNS. ``dns`` are faults by name and type, ``records`` what
    it has in place of others of their name and type, a line each, and ``lacks`` record sets it does not have.
    """

    dead: bool = False
    tcp: bool = True
    lame: bool = False
    drops_edns: bool = False
    dns: Mapping[tuple[str, str], DnsFault] = field(default_factory=dict)
    records: str = ""
    lacks: tuple[tuple[str, str], ...] = ()


class PathFault(StrEnum):
    """Why a connection to one address does not come about."""

    REFUSED = "refused"  # RST to the SYN
    BLACKHOLE = "blackhole"  # the SYN is dropped
    UNREACHABLE = "unreachable"  # a router: no such host (ICMPv6 1/3, ICMP 3/1)
    PROHIBITED = "prohibited"  # a router: administratively prohibited (ICMPv6 1/1, ICMP 3/13)
    NO_ROUTE = "no-route"  # this machine knows no way to the address


class Certificate(StrEnum):
    """Which certificate a server shows. One of a kind and name is the same certificate wherever it is shown."""

    GOOD = "good"
    OTHER = "other"  # the right name and issuer, another key: renewed on one machine only
    WRONG_NAME = "wrong-name"
    EXPIRED = "expired"
    EXPIRING = "expiring"  # in ten days
    SELF_SIGNED = "self-signed"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a message ends, in the words of Postfix's log: the service that had it last, its relay, code and status."""

    service: str
    relay: str
    dsn: str
    status: str


STORED = Ending("virtual", "virtual", "2.0.0", "sent (delivered to maildir)")


@dataclass(frozen=True, slots=True)
class Mail:
    """A server that keeps to the protocol, and its policy.

    ``names`` greet in turn, one a connection (a pool behind one address). ``echo``: EHLO is answered as Exim does it,
    with the client's name and address. ``seen_as`` is the client's address as a proxy in front leaves it. Without
    ``tls13`` TLS ends at 1.2. ``refusal`` answers every RCPT. ``greylist`` is how long a first contact is put off, in
    seconds that really pass. ``copies`` of 0: accepted and never delivered. ``delay``: from the reply to the final dot
    to the mailbox. ``folder`` is the mailbox's folder it goes to. ``bounce``: it is accepted, and its sender is told
    that it failed, with these words. ``answers``: the mailbox tells the sender that nobody is there. ``heard_as`` and
    ``in_clear`` are what a proxy that speaks SMTP itself makes of EHLO and of TLS in the trace header; ``results``
    stand above that header as Authentication-Results, ``beneath`` are header lines below it, and ``footer`` is what a
    filter puts under the text. ``login`` is the user and
    password that AUTH takes inside TLS. ``relays_for`` are the clients whose mail it takes without a login (Postfix:
    mynetworks); None: everybody's, as the mailboxes are its own. ``logs``: it writes the mail log of this world,
    ``log_delay`` seconds late; ``ending`` is how a message ends there. ``whole_chain``: the authority's own certificate
    is sent too, as DANE-TA wants it. ``virtual`` are further names it has a certificate for, shown to who asks by them.
    ``relays``: mailboxes of domains that are none of its own are accepted from anybody; ``elsewhere`` is what is said
    to them otherwise. ``catches_all``: any mailbox of its own domains is.
    """

    names: tuple[str, ...] = ("mx1.example.com",)
    software: str = SOFTWARE
    capabilities: tuple[str, ...] = CAPABILITIES
    certificate: Certificate | None = Certificate.GOOD
    tls13: bool = True
    mailboxes: tuple[str, ...] = ("user@example.com", "postmaster@example.com")
    echo: bool = False
    seen_as: str | None = None
    wants_ptr: bool = False
    refusal: str | None = None
    greylist: float = 0.0
    copies: int = 1
    delay: float = 0.0
    folder: str = ""
    bounce: str | None = None
    answers: bool = False
    heard_as: str | None = None
    in_clear: bool = False
    results: str | None = None
    beneath: str = ""
    footer: str = ""
    login: tuple[str, str] | None = None
    relays_for: tuple[str, ...] | None = None
    logs: bool = True
    log_delay: float = 0.0
    ending: Ending = STORED
    whole_chain: bool = False
    virtual: tuple[str, ...] = ()
    relays: bool = False
    elsewhere: str = "554 5.7.1 Relay access denied"
    catches_all: bool = False


class Step(StrEnum):
    """Where in a conversation a ``Wire`` server's acts stand; ``DOT`` is after the message's final dot."""

    BANNER = "banner"
    EHLO = "ehlo"
    HELO = "helo"
    STARTTLS = "starttls"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"
    RSET = "rset"
    NOOP = "noop"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Say:
    """These bytes; all at once, or one at a time with ``every`` seconds between two."""

    data: bytes
    every: float = 0.0


READY = Say(b"220 Ready to start TLS\r\n")
"""The reply to STARTTLS, in aiosmtpd's words."""


@dataclass(frozen=True, slots=True)
class Endless:
    """These bytes again and again, as long as the client takes them."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Wait:
    """Silence for a time."""

    seconds: float


class End(StrEnum):
    """How an act ends the conversation."""

    CLOSE = "close"  # FIN
    RESET = "reset"  # RST
    MUTE = "mute"  # not a word more; the connection stays until the client leaves
    HANDSHAKE = "handshake"  # the TLS handshake, then the conversation goes on inside it


class Grouped(StrEnum):
    """What a server that offers PIPELINING does all the same when commands come in one segment."""

    LOSES_REST = "loses-rest"  # only the first of them is read
    LOSES_SECOND = "loses-second"  # the second of them never gets through
    CLOSES = "closes"  # the first is answered, then FIN
    REFUSES = "refuses"  # the first is answered, each of the others is an error


Act = Say | Endless | Wait | End


@dataclass(frozen=True, slots=True)
class Wire:
    """A server that plays ``acts`` where they stand and answers every other step as a healthy one would.

    It accepts any recipient and keeps no message. ``name``, ``capabilities`` and ``certificate`` are as in ``Mail``.
    ``grouped`` is what it does wrong with commands that come together. ``loses_large``: what it says in more than one
    small segment never arrives, unless the client takes small segments only: a path MTU black hole, as far as that can
    be played without a router. ``keeps_plaintext``: what came in the clear behind STARTTLS is obeyed inside TLS.
    ``ends`` are octets that end a message beside the right ones.
    """

    acts: Mapping[Step, tuple[Act, ...]] = field(default_factory=dict)
    name: str = "mx1.example.com"
    capabilities: tuple[str, ...] = CAPABILITIES
    certificate: Certificate | None = Certificate.GOOD
    grouped: Grouped | None = None
    loses_large: bool = False
    keeps_plaintext: bool = False
    ends: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Web:
    """A web server over TLS that gives the same answer to everybody, and hangs up: a policy host of MTA-STS."""

    body: bytes = b""
    status: int = 200
    media_type: str = "text/plain; charset=utf-8"
    location: str | None = None
    name: str = "mta-sts.example.com"
    certificate: Certificate = Certificate.GOOD


@dataclass(frozen=True, slots=True)
class Promise:
    """A TLSA record for port 25 of ``host``: of the certificate of that kind, or of the lab's authority (None).

    ``data`` in hexadecimal digits stands in its place where it is given.
    """

    usage: int = 3
    selector: int = 1
    matching: int = 1
    certificate: Certificate | None = Certificate.GOOD
    host: str = "mx1.example.com"
    data: str | None = None


Behaviour = Mail | Wire | Web | PathFault


def ehlo_lines(capabilities: tuple[str, ...], greeting: str, *, starttls: bool) -> tuple[str, ...]:
    """The lines of an EHLO reply, with their codes and without CRLF (RFC 5321 4.1.1.1)."""
    texts = [greeting, *(text for text in capabilities if starttls or text != "STARTTLS")]
    return (*(f"250-{text}" for text in texts[:-1]), f"250 {texts[-1]}")
