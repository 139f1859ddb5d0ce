"""The TCP connection to port 25.

WHY
    Most mail hosts that are broken over IPv6 are broken here: the firewall was opened for IPv4 alone, the server
    listens on 0.0.0.0 alone, the AAAA record is old. Senders fall back to IPv4 silently, so nobody sees it until one
    cannot.
    A connection that times out may as well be blocked by our own network; that has to be ruled out first.

FINDS
tcp-timeout: no answer at all. Critical only when another network's host greeted us on port 25 over the same family in
    this run or in the last 24 hours; else our own network may block port 25, and the verdict is unknown.
tcp-refused: the host answered that nothing listens there (RST). Where it served us before, we are perhaps banned.
tcp-unreachable: a router or filter answered that there is no way, or that it is not allowed (ICMP).
tcp-all-addresses: some addresses of a host answer and others do not; senders lose time on the dead ones.
tcp-latency-gap: connecting over one family takes much longer than over the other.

FIX
    Let the server listen on both families. Postfix (a reload is not enough):
        postconf -e 'inet_protocols = all'
        postfix stop && postfix start
    Open port 25 for both families in the firewall and in the cloud's security group:
        nft insert rule inet filter input tcp dport 25 accept

SEE
    RFC 9293 3.10.7.1 (RST), RFC 4443 3.1 (ICMPv6), RFC 5321 5.1 (try all addresses), postconf(5) inet_protocols.
"""

from collections.abc import Iterator

from probe.judge.facts.attribution import SMTP_PORT, proven_now, references, unreachable_by_us
from probe.judge.facts.conversations import answered_before, ending, got_past, hosts, of, paths, replaced
from probe.judge.facts.remembered import proof, served, since
from probe.judge.standing import weigh
from probe.judge.wording import Case, address_subject, argument, fold, short, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Observation, Session
from probe.model.words import Failure, Family, Purpose, Stage, Verdict

