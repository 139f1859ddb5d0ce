"""The two families of one MX host, side by side, stage by stage.

In: a measurement. Out: the differences of a host in stage order. What differs from greeting to greeting anyway (dates,
queue ids, the client's own address, the order of keywords) is taken out first; what alone means nothing (a name, a
SIZE), or says nothing yet (a deferral), is kept as a note. After the stage where one family ends there is nothing left
to compare: what follows is its consequence.
"""

from collections.abc import Iterator, Sequence

from probe.judge.facts.conversations import any_past, ending, host_named, of
from probe.judge.facts.dane import Security, promise_of, shown_for, verify
from probe.judge.facts.echo import Seen, seen_as
from probe.judge.facts.grouping import broken_group, stood_a_group
from probe.judge.facts.mailboxes import passed_by
from probe.judge.facts.normal import best_version, capability_gaps, certificates, greeting_names, is_pool, teaser
from probe.judge.facts.receiving_hop import receiving_hop, same_name
from probe.judge.facts.verified import results
from probe.judge.standing import Standing, attempt_of, bounced, given_up, lookup_failed, published, standing
from probe.judge.wording import short
from probe.model.delivery import Attempt
from probe.model.measurement import Measurement
from probe.model.report import Difference
from probe.model.smtp import Observation, Session, TlsFacts
from probe.model.words import Failure, Family, Outcome, Stage

NOT_REACHED = "not reached"
NO_ADDRESS = "no address"
_INCONCLUSIVE = frozenset({Standing.UNKNOWN, Standing.PENDING, Standing.UNTRIED})
_REWRITTEN = frozenset({Seen.INNER, Seen.OTHER_FAMILY, Seen.OTHER})
_LONGEST = 80  # characters of a value


def differences(measurement: Measurement, host: str) -> tuple[Difference, ...]:
    """All in which the families of ``host`` differ."""
    return tuple(_walk(measurement, host))


def _walk(measurement: Measurement, host: str) -> Iterator[Difference]:
    for stage in Stage:
        six, four = (outcome(measurement, host, family, stage) for family in (Family.IPV6, Family.IPV4))
        if six != four:
            yield Difference(stage, "outcome", six, four, note=_is_note(measurement, host, stage))
        match stage:
            case Stage.BANNER:
                yield from _greetings(measurement, host)
            case Stage.EHLO:
                yield from _capabilities(measurement, host, stage, tls=False)
                yield from _echo(measurement, host)
                yield from _groups(measurement, host)
            case Stage.STARTTLS:
                yield from _capabilities(measurement, host, stage, tls=True)
                yield from _tls(measurement, host)
            case Stage.DELIVERY:
                yield from _arrivals(measurement, host)
            case _:
                pass
        if not all(_goes_on(measurement, host, family, stage) for family in Family):
            return


def outcome(measurement: Measurement, host: str, family: Family, stage: Stage) -> str:
    """What ``family`` of ``host`` showed at ``stage``, in a word or two; several where its addresses differ."""
    if stage is Stage.RESOLVE:
        return _published(measurement, host, family)
    sessions = _tried(of(measurement, host, family))
    if stage is Stage.DELIVERY:
        attempts = (attempt_of(measurement, session) for session in sessions)
        said = {_delivery(measurement, attempt) for attempt in attempts if attempt is not None}
    else:
        said = {_session_outcome(session, stage) for session in sessions}
        # One address carries the message, and what ended one conversation early was said where it ended.
        if len(said) > 1:
            said.discard(NOT_REACHED)
    return short(" / ".join(sorted(said)), _LONGEST) or NOT_REACHED


def _published(measurement: Measurement, host: str, family: Family) -> str:
    if published(measurement, host, family):
        return "published"
    record = host_named(measurement, host)
    if record is None:
        return "published" if of(measurement, host, family) else NO_ADDRESS
    found = record.resolution(family).outcome
    if lookup_failed(measurement, host, family):
        return str(found)
    return NO_ADDRESS if found in {Outcome.NO_DATA, Outcome.ANSWER} else str(found)


def _tried(sessions: Sequence[Session]) -> Sequence[Session]:
    """Without the addresses left out by our own rules, unless there are no others."""
    tried = [session for session in sessions if session.failure is not Failure.NOT_TRIED]
    return tried or sessions


def _session_outcome(session: Session, stage: Stage) -> str:
    steps = [step for step in session.steps if step.stage is stage]
    if stage is Stage.EHLO:
        steps = [step for step in steps if not step.tls] or steps
    if not steps:
        stopped = session.reached is stage and session.failure is not None
        return str(session.failure) if stopped else NOT_REACHED
    return _step_outcome(steps[-1])


