"""What a playbook rests on: the published side, the planned one, and saved measurements; and what follows from times.

In: reports. Out: the steps that several playbooks share. A TTL counts as lowered only where a saved measurement saw it
low; resolvers may have the long one until that much time has passed since.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from probe.grammar.certname import matches
from probe.grammar.mtasts import Mode
from probe.judge.comparison import differences
from probe.judge.facts.conversations import hosts
from probe.judge.facts.inquired import answered_over_ipv6, lifetime
from probe.judge.facts.sts import announced, inquiry
from probe.judge.facts.sts import policy as followed
from probe.judge.standing import State, host_state, lookup_failed, overall_state
from probe.judge.wording import argument, short
from probe.model.measurement import Measurement
from probe.model.plan import Progress, Step
from probe.model.report import Report
from probe.model.words import Family, Outcome

LOW = 3600
"""Seconds: a TTL that lets a change be taken back within the hour."""
UNKNOWN_BEFORE = 86400
"""Seconds a record may have been kept that nobody saw while its TTL was long: most resolvers keep none for more."""
QUEUE_LIFE = timedelta(days=5)
"""How long senders try (RFC 5321 4.5.4.1: four to five days at least)."""


@dataclass(frozen=True, slots=True)
class Situation:
    """``history`` are saved measurements of the same target, oldest first; ``planned`` is None when none was named."""

    published: Report
    planned: Report | None = None
    history: tuple[Measurement, ...] = ()

    @property
    def measured(self) -> Measurement:
        """The published side."""
        return self.published.measurement

    @property
    def name(self) -> str:
        """The domain, where a shell takes it."""
        return argument(self.measured.target.name, "DOMAIN")

    def notes(self) -> tuple[str, ...]:
        """What limits all of it."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[str]:
        if not self.history:
            yield "TTL history unknown: save a measurement now (--save FILE) and give it next time as --baseline FILE"
        zones = self.measured.inquiries.zones if self.measured.inquiries is not None else None
        if not zones:
            yield "the TTLs are those left at a resolver: the domain's own name servers were not heard"


def state(measurement: Measurement, family: Family) -> State:
    """How a family of the target stands."""
    mx = measurement.resolved.mx
    if not hosts(measurement):
        return State.UNTESTED if mx is None or mx.outcome.inconclusive else State.ABSENT
    return overall_state(host_state(measurement, host, family) for host in hosts(measurement))


def works(title: str, measurement: Measurement, family: Family) -> Step:
    """A family has to work before anything is changed."""
    found = state(measurement, family)
    progress = Progress.BLOCKED
    if found in {State.WORKS, State.PENDING}:
        progress = Progress.DONE
    elif found in {State.UNTESTED, State.NOT_ASKED}:
        progress = Progress.UNKNOWN
    return Step(title, progress, f"{family.label} {found}")


def looked_up(measurement: Measurement, family: Family) -> Iterator[Step]:
    """A step where a look-up failed: a host whose addresses nobody knows looks like one that has none."""
    failed = [host for host in hosts(measurement) if lookup_failed(measurement, host, family)]
    if failed:
        title = f"the {family.label} addresses of every mail host are known"
        yield Step(title, Progress.UNKNOWN, f"the look-up failed: {', '.join(failed[:6])}")


def unplanned(title: str, how: str) -> Step:
    """A step that needs the planned side, which was not named."""
    return Step(title, Progress.NOT_YET, "nothing planned was named, so nothing of it was tested", how)


def equal(title: str, measurement: Measurement) -> Step:
    """Both families of every host show the same, notes aside."""
    parts = [
        f"{host} {item.stage} {item.what}: IPv6 {item.ipv6}, IPv4 {item.ipv4}"
        for host in hosts(measurement)
        for item in differences(measurement, host)
        if not item.note
    ]
    if parts:
        return Step(title, Progress.BLOCKED, short(parts[0], 300))
    if any(state(measurement, family) in {State.UNTESTED, State.NOT_ASKED} for family in Family):
        return Step(title, Progress.UNKNOWN, "one of the families could not be tested")
    return Step(title, Progress.DONE, "the same over both families")


def reverse(title: str, measurement: Measurement, family: Family) -> Step:
    """Every address has a reverse name that leads back to it."""
    addresses = [item for host in measurement.resolved.hosts for item in host.of(family)]
    if not addresses:
        return Step(title, Progress.NOT_YET, f"no {family.label} address")
    wrong = [item for item in addresses if item.fcrdns is False]
    if wrong:
        names = ", ".join(wrong[0].ptr) or "no reverse name"
        return Step(title, Progress.NOT_YET, f"{wrong[0].address}: {short(names)}", "publish a PTR record that fits")
    if any(item.fcrdns is None for item in addresses):
        return Step(title, Progress.UNKNOWN, "the reverse look-up gave no answer")
    return Step(title, Progress.DONE, ", ".join(f"{item.address} {' '.join(item.ptr)}" for item in addresses[:4]))


