"""The configuration and the wire together: what is open here, and refused on the way.

WHY
    An audit sees the machine from inside, a probe sees it from outside. Only the two together tell a server that does
    not listen from a firewall in front of one that does; each calls for another person.

FINDS
cfg-firewall: the server is told to listen in a family, a socket is open, the address is published and this machine's,
    and still a connection to it fails. A note when all of it fits and the connection was made from the machine itself,
    which no firewall in front of it has seen.

FIX
    Let TCP port 25 and the ICMPv6 errors through, on the machine and in front of it:
        nft insert rule inet filter input tcp dport 25 accept
        nft insert rule inet filter input meta l4proto ipv6-icmp accept

SEE
    RFC 4890 (ICMPv6 in firewalls), nft(8).
"""

from collections.abc import Iterator

from probe.judge.configuration.configured import SMTP
from probe.judge.configuration.openings import listeners
from probe.judge.facts.conversations import ending, got_past, paths
from probe.judge.wording import subject, told
from probe.model.configuration import Configuration, Machine
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Stage, Verdict

_CODE = "cfg-firewall"
_STOPPED = frozenset(
    {Failure.REFUSED, Failure.TIMEOUT, Failure.PROHIBITED, Failure.UNREACHABLE, Failure.RESET}
)  # what a packet filter can do to a connection


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Every conversation with an address of the audited machine."""
    configuration = measurement.configuration
    if configuration is None or configuration.machine is None:
        return
    machine = configuration.machine
    here = {item.address for item in machine.prefixes}
    through: dict[Family, list[Session]] = {}
    for session in paths(measurement):
        if session.address not in here or session.port != SMTP:
            continue
        if got_past(session, Stage.CONNECT):
            through.setdefault(session.family, []).append(session)
        elif _is_open(configuration, machine, session):
            yield from _in_the_way(configuration, session)
    for family, sessions in through.items():
        if all(session.source in here for session in sessions):
            yield Finding(
                _CODE,
                Verdict.OK,
                family,
                subject(sessions[0]),
                f"Over {family.label} the configuration, the socket and the DNS agree, and this machine connected to "
                "itself; probe from elsewhere to see a firewall in front of it.",
                tuple(f"{subject(item)} from {item.source}" for item in sessions[:4]),
                None,
                "RFC 4890",
            )


def _is_open(configuration: Configuration, machine: Machine, session: Session) -> bool:
    """A socket that would have taken this connection."""
    heard = {item.address for item in listeners(configuration, session.port, session.family)}
    return not heard.isdisjoint({session.address, "::", "0.0.0.0"}) and bool(machine.listeners)  # noqa: S104 - words


def _in_the_way(configuration: Configuration, session: Session) -> Iterator[Finding]:
    end = ending(session)
    if end is None or end.stage is not Stage.CONNECT or end.failure not in _STOPPED:
        return
    family = session.family
    bindings = [item for item in configuration.bindings if item.port == session.port and item.family is family]
    heard = listeners(configuration, session.port, family)
    ip = "ip6" if family is Family.IPV6 else "ip"
    yield Finding(
        _CODE,
        Verdict.CRITICAL,
        family,
        subject(session),
        f"{family.label} is configured, listening and published, but {end.failure} on the wire; a firewall stands "
        f"between {session.address} and whoever connects.",
        (
            *(f"configured: {item.origin} {item.service} {', '.join(item.addresses)}" for item in bindings[:2]),
            *(f"listening: {item.address} port {item.port}" for item in heard[:2]),
            f"published: {session.mx} {session.address}",
            told(end),
        ),
        f"Look for the rule, on this machine and in front of it, and let port {session.port} through:\n"
        f"  nft list ruleset\n  nft insert rule {'inet' if family is Family.IPV6 else ip} filter input "
        f"meta nfproto {'ipv6' if family is Family.IPV6 else 'ipv4'} tcp dport {session.port} accept",
        "RFC 4890, nft(8)",
    )
