"""The record of one conversation while it is being held: steps, transcript, time left.

The connector tells the story, the diary writes it down and turns it into a frozen ``Session``. Times are seconds since
the measurement began (``Frame.origin``).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from probe.grammar.text import printable
from probe.measure.frame import Frame
from probe.measure.session.conversation import ConversationError
from probe.measure.session.kept import CLIPPED, CONVERSATION
from probe.measure.transport.heartbeat import heartbeat
from probe.model.errors import NetworkError
from probe.model.network import Icmp, Link
from probe.model.smtp import Line, Observation, Reply, Session, TcpInfo, TlsFacts
from probe.model.words import Failure, Family, Purpose, Stage

T = TypeVar("T")

_UNASKED = (Stage.CONNECT, Stage.BANNER)  # the server, or its system, waits for nothing of ours meanwhile


@dataclass(frozen=True, slots=True)
class Call:
    """One conversation to be held.

    ``dial_to`` is where ``--connect-to`` sends it; ``helo`` is awaited just before EHLO, so that the look-up of our own
    name runs beside connect and banner; ``message`` makes what is sent after the 354 from the name given in EHLO;
    ``envid`` is what the envelope of that message is called (RFC 3461 4.4); ``source`` is our own address to call from,
    where it must be the one of the call before; ``barred`` says why this one is only to be written down, not held;
    ``guests`` are mailboxes of other targets, asked for after ``recipient`` in transactions of their own;
    ``lockstep``: one command at a time to the end; ``max_segment`` limits the octets of a TCP segment; ``unfinished``:
    what is sent after the 354 is never ended.
    """

    mx: str
    names: tuple[str, ...]
    address: str
    port: int
    family: Family
    until: Stage
    helo: Callable[[], Awaitable[str]]
    purpose: Purpose = Purpose.CHECK
    sender: str = ""
    recipient: str | None = None
    message: Callable[[str], bytes] | None = None
    envid: str | None = None
    dial_to: tuple[str, int] | None = None
    source: str | None = None
    barred: tuple[Failure, str] | None = None
    lockstep: bool = False
    max_segment: int | None = None
    unfinished: bool = False
    guests: tuple[str, ...] = ()


class ConversationOver(Exception):  # noqa: N818 -- not an error: the conversation simply ends here
    """The conversation ends here; the diary knows why."""


class Diary:
    """Writes down one conversation. Every step runs through ``run``, which times it and bounds it by what is left."""

    def __init__(self, call: Call, frame: Frame) -> None:
        self.call = call
        self.frame = frame
        self.steps: list[Observation] = []
        self.lines: list[Line] = []
        self.capabilities: tuple[str, ...] = ()
        self.capabilities_tls: tuple[str, ...] = ()
        self.client_echo: str | None = None
        self.tls: TlsFacts | None = None
        self.link: Link | None = None
        self.tcp: TcpInfo | None = None
        self.libraries: asyncio.Future[None] | None = None
        self.inside_tls = False
        self.source: str | None = None
        self.max_segment: int | None = None
        self.helo = ""
        self.failure: Failure | None = None
        self.group: tuple[str, ...] = ()
        self.group_fault: str | None = None
        self.may_quit = False
        self.pending: Stage | None = None  # of the command whose reply is awaited
        self._room = CONVERSATION
        self._started = self.clock()
        self._delay = 0.0  # of our own making, in the step that ran last

    @property
    def offered(self) -> tuple[str, ...]:
        """What the server offers now: of what it said before TLS nothing counts inside it (RFC 3207 4.2)."""
        return self.capabilities_tls if self.inside_tls else self.capabilities

    def clock(self) -> float:
        """Seconds since the measurement began."""
        return self.frame.network.monotonic() - self.frame.origin

    def budget(self, own: float) -> float:
        """The step's own time or what the run has left, whichever is less. Not positive: the deadline has passed."""
        if self.frame.deadline is None:
            return own
        return min(own, self.frame.deadline - self.frame.network.monotonic())

    @property
    def takes_groups(self) -> bool:
        """True when the server offered PIPELINING, and inside TLS: offered it there (RFC 3207 4.2)."""
        return offers(self.capabilities_tls if self.inside_tls else self.capabilities, "PIPELINING")

    async def run(
        self,
        stage: Stage,
        own: float,
        step: Callable[[float], Awaitable[T]],
        command: str | None = None,
        since: float | None = None,
    ) -> tuple[T, float]:
        """Run one step within its time; what fails is written down and ends the conversation.

        ``since`` is when the command went out, where it did so in a group; else it goes out now. Returns what the step
        gave and when it started; the caller writes down the success, since it alone can read it.
        """
        budget = self.budget(own)
        grouped = since is not None
        started = self.clock() if since is None else since
        if budget <= 0:
            late = "the run's deadline came before the reply" if grouped else "the run's deadline came before this step"
            raise self.over(stage, started, Failure.DEADLINE, late, command, grouped=grouped)
        if command is not None and not grouped:
            self.note("C", command)
        self.pending = stage if command is not None else None
        try:
            done = await self._timed(step, budget, once=stage in _UNASKED)
            self.pending = None
            return done, started
        except ConversationError as error:
            failure, icmp, reply = error.failure, None, error.reply
            waited = failure is Failure.TIMEOUT and not error.early
            detail = f"{error.detail} (waited {budget:g} s)" if waited else error.detail
        except NetworkError as error:
            failure, detail, icmp, reply = error.failure, error.detail, error.icmp, None
            waited = failure is Failure.TIMEOUT
        if waited and budget < own:
            failure, detail = Failure.DEADLINE, f"the run's deadline came after {budget:.1f} s of waiting"
        raise self.over(stage, started, failure, detail, command, icmp, reply, grouped=grouped)

    async def _timed(self, step: Callable[[float], Awaitable[T]], budget: float, *, once: bool) -> T:
        """Run a step and see whether our own event loop was on time meanwhile."""
        loop = asyncio.get_running_loop()
        heart, started = heartbeat(loop), loop.time()
        with heart.watched():
            try:
                return await step(budget)
            finally:
                self._delay = heart.delay_since(started, once=once)

    def late(self, seconds: float) -> None:
        """By so much the step that ended was noticed late; more than 0 is what the kernel knows, and not the heart."""
        self._delay = seconds or self._delay

    def over(
        self,
        stage: Stage,
        started: float,
        failure: Failure,
        detail: str,
        command: str | None = None,
        icmp: Icmp | None = None,
        reply: Reply | None = None,
        *,
        grouped: bool = False,
    ) -> ConversationOver:
        """Write down the step that broke the conversation; the caller raises what this returns."""
        self.failure = failure
        self.may_quit = False
        if reply is not None:
            self.heard(reply)
        self.observe(
            stage,
            started,
            reply=reply,
            failure=failure,
            detail=detail,
            command=command,
            icmp=icmp,
            grouped=grouped,
        )
        self.note("*", f"{stage}: {failure}: {detail}")
        return ConversationOver()

    def observe(
        self,
        stage: Stage,
        started: float,
        *,
        reply: Reply | None = None,
        failure: Failure | None = None,
        detail: str | None = None,
        command: str | None = None,
        icmp: Icmp | None = None,
        grouped: bool = False,
    ) -> None:
        """Write down one step as it ended."""
        elapsed = round(self.clock() - started, 6)
        delay, self._delay = min(round(self._delay, 6), elapsed), 0.0
        self.steps.append(
            Observation(
                stage,
                round(started, 6),
                elapsed,
                reply,
                failure,
                detail,
                command,
                self.inside_tls,
                icmp,
                grouped,
                delay=delay,
            )
        )

    def note(self, who: str, text: str) -> None:
        """One line of the transcript."""
        self.lines.append(Line(round(self.clock(), 6), who, printable(text), self.inside_tls))

    def heard(self, reply: Reply) -> None:
        """A reply, line by line, into the transcript, as long as there is room for the server's words."""
        last = len(reply.lines) - 1
        for index, line in enumerate(reply.lines):
            if self._room < 0:
                break
            self.note("S", f"{reply.code}{' ' if index == last else '-'}{line}")
            self._room -= len(line)
        if self._room < 0:
            self.note("*", f"a reply {reply.code}; the server has said too much for all of it to be kept")
        elif CLIPPED in reply.facts:
            self.note("*", "clipped: the reply was longer than is kept")

    def session(self) -> Session:
        """The conversation as a noun."""
        call = self.call
        reached = max((step.stage for step in self.steps), key=lambda stage: stage.rank, default=Stage.CONNECT)
        return Session(
            mx=call.mx,
            names=call.names,
            address=call.address,
            port=call.port,
            family=call.family,
            until=call.until,
            reached=reached,
            started=round(self._started, 6),
            elapsed=round(self.clock() - self._started, 6),
            source=self.source,
            failure=self.failure,
            purpose=call.purpose,
            helo=self.helo or None,
            steps=tuple(self.steps),
            capabilities=self.capabilities,
            capabilities_tls=self.capabilities_tls,
            client_echo=self.client_echo,
            tls=self.tls,
            redirected=call.dial_to is not None,
            transcript=tuple(self.lines),
            tcp=self.tcp,
            group=self.group,
            group_fault=self.group_fault,
            max_segment=self.max_segment,
        )


def refused(reply: Reply) -> Failure | None:
    """What a reply means for its step: nothing for 2xx, else deferred, rejected or protocol (RFC 5321 4.2.1).

    A 3xx belongs only after DATA, where the connector looks for it itself.
    """
    match reply.code // 100:
        case 2:
            return None
        case 4:
            return Failure.DEFERRED
        case 5:
            return Failure.REJECTED
        case _:
            return Failure.PROTOCOL


def untried(call: Call, frame: Frame, failure: Failure, detail: str) -> Session:
    """A conversation that was not held, and why: a connect step that failed, so that nothing is left out silently."""
    diary = Diary(call, frame)
    diary.failure = failure
    diary.observe(Stage.CONNECT, diary.clock(), failure=failure, detail=detail)
    return diary.session()


def offers(capabilities: Sequence[str], keyword: str) -> bool:
    """True when an EHLO reply offered ``keyword`` (compared without ASCII's case, RFC 5321 2.4)."""
    words = (line.split(" ", 1)[0] for line in capabilities)
    return any(word.isascii() and word.upper() == keyword for word in words)
