"""The size of what gets through: maximum segment size and path MTU.

WHY
    Every path has a largest packet. Where a link takes less than 1500 octets (a tunnel, PPPoE), its router must say so
    with "packet too big" (ICMPv6 type 2), since IPv6 routers cannot fragment. Where a filter drops that message, small
    packets get through and full ones vanish: the greeting comes, and the certificate or the mail itself never does.
    Whoever looks at port 25 alone sees nothing wrong, and senders time out for days.

FINDS
pmtud-blackhole-in: what the host sends in full segments never reaches us; with segments of at most 1220 octets the
    same conversation went on, and with full ones it stalled again. A host whose certificate fits one packet sends us
    nothing that large, so nothing shows there.
pmtud-blackhole-out: what we send in full segments is never acknowledged, and small ones are. Mail to this host hangs.
    Seen when a mailbox is named: the test message is large enough for that. It is never sent a second time.
tcp-mss-suspicious: the connection's segments are smaller than the least that IPv6 allows, or full ones were lost until
    the system itself took smaller ones. A note.
self-mtu: this machine's own link takes less than 1500 octets, so a lost packet may be its own tunnel's. A note.

FIX
    Let "packet too big" in and out, at the host and at each firewall before it:
        ip6tables -I INPUT -p icmpv6 --icmpv6-type packet-too-big -j ACCEPT
        ip6tables -I FORWARD -p icmpv6 --icmpv6-type packet-too-big -j ACCEPT
    On the router of the tunnel, lower the segment size of connections that pass:
        ip6tables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu

SEE
    RFC 8201, RFC 4890 4.3.1 (what a firewall must let pass), RFC 8200 5 (1280 octets), RFC 2923 2.1, RFC 4821.
"""

from collections.abc import Iterator

from probe.judge.facts.conversations import asked, paths
from probe.judge.facts.segments import Loss, lost_segments
from probe.judge.standing import weigh
from probe.judge.wording import Case, fold, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Session, TcpInfo
from probe.model.words import Family, Purpose, Stage, Verdict