def _step_outcome(step: Observation) -> str:
    if step.failure is not None:
        return f"{step.reply.code} {step.reply.enhanced or ''}".strip() if step.reply else str(step.failure)
    match step.stage:
        case Stage.CONNECT:
            return "connected"
        case Stage.STARTTLS:
            return "TLS"
        case Stage.EHLO if (step.command or "").upper().startswith("HELO"):
            return "HELO only"
        case _:
            return str(step.reply.code) if step.reply else "done"


def _delivery(measurement: Measurement, attempt: Attempt) -> str:
    if passed_by(measurement, attempt):
        return "accepted, not in the mailbox"
    if attempt.arrival is not None:
        return "arrived"
    if bounced(attempt):
        return "accepted, then bounced"
    if given_up(attempt):
        return "accepted, then given up"
    if attempt.accepted is None:
        return "no reply to the message"
    if not attempt.accepted:
        return "not accepted"
    return "accepted, not found" if attempt.failure is Failure.NOT_ARRIVED else "accepted"


def _is_note(measurement: Measurement, host: str, stage: Stage) -> bool:
    """True for an outcome that may differ for reasons of ours, for now, or only in the wording of success."""
    if stage is Stage.RESOLVE:
        return any(lookup_failed(measurement, host, family) for family in Family)
    here = [
        session
        for session in _tried(of(measurement, host))
        if (end := ending(session)) is not None and end.stage is stage
    ]
    if stage is Stage.DELIVERY:
        return all(standing(measurement, session) is not Standing.BROKEN for session in of(measurement, host))
    if here:
        return all(standing(measurement, session) in _INCONCLUSIVE for session in here)
    return stage not in {Stage.EHLO, Stage.STARTTLS}


def _goes_on(measurement: Measurement, host: str, family: Family, stage: Stage) -> bool:
    if stage is Stage.RESOLVE:
        return bool(of(measurement, host, family))
    return any_past(of(measurement, host, family), stage)


def _joined(values: Iterator[str] | frozenset[str] | list[str]) -> str:
    return short(" / ".join(sorted(values)), _LONGEST)


def _greetings(measurement: Measurement, host: str) -> Iterator[Difference]:
    six, four = (greeting_names(measurement, host, family) for family in (Family.IPV6, Family.IPV4))
    if six and four and six.isdisjoint(four):
        yield Difference(Stage.BANNER, "name", _joined(six), _joined(four), note=True)
    teasers = [_teases(measurement, host, family) for family in (Family.IPV6, Family.IPV4)]
    if None not in teasers and teasers[0] != teasers[1]:
        shown = ["several lines" if teasing else "one line" for teasing in teasers]
        yield Difference(Stage.BANNER, "greeting", shown[0], shown[1], note=True)


def _teases(measurement: Measurement, host: str, family: Family) -> bool | None:
    banners = [session.banner for session in of(measurement, host, family)]
    greeted = [teaser(banner) for banner in banners if banner is not None and banner.code == 220]
    return any(greeted) if greeted else None


def _capabilities(measurement: Measurement, host: str, stage: Stage, *, tls: bool) -> Iterator[Difference]:
    for gap in capability_gaps(measurement, host, tls=tls):
        what = f"{short(gap.keyword, 40)}{' inside TLS' if tls else ''}"
        yield Difference(stage, what, short(gap.ipv6, _LONGEST), short(gap.ipv4, _LONGEST), note=gap.note)


def _echo(measurement: Measurement, host: str) -> Iterator[Difference]:
    seen = {
        family: [
            session.client_echo or ""
            for session in of(measurement, host, family)
            if seen_as(measurement, session, session.client_echo) in _REWRITTEN
        ]
        for family in Family
    }
    if any(seen.values()):
        six, four = (_joined(seen[family]) or "as it is" for family in (Family.IPV6, Family.IPV4))
        yield Difference(Stage.EHLO, "client address", six, four)


def _groups(measurement: Measurement, host: str) -> Iterator[Difference]:
    """Commands sent together work over one family alone."""
    shown = [_grouped(measurement, host, family) for family in (Family.IPV6, Family.IPV4)]
    if shown[0] is not None and shown[1] is not None and shown[0] != shown[1]:
        yield Difference(Stage.EHLO, "commands together", shown[0], shown[1])


def _grouped(measurement: Measurement, host: str, family: Family) -> str | None:
    sessions = of(measurement, host, family)
    if any(broken_group(measurement, session) for session in sessions):
        return "fail"
    return "work" if any(stood_a_group(session) for session in sessions) else None


