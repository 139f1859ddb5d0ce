"""An IMAP server of a few lines for the lab ring: mailboxes in memory, a log of what it was asked, and a bad side.

``spoil`` may take over a command: it is given the tag and the command line and returns what to send instead, or None.
"""

import asyncio
import base64
import re
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "me@example.com", 'h"u\\sh ü'
DROP = b""

Spoil = Callable[[bytes, bytes], bytes | None]


@dataclass(slots=True)
class Folder:
    """A mailbox. ``messages`` by UID; ``deleted`` are the UIDs with that flag."""

    validity: int = 7
    messages: dict[int, bytes] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)

    @property
    def next(self) -> int:
        return max(self.messages, default=0) + 1

    def add(self, message: bytes) -> None:
        self.messages[self.next] = message


@dataclass(slots=True)
class FakeImap:
    """The server's state. ``asked`` are the commands as they came, without their tags."""

    context: ssl.SSLContext | None = None
    implicit_tls: bool = False
    login: str = "AUTH=PLAIN"  # what it can do before
    capabilities: str = "UIDPLUS SPECIAL-USE"  # and after
    password: str = PASSWORD
    searches_headers: bool = True
    says_next: bool = True
    folders: dict[str, Folder] = field(default_factory=lambda: {'"INBOX"': Folder(), '"Junk &- more"': Folder(9)})
    junk: str | None = '"Junk &- more"'
    greeting: bytes = b"* OK ready\r\n"
    spoil: Spoil = lambda tag, line: None
    asked: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    left: asyncio.Event = field(default_factory=asyncio.Event)  # somebody has hung up

    @property
    def inbox(self) -> Folder:
        return self.folders['"INBOX"']

    def drop_all(self) -> None:
        for writer in self.writers:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        try:
            await _Talk(self, reader, writer).hold()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.transport.abort()
            self.left.set()


