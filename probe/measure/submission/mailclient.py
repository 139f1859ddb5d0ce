"""aiosmtplib as a mail program uses it: EHLO, STARTTLS and AUTH are the library's own.

In: a connected socket, the server as the user wrote it, the password. Out: ``Reply`` values. What goes wrong comes as
``ConversationError``; the table from the library's exceptions to our words is the engine's. Time-outs are seconds.

Where a password is to be sent the certificate is verified in the handshake itself, against the name the user wrote.
No reply and no error holds the password, in whatever form AUTH gives it: what a server repeats of it is taken out.
"""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Awaitable
from dataclasses import dataclass, field
from functools import cache

import aiosmtplib
from aiosmtplib import SMTPResponse, errors

from probe.grammar.enhanced_code import enhanced_code
from probe.grammar.submission_url import SubmissionUrl
from probe.grammar.text import escape
from probe.measure.engines.aiosmtplib import failure_of
from probe.measure.session.conversation import ConversationError
from probe.measure.session.kept import CLIPPED, keep
from probe.measure.transport.refusal import let_icmp_pass
from probe.measure.transport.tls import client_context
from probe.model.network import Link
from probe.model.smtp import Reply
from probe.model.words import Failure
from probe.smtp.content import content

HIDDEN = "***"
MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5")
"""Those we speak, the best first: inside verified TLS a challenge protects nothing more."""