def _tls(measurement: Measurement, host: str) -> Iterator[Difference]:
    versions = [best_version(measurement, host, family) for family in (Family.IPV6, Family.IPV4)]
    if versions[0] is not None and versions[1] is not None and versions[0] != versions[1]:
        yield Difference(Stage.STARTTLS, "TLS version", versions[0], versions[1])
    six, four = (certificates(measurement, host, family) for family in (Family.IPV6, Family.IPV4))
    if six and four and six.keys() != four.keys():
        shown = [_joined([key[:16] for key in side]) for side in (six, four)]
        pool = is_pool(measurement, host)
        yield Difference(Stage.STARTTLS, "certificate", shown[0], shown[1], note=pool)
        for what, verified in (("certificate name", _name_verified), ("certificate chain", _chain_verified)):
            shown = [_joined(list({verified(facts) for facts in side.values()})) for side in (six, four)]
            if shown[0] != shown[1]:
                yield Difference(Stage.STARTTLS, what, shown[0], shown[1], note=pool)
    yield from _promised(measurement, host)


def _name_verified(facts: TlsFacts) -> str:
    return {True: "names the host", False: "does not name the host", None: "not compared"}[facts.name_matches]


def _chain_verified(facts: TlsFacts) -> str:
    return {True: "trusted", False: "not trusted", None: "not verified"}[facts.trusted]


def _promised(measurement: Measurement, host: str) -> Iterator[Difference]:
    """Whether each family shows a key that the host's TLSA records promise."""
    promise = promise_of(measurement, host)
    if promise is None or promise.security is not Security.SECURE or not promise.force:
        return
    sides = []
    for family in (Family.IPV6, Family.IPV4):
        facts = [shown_for(measurement, session, promise.base) for session in of(measurement, host, family)]
        kept = {verify(promise, item).kept for item in facts if item is not None} - {None}
        sides.append(_joined([{True: "as promised", False: "not promised"}[bool(item)] for item in kept]))
    if all(sides) and sides[0] != sides[1]:
        yield Difference(Stage.STARTTLS, "TLSA", sides[0], sides[1])


def _arrivals(measurement: Measurement, host: str) -> Iterator[Difference]:
    seen: dict[Family, list[str]] = {family: [] for family in Family}
    for session in of(measurement, host):
        attempt = attempt_of(measurement, session)
        hop, certain = receiving_hop(measurement, attempt) if attempt is not None else (None, False)
        if hop is not None and certain and seen_as(measurement, session, hop.address) in _REWRITTEN:
            seen[session.family].append(hop.address or "")
    if any(seen.values()):
        six, four = (_joined(seen[family]) or "as it is" for family in (Family.IPV6, Family.IPV4))
        yield Difference(Stage.DELIVERY, "client address", six, four)
    copies = [_copies(measurement, host, family) for family in (Family.IPV6, Family.IPV4)]
    if copies[0] and copies[1] and copies[0] != copies[1]:
        yield Difference(Stage.DELIVERY, "copies", str(copies[0]), str(copies[1]))
    yield from _received(measurement, host)


def _received(measurement: Measurement, host: str) -> Iterator[Difference]:
    """What the host wrote of each family's message, and where it put it."""
    sides = [_seen_there(measurement, host, family) for family in (Family.IPV6, Family.IPV4)]
    if None not in sides:
        six, four = (side or {} for side in sides)
        for what in six:
            if what in four and six[what] != four[what]:
                yield Difference(Stage.DELIVERY, what, six[what], four[what])


def _seen_there(measurement: Measurement, host: str, family: Family) -> dict[str, str] | None:
    for session in of(measurement, host, family):
        attempt = attempt_of(measurement, session)
        if attempt is not None and attempt.arrival is not None:
            hop, certain = receiving_hop(measurement, attempt)
            seen = {"folder": "junk" if attempt.arrival.junk else "inbox"} | results(measurement, attempt)
            if attempt.traces:
                redirected = any(trace.redirected for trace in attempt.traces)
                seen["recipient"] = "another one" if redirected else "as given"
            if hop is not None and certain and hop.helo and session.helo:
                seen["EHLO as received"] = "as given" if same_name(session.helo, hop.helo) else "another name"
            if hop is not None and certain and hop.tls is not None and session.tls is not None:
                seen["TLS as received"] = "yes" if hop.tls else "no"
            return seen
    return None


def _copies(measurement: Measurement, host: str, family: Family) -> int:
    attempts = [attempt_of(measurement, session) for session in of(measurement, host, family)]
    return max((item.arrival.copies for item in attempts if item is not None and item.arrival is not None), default=0)
