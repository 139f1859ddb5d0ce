"""One conversation with an address for all targets of a run that have it, each with a session of its own in its report.

In: what every target would do by itself (``Sharing.join``), then its calls. Out: sessions. A host that takes mail for a
hundred domains is called once, not a hundred times; for those that want to know about a mailbox the conversation holds
a transaction each, MAIL, RCPT and RSET, so that no server sees a bounce to several recipients. At most ten mailboxes
are asked for in a conversation; after the second that is unknown no other is, for that is how addresses are harvested.

What one target sees of the conversation is what it would have seen alone: the way to the envelope, its own transaction,
the goodbye. Where that ended the conversation, or the server would not go on, the next mailbox begins another one. An
address under another MX name is another matter: the name is in SNI, and in the certificate.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from probe.grammar.mailbox_words import says_unknown
from probe.measure.frame import Frame
from probe.measure.session.diary import Call
from probe.model.settings import Pipelining, Settings
from probe.model.smtp import Line, Observation, Session
from probe.model.words import Failure, Purpose, Stage

MOST = 10  # mailboxes in one conversation; Exim ends one with more than ten RSETs (smtp_accept_max_nonmail)
ENOUGH = 2  # mailboxes a host does not know, and no other is asked for in this run

Hold = Callable[[Call], Awaitable[Session]]
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation as it was held; ``origin`` is where its times count from, on the network's clock."""

    session: Session
    origin: float


@dataclass(slots=True)
class Party:
    """The targets that share an address. ``rounds`` are its conversations: those of the first try, of the second."""

    until: Stage = Stage.CONNECT
    members: int = 0
    waiting: dict[str, None] = field(default_factory=dict)
    rounds: list[list[Held]] = field(default_factory=list)
    repeats: list[Held] = field(default_factory=list)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def exhausted(self) -> bool:
        """True when the host was asked for enough mailboxes it does not know."""
        every = (step.reply for held in self.rounds[0] for _, step in asked(held.session).values())
        return sum(map(says_unknown, every)) >= ENOUGH

    def find(self, call: Call, nth: int) -> Held | None:
        """The conversation that has the answer to ``call``, a target's ``nth`` try, where one has."""
        if call.purpose is Purpose.REPEAT:
            return self.repeats[nth] if nth < len(self.repeats) else None
        held = self.rounds[nth] if nth < len(self.rounds) else []
        for one in held:
            if call.until.rank < Stage.RCPT.rank or call.recipient in asked(one.session):
                return one
        for one in held[::-1]:
            if _ended_for_all(one.session):
                return one
        return held[-1] if held and nth == 0 and self.exhausted else None

    def whole(self, call: Call) -> Call:
        """``call`` on behalf of all who still wait."""
        if call.purpose is Purpose.REPEAT:
            return call
        first = [call.recipient] if call.until.rank >= Stage.RCPT.rank and call.recipient is not None else []
        names = list(dict.fromkeys([*first, *self.waiting]))[:MOST]
        if self.until.rank < Stage.RCPT.rank or not names:
            return replace(call, until=max(self.until, call.until, key=lambda stage: stage.rank))
        return replace(call, until=Stage.RCPT, recipient=names[0], guests=tuple(names[1:]))

    def add(self, call: Call, nth: int, held: Held) -> None:
        """Keep a conversation that was held for ``call``."""
        if call.purpose is Purpose.REPEAT:
            self.repeats.append(held)
            return
        while len(self.rounds) <= nth:
            self.rounds.append([])
        self.rounds[nth].append(held)
        for name in asked(held.session):
            self.waiting.pop(name, None)


class Sharing:
    """Who shares which address in one run."""

    def __init__(self) -> None:
        self._parties: dict[Key, Party] = {}

    def join(self, settings: Settings, calls: Iterable[Call]) -> tuple[Party, ...]:
        """A target would make ``calls``; the parties it belongs to."""
        found = []
        for call in calls:
            if call.barred is None and _shareable(call, settings):
                party = self._parties.setdefault(_key(call, settings), Party())
                party.members += 1
                party.until = max(party.until, call.until, key=lambda stage: stage.rank)
                if call.until.rank >= Stage.RCPT.rank and call.recipient is not None:
                    party.waiting[call.recipient] = None
                found.append(party)
        return tuple(found)

    def known(self, call: Call, frame: Frame, nth: int) -> Session | None:
        """What ``call`` would show, where it is known already."""
        party = self._party(call, frame.settings)
        if party is None or _own_affair(party, call, nth):
            return None
        held = party.find(call, nth)
        return None if held is None else replace(view(held, call, frame), shared=True)

    async def session(self, call: Call, frame: Frame, nth: int, hold: Hold) -> Session:
        """Have the conversation held, with ``hold``, unless it has been meanwhile."""
        party = self._party(call, frame.settings)
        if party is None or _own_affair(party, call, nth):
            return await hold(call)
        async with party.turn:
            held = party.find(call, nth)
            if held is not None:
                return replace(view(held, call, frame), shared=True)
            session = await hold(party.whole(call))
            held = Held(session, frame.origin)
            if session.failure is not Failure.NOT_TRIED:
                party.add(call, nth, held)
            return view(held, call, frame)

    def _party(self, call: Call, settings: Settings) -> Party | None:
        party = self._parties.get(_key(call, settings)) if _shareable(call, settings) else None
        return party if party is not None and party.members > 1 else None


