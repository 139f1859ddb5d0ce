"""The closed word lists. Released words never change meaning; lists only grow."""

from enum import StrEnum


class Family(StrEnum):
    """An address family."""

    IPV6 = "ipv6"
    IPV4 = "ipv4"

    @property
    def label(self) -> str:
        """The family as people write it: ``IPv6`` or ``IPv4``."""
        return "IPv6" if self is Family.IPV6 else "IPv4"

    @property
    def other(self) -> "Family":
        """The family this one is compared with."""
        return Family.IPV4 if self is Family.IPV6 else Family.IPV6


class Stage(StrEnum):
    """A stage of the way to the mailbox, in the order it is walked."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    BANNER = "banner"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DELIVERY = "delivery"

    @property
    def rank(self) -> int:
        """Position on the way: ``RESOLVE`` is 0."""
        return list(Stage).index(self)


class Failure(StrEnum):
    """Why a step did not succeed. One word per cause."""

    NXDOMAIN = "nxdomain"  # the name does not exist
    NO_DATA = "no-data"  # the name exists, the type does not
    SERVFAIL = "servfail"  # the look-up failed or timed out: nothing is known
    REFUSED_QUERY = "refused-query"  # the name server refused to answer
    BOGUS = "bogus"  # DNSSEC validation failed
    NO_ADDRESS = "no-address"  # the host has no address of this family
    NOT_GLOBAL = "not-global"  # the address is not global unicast; reported, not dialled
    NO_ROUTE = "no-route"  # this machine has no route or no source address for the family
    UNREACHABLE = "unreachable"  # ICMP said no route or no such host
    PROHIBITED = "prohibited"  # ICMP said administratively prohibited
    REFUSED = "refused"  # RST to our SYN
    TIMEOUT = "timeout"  # no answer within the step's time
    RESET = "reset"  # RST on an open connection
    CLOSED = "closed"  # FIN before the reply was whole
    REJECTED = "rejected"  # a 5xx reply
    DEFERRED = "deferred"  # a 4xx reply
    NOT_OFFERED = "not-offered"  # the extension was not in the EHLO reply
    PROTOCOL = "protocol"  # what came was not an SMTP reply
    TOO_LONG = "too-long"  # a line or reply beyond our limits
    TLS_HANDSHAKE = "tls-handshake"  # the TLS handshake failed
    TLS_CERTIFICATE = "tls-certificate"  # the certificate was not accepted where it had to be
    DEADLINE = "deadline"  # the run's own deadline came first
    NOT_TRIED = "not-tried"  # we chose not to: courtesy, limits or an option
    NOT_ARRIVED = "not-arrived"  # accepted, but not found within the time


class Verdict(StrEnum):
    """What a finding or a report says; the exit status follows it."""

    OK = "ok"
    UNKNOWN = "unknown"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """How bad: ok 0, unknown 1, warning 2, critical 3. The worst wins."""
        return list(Verdict).index(self)

    @property
    def exit_status(self) -> int:
        """The process exit status (the Nagios convention)."""
        return {"ok": 0, "warning": 1, "critical": 2, "unknown": 3}[self.value]


class Parity(StrEnum):
    """IPv6 beside IPv4, in one word."""

    EQUAL = "equal"
    DIFFERS = "differs"
    IPV6_BROKEN = "ipv6-broken"
    IPV4_BROKEN = "ipv4-broken"
    BOTH_BROKEN = "both-broken"
    IPV6_ABSENT = "ipv6-absent"
    IPV4_ABSENT = "ipv4-absent"
    NO_MAIL = "no-mail"
    UNTESTABLE = "untestable"


class Sameness(StrEnum):
    """Whether one machine answers on both families, as far as anybody can tell from outside."""

    SAME = "same"
    LIKELY_SAME = "likely same"
    DIFFERENT = "different"


class Outcome(StrEnum):
    """How a DNS look-up ended (catalogue rule 2: these never collapse)."""

    ANSWER = "answer"
    NO_DATA = "no-data"
    NXDOMAIN = "nxdomain"
    SERVFAIL = "servfail"
    TIMEOUT = "timeout"
    REFUSED_QUERY = "refused-query"
    BOGUS = "bogus"

    @property
    def inconclusive(self) -> bool:
        """True when nothing is known about the name: a sender would queue and try again."""
        return self in {Outcome.SERVFAIL, Outcome.TIMEOUT, Outcome.REFUSED_QUERY, Outcome.BOGUS}


class Provenance(StrEnum):
    """Who said so."""

    DNS = "dns"
    OVERLAY = "overlay"  # --overlay FILE
    OPTION = "option"  # --mx, --resolve, --server, or an address given as the target


class AddressClass(StrEnum):
    """What kind of address it is, from our own prefix table (``probe.address``)."""

    GLOBAL = "global"
    LOOPBACK = "loopback"
    UNSPECIFIED = "unspecified"
    PRIVATE = "private"  # RFC 1918
    SHARED = "shared"  # RFC 6598, carrier-grade NAT
    LINK_LOCAL = "link-local"
    SITE_LOCAL = "site-local"  # fec0::/10, RFC 3879
    ULA = "ula"  # fc00::/7, RFC 4193
    MAPPED = "ipv4-mapped"
    COMPATIBLE = "ipv4-compatible"
    NAT64 = "nat64"  # 64:ff9b::/96 and 64:ff9b:1::/48
    SIX_TO_FOUR = "6to4"
    TEREDO = "teredo"
    ORCHID = "orchid"
    DOCUMENTATION = "documentation"
    BENCHMARK = "benchmark"
    DISCARD = "discard"
    SIX_BONE = "6bone"  # 3ffe::/16, returned
    MULTICAST = "multicast"
    RESERVED = "reserved"


class Port25(StrEnum):
    """Does port 25 get out of this network over the family?"""

    PROVEN = "proven"
    UNPROVEN = "unproven"


class Purpose(StrEnum):
    """Why a conversation was held."""

    CHECK = "check"  # the measurement itself
    MESSAGE = "message"  # a second conversation, to send the test message
    REPEAT = "repeat"  # to tell a pool from a family
    RETRY = "retry"  # a connect time-out, a greylisting or a group of commands that went wrong, tried again
    REFERENCE = "reference"  # a host of another network, to prove that port 25 gets out
    VIA = "via"  # the user's own submission server, which takes the message on (--via)
    NARROW = "narrow"  # where a conversation stalled, to see whether the way loses large segments
    NAME = "name"  # a handshake that asks by another name of the same machine for its certificate
    RELAY = "relay"  # by the owner's leave: is a mailbox elsewhere taken from a stranger? (--relay-check)
    CATCHALL = "catchall"  # by the owner's leave: the postmaster, and a mailbox nobody has (--catchall)
    LITERAL = "literal"  # by the owner's leave: an address literal in EHLO (--literal-check)
    INJECTION = "injection"  # by the owner's leave: a command behind STARTTLS (--injection-check)
    SMUGGLING = "smuggling"  # by the owner's leave: a message with another end of data (--smuggling-check)


class Progress(StrEnum):
    """How far the tool has come with a finding code."""

    IMPLEMENTED = "implemented"
    LATER = "later"  # nothing looks for it yet
    COVERED = "covered"  # another code says it
    METHOD = "method"  # no finding: a rule that probe6 itself keeps to
    UNSEEN = "unseen"  # it cannot be seen by a program like this one
