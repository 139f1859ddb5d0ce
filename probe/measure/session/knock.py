"""One polite visit to a submission or IMAP server: connect, greeting, TLS, goodbye. Nobody logs in.

In: a ``Service`` and an address of it. Out: a ``Knock``; what goes wrong is in it. Every read is bounded: a line of
``_LINE`` octets, a reply of ``_LINES`` lines, and the time of the whole visit.
"""

import asyncio
import ssl
from dataclasses import dataclass, replace

from probe.address import literal
from probe.grammar.text import clip, escape
from probe.measure.frame import Frame
from probe.measure.transport.certificate import describe, load_libraries
from probe.measure.transport.refusal import let_icmp_pass
from probe.measure.transport.tls import client_context, facts, sni
from probe.model.errors import NetworkError
from probe.model.network import Endpoint, Link
from probe.model.services import Knock, Protocol, Service
from probe.model.smtp import TlsFacts
from probe.model.words import Failure, Family

CONNECT = 5.0  # seconds; four services of a host have to fit into a run
_LINE = 4096  # octets
_LINES = 64
_SHOWN = 200  # columns
_AT_ONCE = frozenset({Protocol.SUBMISSIONS, Protocol.IMAPS})  # RFC 8314 3.3: TLS before the first word
_SMTP = frozenset({Protocol.SUBMISSION, Protocol.SUBMISSIONS})


class _Over(Exception):  # noqa: N818 -- not an error of ours: the visit ends here
    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail


async def knock(service: Service, address: str, family: Family, frame: Frame, left: float) -> Knock:
    """Visit ``address`` within ``left`` seconds."""
    network, settings = frame.network, frame.settings
    began = network.monotonic()
    seen = Knock(service, address, family, round(began - frame.origin, 6), 0.0)
    patience = min(left, CONNECT, settings.timeouts.connect)
    try:
        link = await network.dial(Endpoint(address, service.port, family), settings.source(family), patience)
    except NetworkError as error:
        late = round(network.monotonic() - began, 6)
        return replace(seen, elapsed=late, failure=error.failure, detail=error.detail)
    let_icmp_pass(link.socket)
    visit = _Visit(service, link, *await asyncio.open_connection(sock=link.socket, limit=_LINE))
    failure, detail = await _outcome(visit, min(left - (network.monotonic() - began), settings.timeouts.reply))
    elapsed = round(network.monotonic() - began, 6)
    tls = visit.tls
    if tls is not None:
        await asyncio.to_thread(load_libraries)
        tls = describe(tls, (service.host,), settings.ca_file, network.now())
    return replace(
        seen, elapsed=elapsed, connected=True, greeting=visit.greeting, tls=tls, failure=failure, detail=detail
    )


async def _outcome(visit: "_Visit", patience: float) -> tuple[Failure | None, str | None]:
    """Hold the conversation; why it ended early, or None twice."""
    try:
        async with asyncio.timeout(patience):
            await visit.converse()
    except _Over as over:
        return over.failure, over.detail
    except TimeoutError:
        return Failure.TIMEOUT, "no answer in time"
    except OSError as error:
        return Failure.RESET, _words(error.strerror or "the connection was lost")
    finally:
        visit.hang_up()
    return None, None


def _words(text: str) -> str:
    return clip(escape(text.lower().encode()), _SHOWN)


@dataclass(slots=True)
class _Visit:
    """The conversation. ``greeting`` and ``tls`` are what was seen of it, however it ended."""

    service: Service
    link: Link
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    greeting: str | None = None
    tls: TlsFacts | None = None

    async def converse(self) -> None:
        """All of it: the greeting, TLS where it is offered, and a goodbye."""
        if self.service.protocol in _AT_ONCE:
            await self._secure()
        if self.service.protocol in _SMTP:
            await self._smtp()
        else:
            await self._imap()

    async def _smtp(self) -> None:
        """RFC 6409: as SMTP, and no envelope."""
        await self._greeted(b"220")
        offered = await self._ask(f"EHLO {literal(self.link.source)}")
        if self.tls is None and any(line[4:].upper().startswith(b"STARTTLS") for line in offered):
            await self._upgrade((await self._ask("STARTTLS"))[-1].startswith(b"220"))
        await self._ask("QUIT")

    async def _imap(self) -> None:
        """RFC 9051 6.1: CAPABILITY, STARTTLS, LOGOUT."""
        await self._greeted(b"* OK")
        offered = b" ".join(await self._ask("CAPABILITY", "p1")).upper().split()
        if self.tls is None and b"STARTTLS" in offered:
            await self._upgrade((await self._ask("STARTTLS", "p2"))[-1].upper().startswith(b"P2 OK"))
        await self._ask("LOGOUT", "p3")

    async def _greeted(self, wanted: bytes) -> None:
        lines = [await self._line()]
        while lines[-1][:4] == wanted + b"-" and len(lines) < _LINES:
            lines.append(await self._line())
        self.greeting = clip(escape(lines[-1].rstrip(b"\r\n")), _SHOWN)
        if not lines[-1].upper().startswith(wanted):
            raise _Over(Failure.PROTOCOL, f"it greets with {self.greeting}")

    async def _ask(self, command: str, tag: str = "") -> list[bytes]:
        """One command and the lines of its reply; IMAP's ends with the line that has our tag."""
        self.writer.write(f"{tag} {command}\r\n".lstrip().encode("ascii"))
        lines: list[bytes] = []
        while len(lines) < _LINES:
            line = await self._line()
            lines.append(line)
            if line.lower().startswith(f"{tag} ".encode()) if tag else line[3:4] != b"-":
                return lines
        raise _Over(Failure.TOO_LONG, f"more than {_LINES} lines in answer to {command}")

    async def _line(self) -> bytes:
        try:
            line = await self.reader.readline()
        except ValueError as error:
            raise _Over(Failure.TOO_LONG, f"a line of more than {_LINE} octets") from error
        if not line.endswith(b"\n"):
            raise _Over(Failure.CLOSED, "the server closed the connection")
        return line

    async def _upgrade(self, ready: bool) -> None:
        if ready:
            await self._secure()

    async def _secure(self) -> None:
        """The handshake. Whatever stood behind the permission to begin is no TLS, and ends it (RFC 3207 6)."""
        try:
            await self.writer.start_tls(client_context(), server_hostname=sni(self.service.host))
        except OSError as error:  # ssl.SSLError is one
            told = _words(getattr(error, "reason", None) or error.strerror or "the connection was lost in it")
            raise _Over(Failure.TLS_HANDSHAKE, f"the TLS handshake failed: {told}") from error
        handshake = self.writer.get_extra_info("ssl_object")
        if isinstance(handshake, ssl.SSLObject):
            self.tls = facts(handshake)

    def hang_up(self) -> None:
        """Let go now."""
        self.writer.transport.abort()