def begun(parties: Sequence[Party]) -> float | None:
    """When the first conversation of ``parties`` began, on the network's clock; None before there is one."""
    every = [
        held for party in parties for held in (*party.repeats, *(one for several in party.rounds for one in several))
    ]
    return min((held.origin + held.session.started for held in every), default=None)


def asked(session: Session) -> dict[str, tuple[Observation, Observation]]:
    """The mailboxes that were asked for, each with its MAIL and its RCPT.

    After the first a transaction counts when it was answered: what breaks in a later one may be the doing of those
    before it, and so that mailbox begins a conversation of its own.
    """
    found: dict[str, tuple[Observation, Observation]] = {}
    mail: Observation | None = None
    for step in session.steps:
        if step.stage is Stage.MAIL:
            mail = step
        elif step.stage is Stage.RCPT and mail is not None:
            name = (step.command or "").removeprefix("RCPT TO:<").removesuffix(">")
            if not found or (step.reply is not None and step.reply.code != 421):
                found[name] = (mail, step)
    return found


def view(held: Held, call: Call, frame: Frame) -> Session:
    """The conversation as the target of ``call`` would have seen it alone, on that target's clock."""
    session, mine = held.session, asked(held.session).get(call.recipient or "")
    if call.until.rank < Stage.RCPT.rank:
        mine = None
    first = next((index for index, step in enumerate(session.steps) if step.stage is Stage.MAIL), len(session.steps))
    steps = [step for step in session.steps[:first] if step.stage.rank <= call.until.rank]
    if mine is not None:
        steps += mine
    elif call.until.rank >= Stage.MAIL.rank:
        steps += session.steps[first : first + 1]
    stopped = session.failure is not None and bool(steps) and steps[-1] is session.steps[-1]
    failure = session.failure if stopped else mine[1].failure if mine is not None else None
    until = call.until if mine is not None or failure is not None else min(call.until, Stage.MAIL, key=_rank)
    others = sum(step.elapsed for step in session.steps if step not in steps)
    shift = held.origin - frame.origin
    lines = _lines(session.transcript, call, asked=mine is not None)
    return replace(
        session,
        names=call.names,
        until=until,
        reached=max((step.stage for step in steps), key=_rank, default=Stage.CONNECT),
        failure=failure,
        purpose=call.purpose,
        started=round(session.started + shift, 6),
        elapsed=round(max(session.elapsed - others, 0.0), 6),
        steps=tuple(replace(step, started=round(step.started + shift, 6)) for step in steps),
        transcript=tuple(replace(line, at=round(line.at + shift, 6)) for line in lines),
    )


def _lines(transcript: Sequence[Line], call: Call, *, asked: bool) -> list[Line]:
    """The lines of the way to the envelope, of the target's own transaction, and of the goodbye."""
    parts: list[list[Line]] = [[]]
    tail: list[Line] = []
    for line in transcript:
        if tail or (line.who == "C" and line.text == "QUIT"):
            tail.append(line)
            continue
        if line.who == "C" and line.text.startswith("MAIL FROM:"):
            parts.append([])
        parts[-1].append(line)
    way, *transactions = parts
    own = f"RCPT TO:<{call.recipient}>"
    if asked:
        mine = next((part for part in transactions if any(line.text == own for line in part)), [])
    elif call.until.rank >= Stage.MAIL.rank and transactions:
        part = transactions[0]
        end = next((n for n, line in enumerate(part) if line.who == "C" and line.text.startswith("RCPT")), len(part))
        mine = part[:end]
    else:
        mine = []
    return [*way, *mine, *tail]


def _key(call: Call, settings: Settings) -> Key:
    """What makes two calls the same: where they go, who calls, and what is said on the way to the mailbox."""
    return (
        *(call.mx, call.address, call.port, call.dial_to, call.sender),
        *(settings.source(call.family), settings.helo, settings.engine, settings.ca_file, settings.timeouts),
    )


def _shareable(call: Call, settings: Settings) -> bool:
    """A message is one target's own, and a group of commands is measured as one."""
    return (
        call.message is None
        and not call.lockstep
        and call.max_segment is None
        and settings.until.rank <= Stage.RCPT.rank
        and settings.pipelining is Pipelining.NEVER
        and settings.via is None
    )


def _own_affair(party: Party, call: Call, nth: int) -> bool:
    """True for another try because of what a server said about the target's own mailbox."""
    if call.purpose is Purpose.REPEAT or nth == 0:
        return False
    before = party.rounds[nth - 1] if nth <= len(party.rounds) else []
    return any(call.recipient in asked(held.session) for held in before) or not before


def _ended_for_all(session: Session) -> bool:
    """True when the conversation ended before the first mailbox was asked for."""
    return session.failure is not None and not any(step.stage is Stage.RCPT for step in session.steps)


def _rank(stage: Stage) -> int:
    return stage.rank
