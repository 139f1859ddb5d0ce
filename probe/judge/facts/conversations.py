"""Which conversations count, and for which MX host.

In: a measurement. Out: its sessions, sorted by what they are good for. A ``check`` is the measurement itself; a
``retry`` takes the place of what it repeated; a ``message`` conversation stands beside its check; those of any other
purpose are never the check itself, they only bear witness. In a run through a submission server (``via``) that server
alone is talked to, and the conversations with it are the check.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from probe.address import family_of
from probe.model.dns import MxHost
from probe.model.measurement import Measurement
from probe.model.smtp import Observation, Session
from probe.model.words import Failure, Family, Purpose, Stage

OWN_CHOICE = frozenset({Failure.DEADLINE, Failure.NOT_TRIED})
"""Failures that say what we did, nothing about the server."""


def is_address(text: str) -> bool:
    """True when ``text`` is an address and not a name."""
    try:
        family_of(text)
    except ValueError:
        return False
    return True


def asked(measurement: Measurement) -> tuple[Family, ...]:
    """The families this run can speak of: those asked for, and for a bare address as target its own alone."""
    families = measurement.settings.families
    hosts = measurement.resolved.hosts
    if hosts and all(is_address(host.host) and host.host not in measurement.resolved.bad_targets for host in hosts):
        mine = {item.family for host in hosts for item in host.addresses}
        return tuple(family for family in families if family in mine)
    return families


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """A measurement, sorted once: what the functions below look up."""

    paths: tuple[Session, ...]
    hosts: tuple[str, ...]
    records: Mapping[str, MxHost]
    by_host: Mapping[tuple[str, Family], tuple[Session, ...]]
    repeats: Mapping[tuple[str, Family], tuple[Session, ...]]
    by_address: Mapping[str, tuple[Session, ...]]
    greeted: tuple[Session, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A key that is equal to itself alone: a measurement is big, and comparing or hashing it by value takes long."""

    measurement: Measurement

    def __hash__(self) -> int:
        return id(self.measurement)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.measurement is other.measurement


def index(measurement: Measurement) -> Index:
    """The index of ``measurement``; that of the last one asked for is kept."""
    return _index(_Same(measurement))


@lru_cache(maxsize=1)
def _index(key: _Same) -> Index:
    measurement = key.measurement
    counted = _counted(measurement)
    repeats = [session for session in measurement.sessions if session.purpose is Purpose.REPEAT]
    by_address: dict[str, list[Session]] = {}
    for session in measurement.sessions:
        by_address.setdefault(session.address, []).append(session)
    records = {host.host: host for host in reversed(measurement.resolved.hosts)}
    names = dict.fromkeys(host.host for host in measurement.resolved.hosts)
    for session in counted:
        if names.keys().isdisjoint({session.mx, *session.names}):
            names[session.mx] = None
    everyone = (*measurement.sessions, *measurement.references)
    return Index(
        paths=counted,
        hosts=tuple(name for name in names if name not in measurement.resolved.bad_targets),
        records=records,
        by_host=_by_host(counted),
        repeats=_by_host(repeats),
        by_address={address: tuple(mine) for address, mine in by_address.items()},
        greeted=tuple(session for session in everyone if session.banner is not None),
    )


def _counted(measurement: Measurement) -> tuple[Session, ...]:
    chosen: dict[str, list[Session]] = {}
    for session in measurement.sessions:
        mine = chosen.setdefault(session.address, [])
        match session.purpose:
            case Purpose.RETRY:
                if session.failure not in OWN_CHOICE or not mine:
                    chosen[session.address] = [session]
            case Purpose.CHECK | Purpose.MESSAGE | Purpose.VIA:
                mine.append(session)
            case _:  # repeats and trials bear witness, or are about something else
                pass
    return tuple(session for mine in chosen.values() for session in mine)


def _by_host(sessions: Sequence[Session]) -> dict[tuple[str, Family], tuple[Session, ...]]:
    found: dict[tuple[str, Family], list[Session]] = {}
    for session in sessions:
        for name in {session.mx, *session.names}:
            found.setdefault((name, session.family), []).append(session)
    return {key: tuple(mine) for key, mine in found.items()}