def ttl(situation: Situation, name: str, rrtype: str) -> Step:
    """The TTL is low, a saved measurement saw it low, and whoever kept the long one has dropped it since."""
    title = f"TTL of {name} {rrtype} lowered to at most {LOW} s, and the old one run out"
    found = lifetime(situation.measured, name, rrtype)
    now = situation.measured.started
    if found is None:
        return Step(title, Progress.UNKNOWN, "no name server said a TTL")
    where = "at its name servers" if found.source else "left at the resolver"
    seen = f"{found.seconds} s {where}"
    if found.seconds > LOW:
        # Whoever asks now may keep it as long; the clock starts when a measurement sees the new one.
        earliest = now + timedelta(seconds=found.seconds)
        return Step(title, Progress.NOT_YET, seen, f"set the TTL of {name} {rrtype} to 300", earliest)
    past = [(item.started, lifetime(item, name, rrtype)) for item in situation.history if item.started <= now]
    # A resolver's count-down reaches any low number: only the zone itself proves that the TTL was lowered.
    known = [(at, item) for at, item in past if item is not None and item.source]
    if not found.source or not known:
        return Step(title, Progress.UNKNOWN, f"{seen}; TTL history unknown", f"probe6 {situation.name} --save FILE")
    since, before = now, known[-1][1].seconds
    for at, item in reversed(known):
        before = item.seconds
        if item.seconds > LOW:
            break
        since = at
    else:
        before = UNKNOWN_BEFORE
    earliest = since + timedelta(seconds=before)
    said = f"{seen}; low since {since:%Y-%m-%d %H:%M} UTC at the latest, {before} s before that"
    if before == UNKNOWN_BEFORE and known[0][1].seconds <= LOW:
        said = f"{seen}; low since {since:%Y-%m-%d %H:%M} UTC at the latest, before that a day is assumed"
    return Step(title, Progress.DONE if earliest <= now else Progress.NOT_YET, said, None, earliest)


def negative(situation: Situation, name: str, rrtype: str) -> Step:
    """How long resolvers keep that there is no such record: it delays the new one, and a way back too."""
    title = f"negative TTL of {name} {rrtype} at most {LOW} s"
    found = lifetime(situation.measured, name, rrtype)
    if found is None:
        return Step(title, Progress.UNKNOWN, "no name server said one")
    low = found.seconds <= LOW
    where = "at its name servers" if found.source else "left at the resolver"
    how = None if low else "lower the last number of the zone's SOA record"
    progress = Progress.DONE if low and found.source else Progress.UNKNOWN if low else Progress.NOT_YET
    return Step(title, progress, f"{found.seconds} s {where}", how)


def over_ipv6(situation: Situation) -> Step:
    """A name server of every zone on the way answers over IPv6."""
    title = "every zone on the way answers over IPv6"
    zones = answered_over_ipv6(situation.measured)
    dead = [zone for zone, answers in zones if answers is False]
    if dead:
        return Step(title, Progress.BLOCKED, f"no name server of {dead[0]} answers over IPv6")
    if not zones or any(answers is None for _, answers in zones):
        return Step(title, Progress.UNKNOWN, "the name servers could not be asked over IPv6")
    return Step(title, Progress.DONE, ", ".join(zone for zone, _ in zones))


def first_seen(situation: Situation, name: str, rrtype: str, records: frozenset[str]) -> Measurement | None:
    """The first of the last saved measurements in a row in which ``records`` were all there was."""
    found = None
    for item in reversed(situation.history):
        if answer(item, name, rrtype) != records:
            break
        found = item
    return found


def answer(measurement: Measurement, name: str, rrtype: str) -> frozenset[str] | None:
    """The records of ``name`` as the resolver had them; None where nothing is known."""
    resolved = measurement.resolved
    answers = [*([resolved.mx] if resolved.mx is not None else ())]
    answers += [item for host in resolved.hosts for item in (host.ipv6, host.ipv4)]
    for item in answers:
        if (item.name, item.rrtype) == (name, rrtype):
            known = item.outcome in {Outcome.ANSWER, Outcome.NO_DATA}
            return frozenset(record.lower() for record in item.records) if known else None
    return None


def policy(situation: Situation, new: Sequence[str]) -> Step:
    """MTA-STS keeps senders to the hosts of the policy they hold until its max_age is over (RFC 8461 3.2, 5.1)."""
    title = "MTA-STS: the policy lists the new hosts, and senders have dropped the one before"
    measured = situation.measured
    found = inquiry(measured)
    if found is None or found.unfinished or found.record.outcome.inconclusive:
        return Step(title, Progress.UNKNOWN, "the policy could not be looked up", f"dig TXT _mta-sts.{situation.name}")
    said = followed(measured)
    if said is None and announced(measured) is None:
        return Step(title, Progress.DONE, "no policy is announced")
    if said is None:
        return Step(title, Progress.UNKNOWN, f"a policy is announced, and {found.host} gave none that counts")
    if said.mode is not Mode.ENFORCE:
        return Step(title, Progress.DONE, f"mode {said.mode}: nobody is kept from a host for it")
    missing = [host for host in new if not matches(said.mx, host)]
    if missing or not new:
        how = "\n".join(f"mx: {host}" for host in missing) or None
        lacks = f"not in it: {', '.join(missing[:4])}" if missing else "no new hosts were named"
        return Step(title, Progress.NOT_YET, f"mode enforce, max_age {said.max_age} s; {lacks}", how)
    first, age = None, said.max_age or 0
    for item in reversed(situation.history):
        old = followed(item)
        if old is None or not all(matches(old.mx, host) for host in new):
            age = max(age, (old.max_age or 0) if old is not None else 0)
            break
        first = item.started
    if first is None:
        seen = f"mode enforce, max_age {said.max_age} s; no saved measurement shows since when it lists them"
        return Step(title, Progress.UNKNOWN, seen, f"probe6 {situation.name} --save FILE")
    earliest = first + timedelta(seconds=age)
    seen = f"lists them since {first:%Y-%m-%d %H:%M} UTC at the latest; max_age {age} s"
    progress = Progress.DONE if earliest <= measured.started else Progress.NOT_YET
    return Step(title, progress, seen, None, earliest)
