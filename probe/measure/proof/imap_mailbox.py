"""A mailbox watched over IMAP (catalogue C.2), for the proofs ``imap`` and ``imaps``.

In: the proof's word and its means, then tokens. Out: what ``probe.measure.proof.arrival`` asks of a proof.
``UsageError`` at the beginning, when the mailbox cannot be read; ``BlindError`` later, after one attempt to connect
again.

What is new is told by UIDVALIDITY and UIDNEXT from before the first mail went out. The server's own search is asked
first, by Message-ID and then by Subject; its index may lag, so all new messages are the last way. Whatever is found,
the header section itself decides.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from probe.grammar import body, bounce
from probe.grammar.imap import Place, mailbox, parse_place, quote
from probe.grammar.options import quoted
from probe.grammar.text import printable
from probe.measure.proof.arrival import BlindError, Found, Means
from probe.measure.proof.imap_session import FAILURES, MOST, ImapSession, connect
from probe.measure.proof.message import carries
from probe.model.bounce import Bounce
from probe.model.errors import UsageError

AT_ONCE = 200  # new messages looked at in one look, the newest

_SECRET = "imap"  # noqa: S105 - the name of the password among the secrets


@dataclass(slots=True)
class _Folder:
    """One mailbox: where its new part begins, and what was learned of the messages there."""

    name: str  # as it goes over the wire
    validity: int
    since: int
    others: set[tuple[int, str]] = field(default_factory=set)  # UID and token: read, and not the message
    ours: set[int] = field(default_factory=set)
    texts: dict[int, bool | None] = field(default_factory=dict)  # whether the text of ours is as it was sent
    bounces: dict[int, Bounce | None] = field(default_factory=dict)


@asynccontextmanager
async def watch_mailbox(spec: str, means: Means | None) -> AsyncIterator["WatchedMailbox"]:
    """Watch the mailbox of ``imap://…`` or ``imaps://…`` for as long as the context lasts."""
    means = means or Means()
    place = parse_place(spec)
    password = means.secrets.get(_SECRET)
    if not password:
        raise UsageError(f"{quoted(spec)}: no password; it comes from PROBE6_IMAP_PASSWORD or --secret FILE")
    watched = WatchedMailbox(spec, place, password, means)
    try:
        await watched.begin()
        yield watched
        await watched.clean_up()
    finally:
        await watched.end()


