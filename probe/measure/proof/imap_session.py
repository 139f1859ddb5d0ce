"""One IMAP connection of ours (RFC 3501): imaplib in threads, with a limit on time and on octets for every step.

In: a ``Place`` and its password. Out: UIDs and header sections. ``UsageError`` for what the operator can mend (a
password, a certificate); ``FAILURES`` where the connection or the server failed; after either the connection is closed.
Mailboxes are opened by EXAMINE and read by BODY.PEEK, so nothing changes in them; ``remove`` alone selects one.

imaplib waits for each piece of data anew and reads as many octets as the server announces. So the answer to one step
may have ``BUDGET`` octets in all, and when its time is over the socket is shut down, which wakes the thread up.
"""

import asyncio
import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from typing import TypeVar

from probe.grammar.imap import Place, parse_list, quote
from probe.grammar.options import quoted, quoted_path
from probe.model.errors import UsageError

Result = TypeVar("Result")

BUDGET = 4 << 20  # octets of all that answers one step
MOST = 256 * 1024  # octets of one header section
FAILURES = (OSError, imaplib.IMAP4.error, ValueError)  # imaplib raises ValueError for what is no number or no text

# RFC 5530; a server's own words are not repeated, for they may hold what it was sent.
_CODE = re.compile(
    rb"\[(AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|CONTACTADMIN|EXPIRED|INUSE|LIMIT|NONEXISTENT|NOPERM|"
    rb"PRIVACYREQUIRED|UNAVAILABLE)\b"
)
_NUMBER = re.compile(r"[0-9]{1,10}")


class _Bounded(imaplib.IMAP4):
    """imaplib's client with a limit on what one step may read, and an end that another thread can bring about."""

    def __init__(self, opened: "list[_Bounded]", *place: object, **more: object) -> None:
        self.left = BUDGET
        self.is_cut = False
        opened.append(self)  # before the first octet: the greeting may never come
        super().__init__(*place, **more)  # type: ignore[arg-type]

    def read(self, size: int) -> bytes:
        if size > self.left:
            raise self.abort("a literal beyond our limit")
        self.left -= size
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self.left -= len(line)
        if self.left < 0:
            raise self.abort("an answer beyond our limit")
        return line

    def _log(self, line: object) -> None:
        """Keep nothing: imaplib would keep the last commands for its traces, a LOGIN with its password among them."""

    def cut(self) -> None:
        """End what the thread of this connection waits for. Closing is left to that thread: it holds the buffer."""
        self.is_cut = True
        with suppress(OSError, AttributeError):  # there may be no socket yet, or none any more
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def guarded(self, work: Callable[[], Result]) -> Result:
        """In the thread: do ``work``; where it fails, or nobody waits for it any more, close the connection."""
        done = False
        try:
            result = work()
            done = not self.is_cut
            return result
        finally:
            if not done:
                with suppress(OSError, AttributeError):
                    self.shutdown()


class _BoundedTls(_Bounded, imaplib.IMAP4_SSL):
    """The same inside TLS from the first octet."""


class ImapSession:
    """A connection that is logged in. Folders are named as they go over the wire (``probe.grammar.imap.mailbox``)."""

    def __init__(self, client: _Bounded, timeout: float) -> None:
        self._client = client
        self._timeout = timeout
        self._examined = ("", 0)  # the mailbox open for reading, and its UIDVALIDITY

    async def examine(self, folder: str) -> tuple[int, int] | None:
        """Open a mailbox for reading, or look at it anew: UIDVALIDITY and UIDNEXT, each 0 where it was not said.

        None when there is no such mailbox.
        """
        return await self._step(partial(self._examine, folder))

    async def junk(self) -> str | None:
        r"""The mailbox with the attribute ``\Junk`` (RFC 6154), if the server says which one it is."""
        return await self._step(self._junk)

    async def search(self, since: int, criteria: str) -> tuple[int, ...]:
        """The UIDs from ``since`` on that match, in the mailbox that is open, in order."""
        return await self._step(partial(self._search, since, criteria))

    async def header(self, uid: int) -> bytes:
        """The header section of one message, or as much of it as we read; empty when it is gone."""
        return await self._step(partial(self._header, uid))

    async def message(self, uid: int) -> bytes:
        """The beginning of one message, header section included; empty when it is gone."""
        return await self._step(partial(self._message, uid))

    async def remove(self, folder: str, validity: int, uids: Iterable[int], ours: Callable[[bytes], bool]) -> int:
        """Take messages away, each only when its header section, read once more, is ``ours``; how many went.

        One that is gone already counts as well.
        """
        return await self._step(partial(self._remove, folder, validity, tuple(uids), ours))

    @property
    def can_remove(self) -> bool:
        """True with UIDPLUS (RFC 4315): without it EXPUNGE takes along what other programs have marked."""
        return "UIDPLUS" in self._client.capabilities

    async def close(self) -> None:
        """Say goodbye, or go without."""
        with suppress(*FAILURES):
            await self._step(self._client.logout)

    async def _step(self, work: Callable[[], Result]) -> Result:
        self._client.left = BUDGET
        self._client.untagged_responses.clear()  # imaplib keeps what nobody asked for, for ever
        try:
            async with asyncio.timeout(self._timeout):
                return await asyncio.to_thread(self._client.guarded, work)
        except BaseException:
            self._client.cut()
            raise

    def _examine(self, folder: str) -> tuple[int, int] | None:
        name, validity = self._examined
        if name == folder:
            self._client.noop()
            return validity, 0
        self._examined = ("", 0)  # a mailbox that cannot be opened closes the one that was (RFC 3501 6.3.1)
        said, _ = self._client.select(folder, readonly=True)
        if said != "OK":
            return None
        self._examined = (folder, self._number("UIDVALIDITY"))
        return self._examined[1], self._number("UIDNEXT")

    def _number(self, code: str) -> int:
        """The number in a response code of the mailbox just opened."""
        last = self._client.untagged_responses.get(code, [b""])[-1]
        text = last.decode("ascii", "replace") if isinstance(last, bytes) else ""
        return int(text) if _NUMBER.fullmatch(text) else 0

    def _junk(self) -> str | None:
        said, data = self._client.list('""', '"*"')
        found = [parse_list(item) for item in data if isinstance(item, bytes)] if said == "OK" else []
        return next((name for attributes, name in filter(None, found) if "\\junk" in attributes), None)

    def _search(self, since: int, criteria: str) -> tuple[int, ...]:
        said, data = self._client.uid("SEARCH", f"UID {since}:*", criteria)
        if said != "OK":
            return ()  # some servers do not search headers; the next way to ask may be understood
        words = b" ".join(item for item in data if isinstance(item, bytes)).decode("ascii", "replace").split()
        # "n:*" names the last message even when its UID is below n.
        return tuple(sorted({int(word) for word in words if _NUMBER.fullmatch(word) and int(word) >= since}))

    def _header(self, uid: int) -> bytes:
        return self._fetched(uid, "HEADER")

    def _message(self, uid: int) -> bytes:
        return self._fetched(uid, "")

    def _fetched(self, uid: int, section: str) -> bytes:
        said, data = self._client.uid("FETCH", str(uid), f"(BODY.PEEK[{section}]<0.{MOST}>)")
        for item in data if said == "OK" else ():
            if isinstance(item, tuple) and f"BODY[{section}]".encode() in item[0].upper():
                return bytes(item[1])
        return b""

    def _remove(self, folder: str, validity: int, uids: tuple[int, ...], ours: Callable[[bytes], bool]) -> int:
        self._examined = ("", 0)
        said, _ = self._client.select(folder)
        if said != "OK" or self._number("UIDVALIDITY") != validity:
            return 0
        gone = 0
        for uid in uids:
            headers = self._header(uid)
            if headers and ours(headers):
                marked, _ = self._client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)")
                expunged, _ = self._client.uid("EXPUNGE", str(uid))
                gone += marked == expunged == "OK"
            else:
                gone += not headers
        return gone
        # No CLOSE at the end: that would expunge what others have marked.


