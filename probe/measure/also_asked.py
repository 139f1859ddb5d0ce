"""By which names a machine is asked for its certificate beside the one it was called by: as senders that check do.

In: a ``Case`` without inquiries, then a call and what its handshake showed. Out: names for SNI, each once. Wrong: what
the DNS does not tell in the time that is left asks for nothing.

A sender that follows TLSA records asks by the name they stand at, which for a signed alias is its end (RFC 7672 2.2.2
and 8.1). One that follows an MTA-STS policy asks by the name in the MX record (RFC 8461 4.1), and that is asked again
only where the certificate that was shown does not name it too.
"""

import asyncio
from dataclasses import dataclass

from probe.grammar.certname import matches
from probe.grammar.mtasts import announcement
from probe.grammar.txt import octets
from probe.measure.case import Case
from probe.measure.dns.tlsa import compared, look_up
from probe.measure.session.diary import Call
from probe.model.smtp import Session
from probe.model.words import Outcome


@dataclass(frozen=True, slots=True)
class AlsoAsked:
    """The names for one target."""

    case: Case

    async def __call__(self, call: Call, session: Session) -> tuple[str, ...]:
        """By which names the machine that showed a certificate in ``session`` is to be asked once more."""
        until, network = self.case.frame.deadline, self.case.frame.network
        left = None if until is None else max(0.0, until - network.monotonic())
        try:
            async with asyncio.timeout(left):
                wanted = [base for name in call.names if (base := await self._promised(name, call)) is not None]
                wanted += [name for name in call.names if _unnamed(name, session) and await self._announced()]
        except TimeoutError:
            return ()
        return tuple(name for name in dict.fromkeys(wanted) if name != call.mx)

    async def _promised(self, name: str, call: Call) -> str | None:
        """Where the TLSA records stand that the certificate of ``name`` is compared with; None where there are none."""
        host = next((host for host in self.case.resolved.hosts if host.host == name), None)
        if host is None or (name == call.mx and not host.cnames):
            return None  # nothing but the name it was called by
        found = await look_up(self.case.resolver, host, self.case.frame.settings.port)
        return found.bases[-1] if compared(found) else None

    async def _announced(self) -> bool:
        """True where the domain announces an MTA-STS policy; what it says is nobody's concern yet."""
        if self.case.domain is None:
            return False
        record = await self.case.resolver.lookup(f"_mta-sts.{self.case.domain}", "TXT")
        texts = [octets(text) for text in record.records]
        return record.outcome is Outcome.ANSWER and announcement(texts) is not None


def _unnamed(name: str, session: Session) -> bool:
    return session.tls is not None and bool(session.tls.names) and not matches(session.tls.names, name)