_LONGEST_DETAIL = 200
_REFUSALS = (errors.SMTPHeloError, errors.SMTPAuthenticationError, errors.SMTPConnectResponseError)
_MALFORMED = ("Malformed SMTP response line", "Response too long")


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are to the server. Its ``repr`` shows nothing."""

    user: str = field(repr=False)
    password: str = field(repr=False)

    def hidden_in(self, text: str) -> str:
        """``text`` without the password, in the clear or as AUTH sends it."""
        user, password = self.user.encode(), self.password.encode()
        forms = [b64encode(item).decode() for item in (b"\0%b\0%b" % (user, password), password)]
        for form in sorted({self.password, *forms}, key=len, reverse=True):
            text = text.replace(form, HIDDEN)
        return text


@cache
def verifying_context(ca_file: str | None) -> ssl.SSLContext:
    """The context that wants a certificate of the host's own, from the system's authorities or from those in a file.

    Reading the system's takes some 30 ms.
    """
    return ssl.create_default_context(cafile=ca_file)


class MailClient:
    """One conversation over a socket we dialled. Methods wait at most ``timeout`` for the whole of what they ask."""

    def __init__(self, link: Link, server: SubmissionUrl, login: Login | None, helo: str, ca_file: str | None) -> None:
        verified = server.implicit_tls or login is not None
        self._link = link
        self._server = server
        self._login = login
        self._helo = helo
        let_icmp_pass(link.socket)
        # sock: the family is ours to choose. hostname: for SNI and the certificate. start_tls: a step of its own.
        self._client = aiosmtplib.SMTP(
            sock=link.socket,
            hostname=server.host,
            port=None,
            local_hostname=helo,
            use_tls=server.implicit_tls,
            start_tls=False,
            tls_context=verifying_context(ca_file) if verified else client_context(),
        )

    async def greeting(self, timeout: float) -> Reply:
        """The greeting; with implicit TLS the handshake comes before it, and the library waits for both in one."""
        return await self._reply(self._client.connect(timeout=timeout), handshake=self._server.implicit_tls)

    async def hello(self, timeout: float) -> Reply:
        """EHLO."""
        return await self._reply(self._client.ehlo(hostname=self._helo, timeout=timeout))

    async def starttls(self, timeout: float) -> Reply:
        """STARTTLS and, after a 220, the handshake."""
        return await self._reply(self._upgrade(timeout), handshake=True)

    async def _upgrade(self, timeout: float) -> SMTPResponse:
        try:
            return await self._client.starttls(server_hostname=self._server.host, timeout=timeout)
        except errors.SMTPResponseException as error:
            if error.message.startswith(_MALFORMED):
                raise
            return SMTPResponse(error.code, error.message)

    def handshake(self) -> ssl.SSLObject:
        """What TLS came to."""
        found: ssl.SSLObject = self._client.get_transport_info("ssl_object")
        return found

    def offered(self) -> tuple[str, ...]:
        """The mechanisms of AUTH the last EHLO reply named, as they stood there but in capitals."""
        return tuple(dict.fromkeys(escape(name.upper().encode()) for name in self._client.server_auth_methods))

    async def log_in(self, mechanism: str, timeout: float) -> Reply:
        """AUTH (RFC 4954) by one of ``MECHANISMS``; the reply that ended it."""
        if self._login is None:
            raise ValueError("there is nobody to log in")
        client = self._client
        ways = {"PLAIN": client.auth_plain, "LOGIN": client.auth_login, "CRAM-MD5": client.auth_crammd5}
        return await self._reply(ways[mechanism](self._login.user, self._login.password, timeout=timeout))

    async def command(self, command: str, timeout: float) -> Reply:
        """Any other command."""
        return await self._reply(self._client.execute_command(command.encode("ascii"), timeout=timeout))

    async def content(self, message: bytes, timeout: float) -> Reply:
        """After the 354: the message, the final dot, and the reply to it.

        The library's own DATA does not tell whether the dot was out when it failed, so its two halves are used apart.
        """
        protocol = self._client.protocol
        if protocol is None:
            raise ConversationError(Failure.CLOSED, "the connection is closed")
        protocol.write(content(message, {}).wire)
        return await self._reply(protocol.read_response(timeout=timeout))

    def close(self) -> None:
        """At once: a TLS close would wait half a minute for the answer to its close_notify."""
        transport = self._client.transport
        self._client.close()
        if transport is not None:
            getattr(transport, "abort", transport.close)()  # every stream transport has it, BaseTransport does not
        self._link.socket.close()

    async def _reply(self, asking: Awaitable[SMTPResponse], *, handshake: bool = False) -> Reply:
        """The library's answer in our words: a refusal is an answer too."""
        try:
            answer = await asking
        except _REFUSALS as error:
            answer = SMTPResponse(error.code, error.message)
        except (errors.SMTPException, OSError) as error:
            raise self._told(error, handshake=handshake) from None  # its text may hold what was hidden here
        _heed_cancellation()
        if not 200 <= answer.code <= 599:
            raise ConversationError(Failure.PROTOCOL, self._shown(f"{answer.code} {answer.message}")[:_LONGEST_DETAIL])
        lines, cut = keep([self._shown(line) for line in answer.message.split("\n")])
        return Reply(answer.code, lines, enhanced_code(answer.code, lines[0]), facts=(CLIPPED,) if cut else ())

    def _told(self, error: errors.SMTPException | OSError, *, handshake: bool) -> ConversationError:
        """Our word for what the library raised; what has none is a bug, and raised."""
        for cause in (error, error.__cause__):
            if isinstance(cause, ssl.SSLCertVerificationError):
                why = self._shown(cause.verify_message)
                return ConversationError(Failure.TLS_CERTIFICATE, f"the certificate is not accepted: {why}")
        failure = failure_of(error, handshake=handshake)
        if failure is None:
            raise error
        # What was wrong says more than "error connecting to HOST on port None"; a time-out has no words of its own.
        why = str(error.__cause__ or "") or str(error)
        return ConversationError(failure, self._shown(why)[:_LONGEST_DETAIL])

    def _shown(self, text: str) -> str:
        bare = text if self._login is None else self._login.hidden_in(text)
        return escape(bare.encode("utf-8", "surrogateescape"))


def _heed_cancellation() -> None:
    """Python 3.11's wait_for, which the library uses, drops a cancellation that meets a reply (cpython issue 86296)."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
