"""Our own clock, beside those of the hosts we met.

WHY
    The age of certificates, the delay of every hop and the dates of signatures are judged by this machine's clock. If
    it is wrong, good certificates expire and messages arrive before they were sent.

FINDS
self-clock: several hosts agree with each other on a time that is minutes from ours.

FIX
    Let this machine's clock be set from the network:
        timedatectl set-ntp true
        chronyc tracking

SEE
    RFC 5321 4.4 (time stamps), RFC 5905 (NTP).
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median

from probe.grammar.date_time import read
from probe.judge.facts.conversations import greeted
from probe.judge.wording import short
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Stage, Verdict

_OFF = 300.0  # seconds
_AGREE = 120.0  # seconds between two clocks that are right
_DATE = re.compile(
    r"(?:[A-Za-z]{3}, )?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d [+-]\d{4}"
)


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What the hosts' clocks say of ours."""
    off = _witnesses(measurement)
    if len(off) < 2 or max(off.values()) - min(off.values()) > _AGREE:
        return
    middle = median(off.values())
    if abs(middle) <= _OFF:
        return
    way = "behind" if middle > 0 else "ahead of"
    yield Finding(
        "self-clock",
        Verdict.WARNING,
        None,
        "this machine",
        f"This machine's clock is {abs(middle) / 60:.0f} minutes {way} those of {len(off)} others, which agree.",
        tuple(f"{short(who, 80)}: {seconds:+.0f} s" for who, seconds in list(off.items())[:8]),
        "Set this machine's clock:\n  timedatectl set-ntp true\n  timedatectl status",
        "RFC 5321 4.4",
    )


def _witnesses(measurement: Measurement) -> dict[str, float]:
    """By domain, how many seconds its clocks are ahead of ours; the least where they showed it more than once.

    Hosts of one domain may be one machine, so they are one witness.
    """
    seen: dict[str, list[float]] = {}
    for session in greeted(measurement):
        step = session.step(Stage.BANNER)
        found = _DATE.search(session.banner.text[:500]) if session.banner is not None else None
        moment = read(found[0]) if found else None
        if step is not None and moment is not None:
            seen.setdefault(_domain(session.mx), []).append(_ahead(measurement, moment, step.started + step.elapsed))
    for attempt in measurement.attempts:
        if attempt.arrival is None or not 0 <= attempt.session < len(measurement.sessions):
            continue
        last = measurement.sessions[attempt.session].step(Stage.DATA)
        for hop in attempt.arrival.hops:
            if hop.time is not None and hop.by and "." in hop.by and last is not None:
                ahead = _ahead(measurement, hop.time, last.started + last.elapsed)
                if ahead > 0:  # the message may have waited on its way
                    ahead = max(0.0, ahead - attempt.arrival.seconds)
                seen.setdefault(_domain(hop.by), []).append(ahead)
    return {who: min(each, key=abs) for who, each in seen.items()}


def _domain(name: str) -> str:
    return ".".join(name.lower().rstrip(".").split(".")[-2:])


def _ahead(measurement: Measurement, theirs: datetime, at: float) -> float:
    return (theirs - measurement.started - timedelta(seconds=at)).total_seconds()