_HEADERS = {Family.IPV6: 60, Family.IPV4: 40}  # octets of IP and TCP without options
_TIMESTAMPS = 12  # octets of a segment that the option of RFC 7323 takes
_LEAST_V6 = 1220
_ETHERNET = 1500
_SEES = {"pmtud-blackhole-in": "RFC 8201, RFC 4890 4.3.1", "pmtud-blackhole-out": "RFC 8201, RFC 4821"}
_FILTERS = {
    Family.IPV6: (
        'Let ICMPv6 "packet too big" through at {where} and at every firewall before it:\n'
        "  ip6tables -I INPUT -p icmpv6 --icmpv6-type packet-too-big -j ACCEPT\n"
        "  ip6tables -I FORWARD -p icmpv6 --icmpv6-type packet-too-big -j ACCEPT\n"
        "or lower the segment size where the tunnel begins:\n"
        "  ip6tables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu"
    ),
    Family.IPV4: (
        'Let ICMP "fragmentation needed" through at {where} and at every firewall before it:\n'
        "  iptables -I INPUT -p icmp --icmp-type fragmentation-needed -j ACCEPT\n"
        "  iptables -I FORWARD -p icmp --icmp-type fragmentation-needed -j ACCEPT\n"
        "or lower the segment size where the tunnel begins:\n"
        "  iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu"
    ),
}


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Which addresses lose large segments, and in which direction."""
    cases: dict[str, list[Case]] = {code: [] for code in _SEES}
    small: list[Case] = []
    for session in paths(measurement):
        loss = lost_segments(measurement, session)
        if loss is not None:
            cases["pmtud-blackhole-out" if loss.outbound else "pmtud-blackhole-in"].append(
                _lost(measurement, session, loss)
            )
        else:
            small += _small(session)
    for code, mine in cases.items():
        yield from fold(measurement, code, _SEES[code], mine)
    yield from fold(measurement, "tcp-mss-suspicious", "RFC 8200 5, RFC 4821", small)
    for family in asked(measurement):
        yield from _own_link(measurement, family)


def _lost(measurement: Measurement, session: Session, loss: Loss) -> Case:
    what = {Stage.EHLO: "the reply to EHLO", Stage.STARTTLS: "the TLS handshake", Stage.DATA: "the message"}[
        loss.end.stage
    ]
    limit = loss.passed.max_segment
    way = "to it" if loss.outbound else "from it"
    verdict = Verdict.CRITICAL if loss.end.stage is Stage.DATA else weigh(measurement, loss.stalled, loss.end)
    return Case(
        session,
        verdict,
        f"{way} {loss.end.stage}",
        lambda who, over: (
            f"Large packets on the way {way} are lost: {who} stalls at {what} {over}, and goes on with segments of at "
            f'most {limit} octets. Nobody hears the routers\' "packet too big".'
        ),
        _evidence(loss),
        _FILTERS[session.family].format(where="this machine" if loss.outbound else "the mail host"),
    )


def _evidence(loss: Loss) -> tuple[str, ...]:
    lines = [told(loss.end)]
    tcp = loss.stalled.tcp
    if tcp is not None and loss.outbound:
        lines.append(
            f"{tcp.unacked} octets never acknowledged, segments of {tcp.snd_mss} octets, {tcp.retransmits} sent again"
        )
    elif tcp is not None and tcp.received is not None:
        lines.append(
            f"{tcp.received} octets received, {tcp.strays} segments came without the one before them, "
            f"all we sent was acknowledged; we take segments of {tcp.own_mss} octets"
        )
    step = next((item for item in reversed(loss.passed.steps) if item.failure is None), None)
    seconds = "" if step is None else f" after {step.elapsed:.3f} s"
    lines.append(f"with segments of at most {loss.passed.max_segment} octets: {loss.end.stage} done{seconds}")
    return tuple(lines)


def _small(session: Session) -> list[Case]:
    """Segments below what IPv6 guarantees, or full ones lost until the system went down with their size."""
    tcp = session.tcp
    if tcp is None or session.max_segment is not None:
        return []
    least = tcp.snd_mss + _TIMESTAMPS
    if session.family is Family.IPV6 and least < _LEAST_V6:
        said = f"takes segments of {tcp.snd_mss} octets {{over}}; no IPv6 link may be that narrow"
    elif tcp.last_mss is not None and tcp.last_mss < tcp.snd_mss and tcp.retransmits:
        said = f"was sent segments of {tcp.snd_mss} octets {{over}} and got through with {tcp.last_mss}"
    else:
        return []
    return [
        Case(
            session,
            Verdict.OK,
            "small",
            lambda who, over: f"{who} {said.format(over=over)}.",
            (_figures(tcp),),
            _FILTERS[session.family].format(where="this machine"),
        )
    ]


def _figures(tcp: TcpInfo) -> str:
    return f"segment size {tcp.snd_mss} octets, {tcp.last_mss} at the end, {tcp.retransmits} sent again"


def _own_link(measurement: Measurement, family: Family) -> Iterator[Finding]:
    """The least our own end said it takes: its link's MTU without the headers."""
    said = [
        session.tcp.own_mss + _HEADERS[family]
        for session in paths(measurement)
        if session.family is family
        and session.purpose is not Purpose.VIA
        and session.max_segment is None
        and session.tcp is not None
        and session.tcp.own_mss
    ]
    if not said or min(said) >= _ETHERNET:
        return
    yield Finding(
        "self-mtu",
        Verdict.OK,
        family,
        "this machine",
        f"This machine's way out over {family.label} takes packets of {min(said)} octets, less than the usual "
        f"{_ETHERNET}: a tunnel, so large packets that are lost may be its own.",
        (f"we take segments of {min(said) - _HEADERS[family]} octets",),
        None,
        "RFC 8201, RFC 4890",
    )