@dataclass(slots=True)
class _Talk:
    """One connection."""

    server: FakeImap
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    tls: bool = False
    known: bool = False
    folder: Folder | None = None
    writable: bool = False

    async def hold(self) -> None:
        self.tls = self.server.implicit_tls
        self.writer.write(self.server.greeting)
        while line := (await self.reader.readuntil(b"\r\n"))[:-2]:
            tag, _, command = line.partition(b" ")
            self.server.asked.append(command)
            spoilt = self.server.spoil(tag, command)
            if spoilt == DROP:
                return
            self.writer.write(spoilt if spoilt is not None else await self.answer(tag, command))
            await self.writer.drain()
            if command == b"LOGOUT":
                return
            if command == b"STARTTLS" and self.server.context:
                await self.writer.start_tls(self.server.context)
                self.tls = True

    async def answer(self, tag: bytes, command: bytes) -> bytes:
        word, _, rest = command.partition(b" ")
        if word == b"UID":
            word, _, rest = rest.partition(b" ")
        lines = await getattr(self, f"on_{word.decode().lower()}")(rest.decode())
        *untagged, last = lines if isinstance(lines, list) else [lines]
        return b"".join(f"* {text}\r\n".encode() if isinstance(text, str) else text for text in untagged) + (
            tag + b" " + last.encode() + b"\r\n"
        )

    async def on_capability(self, _: str) -> list[str]:
        more = self.server.capabilities if self.known else self.server.login
        if self.server.context and not self.tls:
            more += " STARTTLS"
        return [f"CAPABILITY IMAP4rev1 {more}", "OK done"]

    async def on_starttls(self, _: str) -> str:
        return "OK begin"

    async def on_authenticate(self, _: str) -> str:
        self.writer.write(b"+ \r\n")
        given = base64.b64decode(await self.reader.readuntil(b"\r\n")).decode()
        return self.judged(given == f"\0{USER}\0{self.server.password}", given)

    async def on_login(self, rest: str) -> str:
        quoted = re.findall(r'"((?:\\.|[^"\\])*)"', rest)
        user, password = (re.sub(r"\\(.)", r"\1", text) for text in quoted)
        return self.judged((user, password) == (USER, self.server.password), password)

    def judged(self, good: bool, password: str) -> str:
        self.known = good
        return "OK logged in" if good else f"NO [AUTHENTICATIONFAILED] not with {password!a}"

    async def on_examine(self, rest: str) -> list[str]:
        self.folder = self.server.folders.get(rest)
        self.writable = False
        if self.folder is None:
            return ["NO [NONEXISTENT] no such mailbox"]
        following = [f"OK [UIDNEXT {self.folder.next}] next"] if self.server.says_next else []
        count = len(self.folder.messages)
        return [f"{count} EXISTS", f"OK [UIDVALIDITY {self.folder.validity}] valid", *following, "OK [READ-ONLY] done"]

    async def on_select(self, rest: str) -> list[str]:
        lines = await self.on_examine(rest)
        self.writable = True
        return [*lines[:-1], "OK [READ-WRITE] done"]

    async def on_list(self, _: str) -> list[str]:
        names = [
            f'LIST ({chr(92) + "Junk" if name == self.server.junk else ""}) "/" {name}' for name in self.server.folders
        ]
        return [*names, "OK done"]

    async def on_noop(self, _: str) -> str:
        return "OK done"

    async def on_logout(self, _: str) -> list[str]:
        return ["BYE bye", "OK done"]

    async def on_search(self, rest: str) -> list[str]:
        assert self.folder is not None
        found = re.fullmatch(r'UID (\d+):\* (ALL|SUBJECT "(\w+)"|HEADER Message-ID "(\w+)")', rest)
        assert found, rest
        last = max(self.folder.messages, default=0)
        uids = [uid for uid in self.folder.messages if uid >= min(int(found[1]), last)]
        wanted = found[3] or found[4]
        if wanted:
            name = b"subject: " if found[3] else b"message-id: "
            uids = [
                uid
                for uid in uids
                if self.server.searches_headers
                and any(
                    line.lower().startswith(name) and wanted.encode() in line.lower()
                    for line in self.folder.messages[uid].split(b"\r\n")
                )
            ]
        return [f"SEARCH {' '.join(map(str, uids))}".rstrip(), "OK done"]

    async def on_fetch(self, rest: str) -> list[str | bytes]:
        assert self.folder is not None
        found = re.fullmatch(r"(\d+) \(BODY\.PEEK\[(?P<part>HEADER|)\]<0\.(\d+)>\)", rest)
        assert found, rest
        message = self.folder.messages.get(int(found[1]))
        if message is None:
            return ["OK nothing"]
        part = found["part"]
        head = message[: message.index(b"\r\n\r\n") + 4 if part else None][: int(found[3])]
        start = f"* 1 FETCH (FLAGS () UID {found[1]} BODY[{part}]<0> {{{len(head)}}}\r\n".encode()
        return [start + head + b")\r\n", "1 FETCH (FLAGS (\\Recent))", "OK done"]

    async def on_store(self, rest: str) -> str:
        assert self.folder is not None
        assert self.writable
        found = re.fullmatch(r"(\d+) \+FLAGS\.SILENT \(\\Deleted\)", rest)
        assert found, rest
        self.folder.deleted.add(int(found[1]))
        return "OK done"

    async def on_expunge(self, rest: str) -> str:
        assert self.folder is not None
        assert rest.isdigit()  # a bare EXPUNGE would take what others marked
        if int(rest) in self.folder.deleted:
            del self.folder.messages[int(rest)]
        return "OK done"


@asynccontextmanager
async def imap(server: FakeImap, host: str = "127.0.0.1") -> AsyncIterator[FakeImap]:
    """Serve; on leaving, no connection is left."""
    context = server.context if server.implicit_tls else None
    listener = await asyncio.start_server(server.serve, host, 0, ssl=context)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        server.drop_all()
        await asyncio.sleep(0)
