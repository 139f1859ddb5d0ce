"""The tests that take the owner's leave: one conversation each, after all others, and never part of the check.

In: the ``Case`` of a run, whose settings say which; then what the visits showed. Out: ``Trials``. ``allowed`` raises
``UsageError`` before anybody is dialled.

One attempt per test, host and family, at the first address that greeted us; where none did, that is written down.
Whether it relays, a host is asked once for all targets of a run (``owner.relay``). Of mailboxes that nobody has one is
asked for in a whole run (catalogue rule 42). Wrong ends of data are tried at the best host of each family, one message
after the other, until one is taken for the end or the fate of a message is unknown.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from probe.address import literal
from probe.measure.connector import converse
from probe.measure.owner import injection, ownership, relay, smuggling
from probe.measure.proof import message
from probe.measure.schedule import Errand, Lane, lanes_of
from probe.measure.session.diary import Call, untried
from probe.measure.session.turn import SILENT, in_turn, wants_peace
from probe.model.trials import Trials
from probe.model.words import Failure, Family, Purpose, Stage

if TYPE_CHECKING:
    from probe.measure.case import Case
    from probe.measure.frame import Frame
    from probe.measure.session.turn import Hold
    from probe.measure.visits import Seen
    from probe.model.measurement import Vantage
    from probe.model.smtp import Session

_ONCE_A_FAMILY = frozenset({Purpose.CATCHALL, Purpose.SMUGGLING})
_DEAF = "no address of it greeted us over this family"


async def allowed(case: Case) -> Trials:
    """What the owner has given leave for; nothing is held yet."""
    leave = await ownership.show(case)
    wanted = Purpose.RELAY in case.frame.settings.trials
    return Trials(leave, await relay.foreign(case) if wanted else None)


async def hold(frame: Frame, seen: Seen, trials: Trials) -> Trials:
    """The same with all conversations: hosts and families side by side, one after the other with each."""
    everywhere = set(frame.settings.trials) - _ONCE_A_FAMILY
    lanes = [
        _Tests(lane, frame, trials, _greeted(lane, seen.sessions), set(everywhere)) for lane in _lanes(frame, seen)
    ]
    best: set[Family] = set()
    for one in lanes:
        if one.open and one.lane.family not in best:
            one.purposes |= _ONCE_A_FAMILY
            one.stranger = not best
            best.add(one.lane.family)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one.run()) for one in lanes]
    sessions = [session for task in tasks for session in task.result()]
    return replace(trials, sessions=tuple(sorted(sessions, key=lambda session: session.started)))


def _lanes(frame: Frame, seen: Seen) -> list[Lane]:
    errand = Errand(
        until=Stage.RCPT,
        sender=frame.settings.sender,
        recipient=frame.settings.recipient,
        helo=lambda family: partial(_name, seen.vantage, family),
        message=None,
        barred=lambda item: None if item.dial else (Failure.NOT_GLOBAL, f"{item.address} is {item.klass}"),
    )
    return lanes_of(seen.resolved.hosts, errand, frame)


async def _name(vantage: Sequence[Vantage], family: Family) -> str:
    """The name that was said in the conversations of the check."""
    return next(item.helo for item in vantage if item.family is family and item.helo)


def _greeted(lane: Lane, sessions: Sequence[Session]) -> Call | None:
    """The first address of the lane that greeted us."""
    open_doors = {item.address for item in sessions if item.banner is not None and item.banner.code == 220}
    return next((call for call in lane.calls if call.address in open_doors), None)


@dataclass(slots=True)
class _Tests:
    """All tests of one host over one family. ``stranger``: the mailbox that nobody has is asked for here."""

    lane: Lane
    frame: Frame
    trials: Trials
    open: Call | None
    purposes: set[Purpose]
    stranger: bool = False

    async def run(self) -> list[Session]:
        """Hold them in the order they were asked for."""
        found: list[Session] = []
        for purpose in self.frame.settings.trials:
            if purpose in self.purposes:
                found += [session async for session in self._test(purpose)]
        return found

    async def _test(self, purpose: Purpose) -> AsyncIterator[Session]:
        call = replace(self.open or self.lane.calls[0], purpose=purpose, barred=None)
        match purpose:
            case Purpose.RELAY if self.trials.foreign is not None:
                mailbox = self.trials.foreign.mailbox
                asking = replace(call, sender=call.sender or mailbox, recipient=mailbox, until=Stage.RCPT)
                trouble = self.trials.foreign.trouble
                held = None if self.open is None or trouble is not None else relay.known(asking, self.frame)
                yield held or await self._hold(asking, relay.hold, trouble)
            case Purpose.CATCHALL if call.recipient is not None:
                domain = call.recipient.rpartition("@")[2]
                nobody = (f"{message.new_token(call.family)}@{domain}",) if self.stranger else ()
                yield await self._hold(replace(call, recipient=f"postmaster@{domain}", guests=nobody), converse)
            case Purpose.LITERAL:
                yield await self._hold(replace(call, helo=partial(self._literal, call), until=Stage.EHLO), converse)
            case Purpose.INJECTION:
                yield await self._hold(replace(call, until=Stage.STARTTLS), injection.hold)
            case Purpose.SMUGGLING:
                async for session in self._sequences(replace(call, until=Stage.DATA)):
                    yield session

    async def _sequences(self, call: Call) -> AsyncIterator[Session]:
        for sequence in smuggling.SEQUENCES:
            session = await self._hold(call, partial(smuggling.hold, sequence), enough=smuggling.wants_peace)
            yield session
            if not smuggling.known_fate(session) or smuggling.ended_there(session):
                return

    async def _literal(self, call: Call) -> str:
        source = call.source or self.frame.settings.source(call.family)
        return literal(self.frame.network.source_for(call.address, source).address)

    async def _hold(
        self, call: Call, how: Hold, trouble: str | None = None, enough: Callable[[Session], bool] = wants_peace
    ) -> Session:
        """One conversation, or why there is none."""
        frame, host = self.frame, self.lane.host
        if self.open is None:
            return untried(call, frame, Failure.NOT_TRIED, _DEAF)
        if trouble is not None:
            return untried(call, frame, Failure.NOT_TRIED, trouble)
        if host in frame.courtesy.silenced:
            return untried(call, frame, Failure.NOT_TRIED, f"{host} {SILENT}")
        if frame.deadline is not None and frame.network.monotonic() >= frame.deadline:
            return untried(call, frame, Failure.DEADLINE, "the run's deadline came before this test")
        return await in_turn(host, call, frame, how, enough)
