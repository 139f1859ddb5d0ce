"""One message through a submission server: when the password goes out, when it does not, and that it stays nowhere."""

import asyncio
import ssl
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from probe.grammar.submission_url import SubmissionUrl
from probe.lab.certificates import Authority
from probe.lab.faults import Certificate
from probe.measure.frame import Frame
from probe.measure.session.diary import Call
from probe.measure.submission.mailclient import Login
from probe.measure.submission.submission import submit
from probe.model.errors import NetworkError
from probe.model.settings import Settings, Timeouts
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Purpose, Stage
from tests.measure.scripted import ScriptedNetwork

HOST, ADDRESS = "mail.example.com", "192.0.2.26"
USER, PASSWORD = "me@example.com", "hunter2 is no good"
PLAIN = b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
MESSAGE = b"Subject: x\r\n\r\n.dot\r\n"
SUBMISSION = SubmissionUrl(HOST, 587, USER)
RELAY = SubmissionUrl(HOST, 25)
SECURE = SubmissionUrl(HOST, 465, USER, implicit_tls=True)


@dataclass
class Server:
    """A server whose answers a test may change; it keeps all that it heard."""

    context: ssl.SSLContext
    answers: dict[str, str] = field(default_factory=dict)
    offers: str = "AUTH PLAIN LOGIN CRAM-MD5"
    starttls: bool = True
    implicit: bool = False
    greeting: str = "220 mail.example.com ESMTP"
    heard: list[str] = field(default_factory=list)
    secure: bool = False

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.secure = self.implicit
        writer.write(f"{self.greeting}\r\n".encode())
        while line := (await reader.readline()).decode():
            command = line.rstrip("\r\n")
            self.heard.append(f"{'~' if self.secure else ''}{command}")
            verb = command.partition(" ")[0].upper()
            answer = self.answers.get(command) or self.answers.get(verb) or self.usual(verb)
            writer.write(f"{answer}\r\n".encode())
            if answer.startswith("220 tls"):
                clear = writer.transport
                try:
                    await writer.start_tls(self.context)
                except AttributeError:  # a handshake that was broken off leaves Python 3.11's writer with nothing
                    writer._transport = clear
                    return
                self.secure = True
            if answer.startswith("354"):
                content = await reader.readuntil(b"\r\n.\r\n")
                self.heard.append(content.decode())
                if "." in self.answers and not self.answers["."]:
                    return
                writer.write(f"{self.answers.get('.', '250 2.0.0 Ok: queued as A1')}\r\n".encode())
            if answer.startswith("421"):
                return

    def usual(self, verb: str) -> str:
        match verb:
            case "EHLO":
                more = ["STARTTLS"] if self.starttls and not self.secure else []
                more += [self.offers] if self.offers and self.secure else []
                return "\r\n".join([*(f"250-{line}" for line in [HOST, *more]), "250 8BITMIME"])
            case "STARTTLS":
                return "220 tls now"
            case "AUTH":
                return "235 2.7.0 welcome"
            case "DATA":
                return "354 go"
        return "250 2.0.0 Ok"


@asynccontextmanager
async def listening(server: Server, network: ScriptedNetwork) -> AsyncIterator[None]:
    writers = []

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        try:
            await server.talk(reader, writer)
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            pass  # the probe hung up: its right
        finally:
            writer.close()

    opened = await asyncio.start_server(play, "127.0.0.1", 0, ssl=server.context if server.implicit else None)
    network.doors[ADDRESS] = opened.sockets[0].getsockname()[1]
    try:
        yield
    finally:
        opened.close()
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server(authority: Authority) -> Server:
    return Server(authority.context(Certificate.GOOD, HOST))


async def helo() -> str:
    return "probe.example.net"


CALL = Call(
    mx=HOST,
    names=(HOST,),
    address=ADDRESS,
    port=587,
    family=Family.IPV4,
    until=Stage.DATA,
    helo=helo,
    purpose=Purpose.VIA,
    sender=USER,
    recipient="you@example.org",
    message=lambda name: MESSAGE,
)


async def held(
    server: Server,
    ca_file: Path | None,
    url: SubmissionUrl = SUBMISSION,
    *,
    password: str = PASSWORD,
    timeout: float = 2.0,
) -> Session:
    network = ScriptedNetwork()
    times = Timeouts(connect=timeout, banner=timeout, reply=timeout, final_dot=timeout, quit=timeout, deadline=None)
    settings = Settings(timeouts=times, ca_file=str(ca_file) if ca_file else None)
    login = Login(url.user, password) if url.user is not None else None
    async with listening(server, network):
        frame = Frame(network, settings, network.monotonic(), None, secret=password)
        session = await submit(CALL, frame, url, login)
    for form in (password, b64encode(password.encode()).decode(), PLAIN):
        assert form not in repr(session)
        assert form not in repr(frame)
    return session