class WatchedMailbox:
    """The proof. One look at a time: several messages share the connection."""

    def __init__(self, name: str, place: Place, password: str, means: Means) -> None:
        self.name = name
        self._place = place
        self._password = password
        self._means = means
        self._session: ImapSession | None = None
        self._folders: list[_Folder] = []
        self._tokens: set[str] = set()
        self._turn = asyncio.Lock()

    async def begin(self) -> None:
        """Log in and remember where the new mail will begin."""
        word = "imaps" if self._place.tls else "imap"
        try:
            session = await self._connected()
            if self._means.cleanup and not session.can_remove:
                raise UsageError(f"--cleanup: {self._place.host} has no UIDPLUS: others' mail might go as well")
            folder = await self._folder(session, mailbox(self._place.folder))
            if folder is None:
                user = f"{self._place.user} at {self._place.host}"
                raise UsageError(f"{word}: {quoted(user)} has no mailbox {quoted(self._place.folder)}")
            self._folders.append(folder)
            name = await session.junk()
            junk = await self._folder(session, name) if name is not None and name != folder.name else None
            if junk is not None:
                self._folders.append(junk)
        except TimeoutError:
            where = f"{self._place.host} port {self._place.port}"
            raise UsageError(f"{word}: {where} did not answer within {self._means.timeout:g} s") from None
        except FAILURES as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
            where = f"{self._place.host} port {self._place.port}"
            raise UsageError(f"{word}: {where}: {printable(reason[:200])}") from None

    async def find(self, token: str) -> Found | None:
        """The message with ``token``, if it is there now; in the mailbox that was named, or else in the junk."""
        async with self._turn:
            self._tokens.add(token)
            if self._session is not None:
                with suppress(*FAILURES):
                    return await self._look(self._session, token)
                self._session = None
            try:
                return await self._look(await self._connected(), token)
            except (UsageError, *FAILURES) as error:
                self._session = None
                raise BlindError(f"{self.name}: {printable(str(error)[:200])}") from None

    async def returned(self, token: str) -> Bounce | None:
        """The newest bounce about the message with ``token``, in the mailbox that was named."""
        async with self._turn:
            try:
                session = self._session or await self._connected()
                await self._read_bounces(session, self._folders[0])
            except (UsageError, *FAILURES) as error:
                self._session = None
                raise BlindError(f"{self.name}: {printable(str(error)[:200])}") from None
            about = [found for found in self._folders[0].bounces.values() if found and bounce.names(found, token)]
            return about[-1] if about else None

    async def _read_bounces(self, session: ImapSession, folder: _Folder) -> None:
        """Every new message once; the body of those alone that look like a bounce."""
        found = await session.examine(folder.name)
        if found is None or found[0] != folder.validity:
            return
        for uid in (await session.search(folder.since, "ALL"))[-AT_ONCE:]:
            if uid not in folder.bounces:
                likely = bounce.likely(await session.header(uid))
                folder.bounces[uid] = bounce.parse(await session.message(uid)) if likely else None

    async def clean_up(self) -> None:
        """With ``--cleanup``: take away the messages that were found, and only those. What fails leaves them there, and
        a note says so.
        """
        if not self._means.cleanup:
            return
        async with self._turn:
            for folder in self._folders:
                if folder.ours:
                    await self._remove(folder)

    async def _remove(self, folder: _Folder) -> None:
        reason = ""
        left = len(folder.ours)
        try:
            session = await self._connected()
            left -= await session.remove(folder.name, folder.validity, sorted(folder.ours), self._is_ours)
        except (UsageError, *FAILURES) as error:
            self._session = None
            reason = f": {printable(str(error)[:200]) or type(error).__name__}"
        if left > 0:
            what = "1 test message" if left == 1 else f"{left} test messages"
            self._means.note(f"--cleanup: {what} may still lie in {self.name}{reason}")

    async def end(self) -> None:
        """Log out."""
        if self._session is not None:
            await self._session.close()

    async def _connected(self) -> ImapSession:
        if self._session is None:
            means = self._means
            self._session = await connect(self._place, self._password, means.ca_file, means.timeout)
        return self._session

    async def _folder(self, session: ImapSession, name: str) -> _Folder | None:
        """A mailbox as it is before the first mail; None when it cannot be opened."""
        found = await session.examine(name)
        if found is None:
            return None
        validity, since = found
        if not since:  # RFC 3501 7.3.1 demands UIDNEXT; not all keep to it
            since = max(await session.search(1, "ALL"), default=0) + 1
        return _Folder(name, validity, since)

    async def _look(self, session: ImapSession, token: str) -> Found | None:
        copies: list[tuple[bytes, str, bool]] = []
        same: bool | None = None
        for number in range(len(self._folders)):
            folder = self._folders[number]
            found = await session.examine(folder.name)
            if found is None:
                if number:
                    continue
                raise BlindError(f"{self.name}: the mailbox is gone")
            if found[0] != folder.validity:  # made anew: all UIDs in it are
                folder = self._folders[number] = _Folder(folder.name, found[0], 1)
            where = f"{self.name} {printable(folder.name[1:-1])}" if number else self.name
            found_here = await self._in_folder(session, folder, token)
            if found_here and not copies:
                same = await self._text(session, folder, next(iter(found_here)))
            copies += [(headers, printable(where), number > 0) for headers in found_here.values()]
        return Found(copies[0][0], len(copies), *copies[0][1:], unchanged=same) if copies else None

    async def _text(self, session: ImapSession, folder: _Folder, uid: int) -> bool | None:
        """Whether the text is the one that was sent; asked once, as a message does not change under its UID."""
        if uid not in folder.texts:
            whole = await session.message(uid)
            folder.texts[uid] = body.unchanged(whole) if len(whole) < MOST else None
        return folder.texts[uid]

    async def _in_folder(self, session: ImapSession, folder: _Folder, token: str) -> dict[int, bytes]:
        """The header sections of the copies, by UID."""
        word = quote(token)
        for criteria in (f"HEADER Message-ID {word}", f"SUBJECT {word}", "ALL"):
            copies: dict[int, bytes] = {}
            for uid in (await session.search(folder.since, criteria))[-AT_ONCE:]:
                if (uid, token) in folder.others:
                    continue
                headers = await session.header(uid)
                if carries(headers, token):
                    folder.ours.add(uid)
                    copies[uid] = headers
                elif headers:
                    folder.others.add((uid, token))
            if copies:
                return copies
        return {}

    def _is_ours(self, headers: bytes) -> bool:
        return any(carries(headers, token) for token in self._tokens)
