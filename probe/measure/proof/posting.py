"""The test messages of a run: which token went where, and what became of each.

One token per family and address (catalogue C.1), so that a copy can never be credited to the other family. The proofs
begin to look as soon as a message was accepted, beside the conversations still going on.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from probe.grammar import queue_id
from probe.measure.frame import Frame
from probe.measure.proof import message
from probe.measure.proof.arrival import Proof, await_arrival, expect
from probe.measure.session.diary import Call
from probe.measure.session.exchange import FINAL_DOT
from probe.model.delivery import Attempt
from probe.model.dns import Address, MxHost
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Purpose, Stage


@dataclass(slots=True)
class Posting:
    """The messages of one run. ``heard`` is told of every session; ``attempts`` are complete when ``group`` is done."""

    frame: Frame
    proofs: Sequence[Proof]
    group: asyncio.TaskGroup
    tokens: dict[str, str] = field(default_factory=dict)  # address -> token
    attempts: list[tuple[Session, Attempt]] = field(default_factory=list)
    spoken_for: set[Family] = field(default_factory=set)  # a server was given, or refused, the message: no second one

    def token(self, address: str, family: Family) -> str:
        """The token of the message for one address: a retry carries the same one."""
        return self.tokens.setdefault(address, message.new_token(family))

    def message(self, host: MxHost, address: Address) -> Callable[[str], bytes]:
        """The maker of the message for one address; it is given the EHLO name when the time has come."""
        return partial(self._build, host.host, address.address, address.family)

    def message_to(self, call: Call) -> Callable[[str], bytes]:
        """The same for a call already planned."""
        return partial(self._build, call.mx, call.address, call.family)

    def _build(self, mx: str, address: str, family: Family, helo: str) -> bytes:
        settings = self.frame.settings
        token = self.token(address, family)
        expect(self.proofs, token)  # a log is read beside the conversation, for another message perhaps
        content = message.build(
            token=token,
            family=family,
            sender=settings.sender,
            recipient=settings.recipient or "",
            mx=mx,
            helo=helo,
            date=self.frame.network.now(),
            contact=settings.contact,
        )
        return content if self.frame.sign is None else self.frame.sign(content)

    def heard(self, session: Session) -> None:
        """A conversation ended: when it got as far as DATA, there is a message to account for."""
        steps = [step for step in session.steps if step.stage is Stage.DATA]
        if not steps or session.group_fault is not None or session.purpose is Purpose.NARROW:
            return  # no message was sent: where a group went wrong the conversation is held again
        self.spoken_for.add(session.family)
        last = steps[-1]
        accepted: bool | None = session.failure is None
        if last.command == FINAL_DOT and last.reply is None:
            accepted = None  # the dot may have been sent: nobody knows (RFC 5321 4.2.5, RFC 1047)
        attempt = Attempt(
            family=session.family,
            mx=session.mx,
            address=session.address,
            token=self.tokens.get(session.address, ""),
            session=-1,
            accepted=accepted,
            queue_id=queue_id.from_reply(last.reply.text) if accepted and last.reply else None,
            seconds_to_accept=last.elapsed if accepted else None,
            watched=tuple(proof.name for proof in self.proofs),
        )
        if accepted is not False and self.proofs:
            sent = self.frame.origin + last.started + last.elapsed
            self.group.create_task(self._follow(session, attempt, sent))
        else:
            self.attempts.append((session, attempt))

    async def _follow(self, session: Session, attempt: Attempt, sent: float) -> None:
        network, timeouts = self.frame.network, self.frame.settings.timeouts
        patience = timeouts.arrival
        if self.frame.deadline is not None:
            patience = max(0.0, min(patience, self.frame.deadline - network.monotonic()))
        expect(self.proofs, attempt.token, attempt.queue_id)
        returns = bool(self.frame.settings.sender)  # nothing comes back to the null reverse-path
        watch = await await_arrival(network, self.proofs, attempt.token, sent, patience, returns=returns)
        # Where nobody could look until the end, nobody knows: then no proof is said to have watched.
        told = watch.bounce is not None and watch.bounce.is_success  # a report of success is as good as the message
        failure = Failure.NOT_ARRIVED if watch.by and not watch.arrival and not told else None
        known = replace(
            attempt,
            arrival=watch.arrival,
            failure=failure,
            watched=watch.by,
            bounce=watch.bounce,
            seen=watch.seen,
            traces=watch.traces,
        )
        self.attempts.append((session, known))

    def accounts(self, sessions: Sequence[Session]) -> tuple[Attempt, ...]:
        """All attempts, each with the index of its conversation in ``sessions``, in the order of the conversations."""
        found = [
            replace(attempt, session=index)
            for index, session in enumerate(sessions)
            for mine, attempt in self.attempts
            if mine is session
        ]
        return tuple(found)