async def connect(place: Place, password: str, ca_file: str | None, timeout: float) -> ImapSession:
    """Connect, see to TLS, log in; all of it within ``timeout`` seconds."""
    context = await asyncio.to_thread(_context, ca_file)
    opened: list[_Bounded] = []
    try:
        async with asyncio.timeout(timeout):
            await asyncio.to_thread(_open, place, password, context, timeout, opened)
    except BaseException:
        for client in opened:
            client.cut()
        raise
    return ImapSession(opened[0], timeout)


def _context(ca_file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise UsageError(f"--ca {quoted_path(str(ca_file))}: {error.strerror or error}") from None


def _open(place: Place, password: str, context: ssl.SSLContext, timeout: float, opened: list[_Bounded]) -> None:
    """In a thread. ``opened`` gets the client as soon as there is one: who waits for too long cuts it."""
    where = (place.host, place.port)
    try:
        if place.tls:
            client: _Bounded = _BoundedTls(opened, *where, ssl_context=context, timeout=timeout)
        else:
            client = _Bounded(opened, *where, timeout)
        client.guarded(partial(_enter, client, place, password, context))
    except ssl.SSLCertVerificationError as error:
        reason = error.verify_message or error.reason
        raise UsageError(f"imap: the certificate of {place.host} is not accepted: {reason}") from None


def _enter(client: _Bounded, place: Place, password: str, context: ssl.SSLContext) -> None:
    """STARTTLS where it is due, then the password.

    In clear only where nothing leaves this machine and the server has nothing against it: what it calls itself there
    (``localhost``) stands in no certificate.
    """
    local = ip_address(client.socket().getpeername()[0].partition("%")[0]).is_loopback
    if not place.tls and not (local and "LOGINDISABLED" not in client.capabilities):
        if "STARTTLS" not in client.capabilities:
            raise UsageError(
                f"imap: {place.host} offers no STARTTLS, and a password is not sent in clear; try imaps://"
            )
        client.starttls(context)
    who = quoted(f"{place.user} at {place.host}")
    try:
        if "AUTH=PLAIN" in client.capabilities:  # RFC 4616: takes any text
            client.authenticate("PLAIN", lambda _: f"\0{place.user}\0{password}".encode())
        elif "LOGINDISABLED" in client.capabilities:
            raise UsageError(f"imap: {place.host} takes no user name with a password")
        else:
            quote(password)  # imaplib quotes it as well, but lets a line end through
            client.login(quote(place.user), password)
    except client.abort:
        raise
    except (client.error, ValueError) as error:
        code = _CODE.search(str(error).encode("ascii", "replace"))
        reason = f" ({code[1].decode('ascii')})" if code else ""
        raise UsageError(f"imap: the password for {who} is not accepted{reason}") from None
    # Many servers tell strangers half of what they can do (RFC 3501 6.2.2 lets the list change here).
    _, data = client.capability()
    words = b" ".join(item for item in data if isinstance(item, bytes)).decode("ascii", "replace")
    client.capabilities = tuple(words.upper().split())
