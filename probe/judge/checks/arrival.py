"""The way of the test message: over which family it came, from whom, how fast, how often.

WHY
    The Received header that the mail host writes is the proof: it names the client's address as the host saw it. Where
    it shows our IPv6 address, mail over IPv6 works from end to end. Where it shows a gateway, the host sees no client.
    The line of the host's own log about the message (--proof log:) says the same.

FINDS
rt-received-family: what the mail host recorded as our address. A note with the header when it is ours; critical when it
    is another one.
rt-received-source-lost: the header shows a gateway or proxy instead of us (an inner, mapped or NAT64 address).
rt-latency-gap: the message over one family took much longer than the other. A note, with the time of each hop as far
    as the clocks of the hosts allow: where it was held is worth knowing, that it was held may be chance.
rt-duplicate: the message arrived more than once.

FIX
    Let the server see its clients: no address translation for IPv6, no proxy that keeps the client to itself (Docker):
        {"userland-proxy": false, "ipv6": true}     # from Docker 27 on; before, "fixed-cidr-v6" and "ip6tables" too

SEE
    RFC 5321 4.4 (trace headers), RFC 1047 (duplicates).
"""

from collections.abc import Iterator

from probe.grammar.skew import adjusted
from probe.judge.facts.echo import Seen, seen_as
from probe.judge.facts.receiving_hop import receiving_hop, session_of
from probe.judge.wording import address_subject, short
from probe.model.delivery import Arrival, Attempt, Hop
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Family, Verdict

_NOTED = 2.0  # seconds later than the other family
_NOTED_GAP, _NOTED_TIMES = 0.3, 3.0  # or this much later and this many times as long
_HOPS = 6  # of one message are told
_HEADER = 500  # characters of a Received header shown as evidence
_SEE_CLIENTS = (
    "Let the server see its clients: no address translation for IPv6, a real IPv6 address for the container:\n"
    '  {"userland-proxy": false, "ipv6": true}    (/etc/docker/daemon.json, from Docker 27 on)\n'
    "Behind a TCP proxy: postconf -e 'postscreen_upstream_proxy_protocol = haproxy'"
)


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What the copies say that arrived."""
    for attempt in measurement.attempts:
        if attempt.arrival is not None or any(trace.came for trace in attempt.traces):
            yield from _source(measurement, attempt)
        if attempt.arrival is not None:
            yield from _copies(attempt, attempt.arrival)
    yield from _latency(measurement)


def _source(measurement: Measurement, attempt: Attempt) -> Iterator[Finding]:
    session = session_of(measurement, attempt)
    if session is None or session.redirected:
        return
    who, label = address_subject(attempt.mx, attempt.address), attempt.family.label
    hop, certain = receiving_hop(measurement, attempt)
    if hop is None or hop.address is None:
        header = (_header(hop),) if hop is not None else ()
        sentence = f"The message over {label} arrived from {who}; no Received header says from which address it came."
        if attempt.arrival is None or attempt.arrival.relayed is not None:
            sentence = f"The message over {label} reached {who}; nothing says from which address it came."
        yield Finding("rt-received-family", Verdict.OK, attempt.family, who, sentence, header, None, "RFC 5321 4.4")
        return
    seen = seen_as(measurement, session, hop.address)
    address = short(hop.address, 60)
    evidence: tuple[str, ...] = (_header(hop), f"our source {session.source}")
    if seen in {Seen.SAME, Seen.NOT_COMPARED}:
        aside = "" if seen is Seen.SAME else " (not compared)"
        yield Finding(
            "rt-received-family",
            Verdict.OK,
            attempt.family,
            who,
            f"The message {'was received' if hop.logged else 'arrived'} over {label}, seen as {address}{aside}.",
            evidence,
            None,
            "RFC 5321 4.4",
        )
        return
    inner = seen is Seen.INNER
    what = "the address of a gateway or proxy" if inner else "not the address we spoke from"
    yield Finding(
        "rt-received-source-lost" if inner else "rt-received-family",
        Verdict.CRITICAL if certain else Verdict.UNKNOWN,
        attempt.family,
        who,
        f"{who} recorded the message sent over {label} as coming from {address}, {what}; "
        f"we spoke from {session.source}." + ("" if certain else " Which host wrote that header is not certain."),
        evidence,
        _SEE_CLIENTS,
        "RFC 5321 4.4",
    )


def _header(hop: Hop) -> str:
    return f"{'log' if hop.logged else 'Received'}: {short(hop.raw, _HEADER)}"


def _copies(attempt: Attempt, arrival: Arrival) -> Iterator[Finding]:
    if arrival.copies <= 1:
        return
    who = address_subject(attempt.mx, attempt.address)
    yield Finding(
        "rt-duplicate",
        Verdict.WARNING,
        attempt.family,
        who,
        f"The message sent once over {attempt.family.label} through {who} arrived {arrival.copies} times.",
        (f"token {attempt.token}", f"found in {short(arrival.where)}"),
        f"See where it was handed on twice:\n  journalctl | grep -F {attempt.token}",
        "RFC 1047",
    )


def _latency(measurement: Measurement) -> Iterator[Finding]:
    """The slowest copy of each family; the clock starts at the end of the message."""
    times: dict[Family, float] = {}
    slowest: dict[Family, Attempt] = {}
    for attempt in measurement.attempts:
        if attempt.arrival is not None and attempt.arrival.seconds >= times.get(attempt.family, 0.0):
            times[attempt.family], slowest[attempt.family] = attempt.arrival.seconds, attempt
    if len(times) < len(Family):
        return
    slow = max(times, key=lambda family: times[family])
    gap = times[slow] - times[slow.other]
    unlike = gap >= _NOTED_GAP and times[slow] >= _NOTED_TIMES * times[slow.other]
    if gap <= _NOTED and not unlike:
        return
    yield Finding(
        "rt-latency-gap",
        Verdict.OK,
        slow,
        slowest[slow].mx,
        f"The message over {slow.label} arrived after {times[slow]:.1f} s, the one over {slow.other.label} after "
        f"{times[slow.other]:.1f} s.",
        tuple(
            f"{family.label}: {times[family]:.3f} s through {slowest[family].mx}{_hops(slowest[family])}"
            for family in Family
        ),
        "Compare the Received headers of the two copies: a greylist, a content filter or a queue holds one of them.",
        None,
    )


def _hops(attempt: Attempt) -> str:
    """How long each host of the way kept it, clocks put right as far as they contradict each other (oldest first)."""
    hops = attempt.arrival.hops[:_HOPS] if attempt.arrival is not None else ()
    told = [
        f"{time.delay:g} s until {short(hop.by or 'the next host', 80)}"
        for hop, time in reversed(list(zip(hops, adjusted(hops), strict=True)))
        if time.delay is not None
    ]
    return f" ({', '.join(told)})" if told else ""
