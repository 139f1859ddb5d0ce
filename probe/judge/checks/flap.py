"""Connections that come about now and then.

WHY
    A way that loses every third connection passes most tests, and its mail arrives: late, and after a second try. It
    is seen where one address is called several times, as a retry, a second look at a pool, the test message and the
    tests of an owner do. One lost packet is no such thing: the system sends a SYN again by itself, several times,
    before a connection counts as failed here.

FINDS
tcp-flap: connections to a host failed that went well a moment later, at the same address. One is a note. Two or more
    are a warning where the other family lost a smaller part of its own, and no host of another network was out of reach
    over this family too; then the loss is more likely near us, and this is a note. An address that never answered is
    not meant, nor is one that stopped answering for good: it may be dead, or have banned us.

FIX
    See where packets are lost, over the very port, and look at the tunnel or the upstream of that family, and at limits
    on new connections in the host's firewall:
        mtr -6 -T -P 25 mx1.example.com

SEE
    RFC 9293 3.8.1 (a lost SYN is sent again), RFC 5321 4.5.4.1 (senders try again).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from probe.judge.facts.conversations import hosts
from probe.judge.wording import argument, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Observation, Session
from probe.model.words import Failure, Family, Stage, Verdict

_LOST = frozenset({Failure.TIMEOUT, Failure.UNREACHABLE, Failure.REFUSED})
_MOST = 8


@dataclass(frozen=True, slots=True)
class _Tries:
    """The connections to the addresses of a host, each up to the last that went well; ``lost`` failed."""

    count: int
    lost: tuple[tuple[Session, Observation], ...]

    @property
    def part(self) -> float:
        return len(self.lost) / self.count if self.count else 0.0

    def __str__(self) -> str:
        return f"{len(self.lost) or 'none'} of {self.count}"


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Each host, one family beside the other."""
    called = _called(measurement)
    for host in hosts(measurement):
        tries = {family: _tries([item for item in called if _is(item, host, family)]) for family in Family}
        for family in Family:
            if tries[family].lost:
                yield _flap(measurement, host, family, tries)


def _called(measurement: Measurement) -> list[Session]:
    trials = measurement.trials.sessions if measurement.trials is not None else ()
    return sorted((*measurement.sessions, *trials), key=lambda session: session.started)


def _is(session: Session, host: str, family: Family) -> bool:
    return session.family is family and not session.redirected and host in {session.mx, *session.names}


def _tries(sessions: Sequence[Session]) -> _Tries:
    """What came of ``sessions``, which are in the order they were held."""
    count, lost = 0, []
    for address in dict.fromkeys(session.address for session in sessions):
        mine = [(session, step) for session in sessions if session.address == address and (step := _connect(session))]
        well = [place for place, (_, step) in enumerate(mine) if step.failure is None]
        if well:
            count += well[-1] + 1
            lost += [(session, step) for session, step in mine[: well[-1]] if step.failure is not None]
    return _Tries(count, tuple(lost))


def _connect(session: Session) -> Observation | None:
    step = session.step(Stage.CONNECT)
    return step if step is not None and (step.failure is None or step.failure in _LOST) else None


def _flap(measurement: Measurement, host: str, family: Family, tries: dict[Family, _Tries]) -> Finding:
    mine, other = tries[family], tries[family.other]
    elsewhere = [
        (item, step)
        for item in measurement.references
        if item.family is family and (step := item.step(Stage.CONNECT)) is not None and step.failure in _LOST
    ]
    ours = bool(elsewhere) or other.part >= mine.part
    beside = f", and {other} over {family.other.label}" if other.count else ""
    why = "; that happens over both families, or to others too, so it is perhaps near us" if ours else ""
    return Finding(
        "tcp-flap",
        Verdict.WARNING if len(mine.lost) > 1 and not ours else Verdict.OK,
        family,
        host,
        f"{mine} connections to {host} failed over {family.label} and went well when tried again{beside}{why}.",
        tuple(f"[{session.address}] {session.purpose}, {told(step)}" for session, step in (*mine.lost, *elsewhere))[
            :_MOST
        ],
        "See where packets are lost, and look at the tunnel or the upstream of that family, and at limits on new "
        "connections in the host's firewall:\n"
        f"  mtr -{'6' if family is Family.IPV6 else '4'} -T -P {measurement.settings.port} {argument(host, 'HOST')}",
        "RFC 9293 3.8.1, RFC 5321 4.5.4.1",
    )