def said(session: Session) -> list[tuple[Stage, str | None, bool]]:
    return [(step.stage, step.command, step.tls) for step in session.steps]


async def test_the_password_goes_out_inside_verified_tls(server: Server, authority: Authority) -> None:
    session = await held(server, authority.ca_file)
    assert session.completed
    assert said(session) == [
        (Stage.CONNECT, None, False),
        (Stage.BANNER, None, False),
        (Stage.EHLO, "EHLO probe.example.net", False),
        (Stage.STARTTLS, "STARTTLS", False),
        (Stage.EHLO, "EHLO probe.example.net", True),
        (Stage.MAIL, "AUTH PLAIN ***", True),
        (Stage.MAIL, f"MAIL FROM:<{USER}>", True),
        (Stage.RCPT, "RCPT TO:<you@example.org>", True),
        (Stage.DATA, "DATA", True),
        (Stage.DATA, ".", True),
    ]
    assert f"~AUTH PLAIN {PLAIN}" in server.heard
    assert "Subject: x\r\n\r\n..dot\r\n.\r\n" in server.heard
    assert server.heard[-1] == "~QUIT"
    assert session.tls is not None
    assert (session.tls.trusted, session.tls.name_matches) == (True, True)
    assert session.capabilities_tls[:1] == ("AUTH PLAIN LOGIN CRAM-MD5",)
    assert session.source == "203.0.113.9"


async def test_smtps_is_inside_tls_from_the_first_byte(server: Server, authority: Authority) -> None:
    server.implicit = True
    session = await held(server, authority.ca_file, SECURE)
    assert session.completed
    assert [step.stage for step in session.steps][:4] == [Stage.CONNECT, Stage.STARTTLS, Stage.BANNER, Stage.EHLO]
    assert all(step.tls for step in session.steps[2:])
    assert session.tls is not None
    assert session.tls.trusted
    assert not any("STARTTLS" in line for line in server.heard)


@pytest.mark.parametrize("url", [SUBMISSION, SECURE], ids=["starttls", "smtps"])
@pytest.mark.parametrize("kind", [Certificate.WRONG_NAME, Certificate.SELF_SIGNED, Certificate.EXPIRED])
async def test_a_bad_certificate_gets_no_password(authority: Authority, kind: Certificate, url: SubmissionUrl) -> None:
    server = Server(authority.context(kind, HOST), implicit=url.implicit_tls)
    session = await held(server, authority.ca_file, url)
    assert (session.reached, session.failure) == (Stage.STARTTLS, Failure.TLS_CERTIFICATE)
    assert "certificate" in str(session.steps[-1].detail)
    assert not any("AUTH" in line or "MAIL" in line for line in server.heard)


async def test_no_starttls_no_password(server: Server, authority: Authority) -> None:
    server.starttls = False
    session = await held(server, authority.ca_file)
    assert (session.reached, session.failure) == (Stage.STARTTLS, Failure.NOT_OFFERED)
    assert server.heard == ["EHLO probe.example.net", "QUIT"]


@pytest.mark.parametrize(
    ("code", "failure"), [(454, Failure.DEFERRED), (502, Failure.REJECTED), (421, Failure.DEFERRED)]
)
async def test_starttls_refused_no_password(server: Server, authority: Authority, code: int, failure: Failure) -> None:
    server.answers["STARTTLS"] = f"{code} not now"
    session = await held(server, authority.ca_file)
    assert (session.reached, session.failure) == (Stage.STARTTLS, failure)
    assert not any("AUTH" in line or "MAIL" in line for line in server.heard)
    assert ("QUIT" in server.heard) == (code != 421)


@pytest.mark.parametrize("code", [250, 454])
async def test_without_a_password_tls_is_as_it_comes(authority: Authority, code: int) -> None:
    """Whom the server knows by the address sends as a mail host does: any certificate, or none."""
    server = Server(authority.context(Certificate.SELF_SIGNED, HOST))
    if code == 454:
        server.answers["STARTTLS"] = "454 not now"
    session = await held(server, None, RELAY)
    assert session.completed
    assert (session.tls is None) == (code == 454)
    assert not any("AUTH" in line for line in server.heard)


async def test_without_a_password_and_without_starttls_it_goes_on(server: Server) -> None:
    server.starttls = False
    session = await held(server, None, RELAY)
    assert session.completed
    assert session.step(Stage.STARTTLS) is not None


async def test_a_refused_login_is_not_repeated(server: Server, authority: Authority) -> None:
    server.answers["AUTH"] = "535 5.7.8 no"
    session = await held(server, authority.ca_file)
    assert (session.reached, session.failure) == (Stage.MAIL, Failure.REJECTED)
    assert [line for line in server.heard if "AUTH" in line] == [f"~AUTH PLAIN {PLAIN}"]
    assert server.heard[-1] == "~QUIT"