_CODES = {
    Failure.TIMEOUT: "tcp-timeout",
    Failure.UNREACHABLE: "tcp-unreachable",
    Failure.PROHIBITED: "tcp-unreachable",
    Failure.REFUSED: "tcp-refused",
    Failure.RESET: "tcp-refused",
    Failure.CLOSED: "tcp-refused",
}
_SEE = {
    "tcp-timeout": "RFC 5321 5.1",
    "tcp-unreachable": "RFC 4443 3.1, RFC 1812 5.2.7.1",
    "tcp-refused": "RFC 9293 3.10.7.1, postconf(5) inet_protocols",
}
_SLOW_BY = 0.1  # seconds, and
_SLOW_TIMES = 3.0  # times: both, to be a warning
_NOTED_BY = 0.02
_SENT_AGAIN = 1.0  # seconds after which a SYN is sent again (RFC 6298 2.1)
_LISTEN = (
    "Let the server listen on {family}. Postfix (a reload is not enough):\n"
    "  postconf -e 'inet_protocols = all'\n"
    "  postfix stop && postfix start\n"
    "In other servers:\n"
    "  Exim: local_interfaces = <; ::0 ; 0.0.0.0\n"
    "  OpenSMTPD: listen on eth0\n"
    "  Sendmail: DAEMON_OPTIONS(`Name=MTA-v6, Family=inet6')"
)
_BANNED = "it answered earlier in this run, so this probe is perhaps banned"
_UNBAN = "Look in the host's ban list for this probe (fail2ban), and allow it:\n  fail2ban-client status postfix"
_OPEN = "Open port {port} for {family} in the firewall and the cloud's security group:\n  {command}"
_COMMANDS = {
    Family.IPV6: "ip6tables -I INPUT -p tcp --dport {port} -j ACCEPT",
    Family.IPV4: "iptables -I INPUT -p tcp --dport {port} -j ACCEPT",
}


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Which addresses take a connection, and how fast."""
    cases: dict[str, list[Case]] = {code: [] for code in _SEE}
    for session in paths(measurement):
        end = ending(session)
        if end is not None and end.stage is Stage.CONNECT and end.failure in _CODES:
            cases[_CODES[end.failure]].append(_case(measurement, session, end))
    for code, mine in cases.items():
        yield from fold(measurement, code, _SEE[code], mine)
    for host in hosts(measurement):
        for family in Family:
            yield from _some_dead(measurement, host, family)
        yield from _latency(measurement, host)


def _case(measurement: Measurement, session: Session, end: Observation) -> Case:
    verdict = weigh(measurement, session, end)
    evidence = [told(end)]
    evidence += [
        f"tried before: {told(earlier)}" for first in replaced(measurement, session) if (earlier := ending(first))
    ]
    port = session.port
    match end.failure:
        case Failure.TIMEOUT:
            return _silent(measurement, session, verdict, evidence)
        case Failure.UNREACHABLE | Failure.PROHIBITED:
            return _turned_away(measurement, session, end, verdict, evidence)
        case _:
            banned = answered_before(measurement, session)
            why = _BANNED if banned else "nothing listens there"
            fix = _UNBAN if banned else _LISTEN.format(family=session.family.label)
            if not banned and (before := served(measurement, session)) is not None:
                why += f", though it answered {since(measurement, before.at)}"
                why += ": its service has stopped, or this probe is perhaps banned"
                fix += f"\n{_UNBAN}"
            return Case(
                session,
                verdict,
                "refused",
                lambda who, over: f"{who} refuses connections on port {port} {over}; {why}.",
                tuple(evidence),
                fix,
            )


def _silent(measurement: Measurement, session: Session, verdict: Verdict, evidence: list[str]) -> Case:
    family, port = session.family, session.port
    if verdict is Verdict.UNKNOWN:
        asked = references(measurement, family)
        evidence += [
            f"reference {address_subject(item.mx, item.address)}: no greeting" for item in asked if not item.banner
        ]
        return Case(
            session,
            verdict,
            "unproven",
            lambda who, over: (
                f"{who} does not answer on port {port} {over}; but no other network's host greeted us on "
                f"port {port} in this run or the day before, so our own network may be blocking it."
            ),
            tuple(evidence),
            f"Name a mail host of another network that is known to answer over {family.label}:\n"
            f"  probe6 --reference HOST {measurement.target.text}"
            if measurement.settings.via is None
            else f"Try it from another network, and see which way the packets go from this one:\n  {_trace(session)}",
        )
    if proven_now(measurement, family, session.address, port):
        evidence.append(f"another network's host greeted us on port {port} over {family.label} in this run")
    elif port == SMTP_PORT and (before := proof(measurement, family, session.address)) is not None:
        who = address_subject(short(before.host, 80), before.address)
        evidence.append(f"{who} greeted us on port {port} over {family.label} {since(measurement, before.at)}")
    fix = _OPEN.format(port=port, family=family.label, command=_COMMANDS[family].format(port=port))
    return Case(
        session,
        verdict,
        "silent",
        lambda who, over: (
            f"{who} does not answer on port {port} {over}; the connection is dropped on the way, "
            "or the address is dead."
        ),
        tuple(evidence),
        f"{fix}\nand check that the address is still the host's.",
    )


def _turned_away(
    measurement: Measurement, session: Session, end: Observation, verdict: Verdict, evidence: list[str]
) -> Case:
    if end.icmp is not None:
        said_by = end.icmp.offender or "a router that was not named"
        evidence.append(f"ICMP type {end.icmp.type} code {end.icmp.code} from {said_by}")
    else:
        said_by = "our own system"
    what = "the connection is not allowed" if end.failure is Failure.PROHIBITED else "there is no way to it"
    banned = answered_before(measurement, session)
    before = None if banned else served(measurement, session)
    if banned:
        what += f", though {_BANNED}"
    elif before is not None:
        what += f", though it answered {since(measurement, before.at)}"
    ours = verdict is Verdict.UNKNOWN and unreachable_by_us(measurement, session, end)
    port, family = session.port, session.family
    if ours:
        return Case(
            session,
            verdict,
            f"ours {end.failure}",
            lambda who, over: (
                f"{who} cannot be reached on port {port} {over}; {said_by} says so, "
                "which is this side of the way, so nothing is known about the host."
            ),
            tuple(evidence),
            "Look at this machine's firewall and at its router, or run the probe elsewhere.",
        )
    fix = _OPEN.format(port=port, family=family.label, command=_COMMANDS[family].format(port=port))
    if end.failure is Failure.UNREACHABLE:
        fix = f"See whether the host is up and has the address, and whether its network is routed:\n  {_trace(session)}"
    elif before is not None:
        what += ": perhaps this probe is banned"
        fix += f"\n{_UNBAN}"
    return Case(
        session,
        verdict,
        str(end.failure),
        lambda who, over: f"{who} cannot be reached on port {port} {over}; {said_by} says that {what}.",
        tuple(evidence),
        _UNBAN if banned else fix,
    )


def _trace(session: Session) -> str:
    return f"traceroute -{'6' if session.family is Family.IPV6 else '4'} -T -p {session.port} {session.address}"


def _some_dead(measurement: Measurement, host: str, family: Family) -> Iterator[Finding]:
    sessions = of(measurement, host, family)
    alive = {session.address for session in sessions if got_past(session, Stage.CONNECT)}
    dead = {
        session.address: end
        for session in sessions
        if session.address not in alive
        and (end := ending(session)) is not None
        and end.stage is Stage.CONNECT
        and end.failure in _CODES
    }
    if not alive or not dead:
        return
    rrtype = "AAAA" if family is Family.IPV6 else "A"
    yield Finding(
        "tcp-all-addresses",
        Verdict.WARNING,
        family,
        host,
        f"{len(dead)} of {len(dead) + len(alive)} {family.label} addresses of {host} take no connection; "
        "senders lose time on them or give up.",
        tuple([f"[{address}] {told(end)}" for address, end in dead.items()][:8])
        + tuple(f"[{address}] connect: connected" for address in sorted(alive)[:4]),
        "Mend them or remove them:\n" + "\n".join(f"  {host}. {rrtype} {address}" for address in list(dead)[:4]),
        "RFC 5321 5.1",
    )


def _latency(measurement: Measurement, host: str) -> Iterator[Finding]:
    """The quickest way there and back of each family, our own delay left out; retries waited for something else."""
    times: dict[Family, float] = {}
    for session in of(measurement, host):
        step = session.step(Stage.CONNECT)
        if session.purpose is Purpose.CHECK and step is not None and step.failure is None:
            took = step.elapsed - step.delay
            if session.tcp is not None and 0 < session.tcp.rtt <= took - _SENT_AGAIN:
                took = session.tcp.rtt  # a SYN that was lost once costs a second, and is no detour
            times[session.family] = min(took, times.get(session.family, took))
    if len(times) < len(Family):
        return
    slow = max(times, key=lambda family: times[family])
    longer, shorter = times[slow], times[slow.other]
    if longer <= _SLOW_TIMES * shorter or longer - shorter <= _NOTED_BY:
        return
    yield Finding(
        "tcp-latency-gap",
        Verdict.WARNING if longer - shorter > _SLOW_BY and slow is Family.IPV6 else Verdict.OK,
        slow,
        host,
        f"Connecting to {host} takes {longer * 1000:.0f} ms over {slow.label} and {shorter * 1000:.0f} ms "
        f"over {slow.other.label}; the way over {slow.label} is a detour.",
        tuple(f"{family.label}: connected after {times[family]:.3f} s" for family in Family),
        "Compare the ways, and ask your provider for native transit:\n"
        f"  traceroute -6 {argument(host, 'HOST')}\n  traceroute -4 {argument(host, 'HOST')}",
        None,
    )