def paths(measurement: Measurement) -> tuple[Session, ...]:
    """The conversations that are the check: the last word on each address, and the one that carried the message."""
    return index(measurement).paths


def greeted(measurement: Measurement) -> tuple[Session, ...]:
    """All conversations in which a greeting came, those with references included."""
    return index(measurement).greeted


def replaced(measurement: Measurement, session: Session) -> tuple[Session, ...]:
    """What a retry took the place of: the earlier conversations with the same address that went wrong.

    One in which a group of commands went wrong was not tried again but held otherwise (``judge.grouping``).
    """
    if session.purpose is not Purpose.RETRY:
        return ()
    return tuple(
        earlier
        for earlier in index(measurement).by_address.get(session.address, ())
        if earlier.purpose in {Purpose.CHECK, Purpose.MESSAGE}
        and earlier.failure is not None
        and earlier.group_fault is None
    )


def answered_before(measurement: Measurement, session: Session) -> bool:
    """True when the same address took a connection earlier in this run."""
    return any(
        earlier.started < session.started and got_past(earlier, Stage.CONNECT)
        for earlier in index(measurement).by_address.get(session.address, ())
        if earlier is not session
    )


def hosts(measurement: Measurement) -> tuple[str, ...]:
    """The names of all MX hosts, as the resolver gave them; without what is no host name in an MX record."""
    return index(measurement).hosts


def host_named(measurement: Measurement, host: str) -> MxHost | None:
    """The resolver's record of ``host``."""
    return index(measurement).records.get(host)


def of(measurement: Measurement, host: str, family: Family | None = None) -> tuple[Session, ...]:
    """The conversations that count for ``host``, of one family or of both."""
    by_host = index(measurement).by_host
    families = tuple(Family) if family is None else (family,)
    return tuple(session for item in families for session in by_host.get((host, item), ()))


def samples(measurement: Measurement, host: str, family: Family) -> tuple[Session, ...]:
    """As ``of``, with the repeats that tell a pool from a family."""
    return of(measurement, host, family) + index(measurement).repeats.get((host, family), ())


def siblings(measurement: Measurement, session: Session, family: Family) -> tuple[Session, ...]:
    """The other conversations of ``family`` with a host that ``session`` speaks for."""
    by_host = index(measurement).by_host
    found = {
        id(other): other
        for name in dict.fromkeys((session.mx, *session.names))
        for other in by_host.get((name, family), ())
    }
    return tuple(other for other in found.values() if other is not session)


def ending(session: Session) -> Observation | None:
    """The step that stopped the conversation, always with a failure; None when it went through.

    A refused STARTTLS is no end (a sender goes on in the clear) unless the server hung up with 421, and neither is one
    that was not offered. A mail program with a password to protect does end there, and the session says so.
    """
    step = _stopped_at(session)
    if step is not None and session.purpose is Purpose.VIA and session.failure is not None:
        return step
    if step is None or step.failure is Failure.NOT_OFFERED:
        return None
    soft = step.stage is Stage.STARTTLS and step.failure in {Failure.REJECTED, Failure.DEFERRED}
    if soft and step.reply is not None and step.reply.code != 421:
        return None
    return step


def _stopped_at(session: Session) -> Observation | None:
    troubled = [step for step in session.steps if step.failure is not None]
    if session.failure is not None:
        same = [step for step in troubled if step.failure is session.failure]
        if same:
            return same[-1]
        return Observation(session.reached, session.started, session.elapsed, failure=session.failure)
    # Without a failure of the session itself only its very last step can have been refused: RCPT at ``until``.
    last = session.steps[-1] if session.steps else None
    return last if last is not None and last.failure is not None else None


def got_past(session: Session, stage: Stage) -> bool:
    """True when the conversation went through ``stage`` and was not stopped there."""
    if session.reached.rank < stage.rank:
        return False
    end = ending(session)
    if end is None:
        return True
    stopped = max(end.stage, Stage.STARTTLS, key=lambda item: item.rank) if end.tls else end.stage
    return stopped.rank > stage.rank


def any_past(sessions: Sequence[Session], stage: Stage) -> bool:
    """True when any of ``sessions`` went through ``stage``."""
    return any(got_past(session, stage) for session in sessions)