async def test_a_mechanism_that_is_not_known_after_all_gives_way(server: Server, authority: Authority) -> None:
    server.answers[f"AUTH PLAIN {PLAIN}"] = "504 5.5.4 Unrecognized authentication type"
    server.answers[f"AUTH LOGIN {b64encode(USER.encode()).decode()}"] = "334 UGFzc3dvcmQ6"
    server.answers[b64encode(PASSWORD.encode()).decode()] = "235 2.7.0 welcome"
    session = await held(server, authority.ca_file)
    assert session.completed
    assert [step.command for step in session.steps if step.stage is Stage.MAIL][:2] == [
        "AUTH PLAIN ***",
        "AUTH LOGIN ***",
    ]


async def test_cram_md5_where_there_is_nothing_else(server: Server, authority: Authority) -> None:
    server.offers = "AUTH XOAUTH2 CRAM-MD5"
    server.answers["AUTH"] = f"334 {b64encode(b'<1896.697170952@mail.example.com>').decode()}"
    session = await held(server, authority.ca_file)
    answer = next(server.heard[place + 1] for place, line in enumerate(server.heard) if line == "~AUTH CRAM-MD5")
    assert b64decode(answer.removeprefix("~")).startswith(USER.encode() + b" ")
    assert session.failure is Failure.PROTOCOL  # this server's 250 is no answer to AUTH: 235 is (RFC 4954 4)


@pytest.mark.parametrize(
    ("offers", "detail"), [("", "AUTH is not offered"), ("AUTH XOAUTH2", "AUTH XOAUTH2 is offered")]
)
async def test_no_mechanism_in_common(server: Server, authority: Authority, offers: str, detail: str) -> None:
    server.offers = offers
    session = await held(server, authority.ca_file)
    assert (session.reached, session.failure) == (Stage.MAIL, Failure.NOT_OFFERED)
    assert str(session.steps[-1].detail).startswith(detail)


@pytest.mark.parametrize(
    "repeats", [PASSWORD, PLAIN, b64encode(PASSWORD.encode()).decode()], ids=["clear", "plain", "base64"]
)
async def test_a_password_a_server_repeats_is_taken_out(server: Server, authority: Authority, repeats: str) -> None:
    server.answers["AUTH"] = f"535 5.7.8 {repeats} is wrong"
    session = await held(server, authority.ca_file)
    assert session.steps[-1].reply is not None
    assert session.steps[-1].reply.text == "5.7.8 *** is wrong"


async def test_what_is_no_reply_is_hidden_too(server: Server, authority: Authority) -> None:
    server.answers["AUTH"] = f"oops {PASSWORD}"
    session = await held(server, authority.ca_file)
    assert session.failure is Failure.PROTOCOL
    assert "***" in str(session.steps[-1].detail)


async def test_relaying_is_denied(server: Server) -> None:
    server.answers["RCPT"] = "554 5.7.1 <you@example.org>: Relay access denied"
    session = await held(server, None, RELAY)
    assert (session.reached, session.failure) == (Stage.RCPT, Failure.REJECTED)
    assert "DATA" not in "".join(server.heard)


async def test_after_the_dot_nobody_knows(server: Server) -> None:
    server.answers["."] = ""
    session = await held(server, None, RELAY)
    assert session.steps[-1].command == "."
    assert session.steps[-1].reply is None
    assert session.failure in {Failure.CLOSED, Failure.RESET}


@pytest.mark.parametrize(("greeting", "failure"), [("554 go away", Failure.REJECTED), ("hello", Failure.PROTOCOL)])
async def test_a_greeting_that_is_none(server: Server, greeting: str, failure: Failure) -> None:
    server.greeting = greeting
    session = await held(server, None, RELAY)
    assert (session.reached, session.failure) == (Stage.BANNER, failure)
    assert server.heard == []


async def test_a_server_that_does_not_speak_tls_first(server: Server, authority: Authority) -> None:
    session = await held(server, authority.ca_file, SECURE)
    assert (session.reached, session.failure) == (Stage.STARTTLS, Failure.TLS_HANDSHAKE)
    assert "None" not in str(session.steps[-1].detail)


async def test_silence_ends_with_its_time(server: Server) -> None:
    server.greeting = "220-wait"
    session = await held(server, None, RELAY, timeout=0.1)
    assert (session.reached, session.failure) == (Stage.BANNER, Failure.TIMEOUT)


async def test_a_port_nobody_listens_on() -> None:
    network = ScriptedNetwork()
    network.refusals[ADDRESS] = [NetworkError(Failure.REFUSED, "connection refused")]
    frame = Frame(network, Settings(), network.monotonic(), None)
    session = await submit(replace(CALL, message=None), frame, RELAY, None)
    assert (session.reached, session.failure, session.helo) == (Stage.CONNECT, Failure.REFUSED, None)
