"""One message given to a submission server as a mail program gives it (RFC 6409, RFC 4954, RFC 8314).

In: a ``Call`` (which address, what envelope), the server as the user wrote it, the password. Out: a ``Session`` with
every step, whatever happened. The address is dialled by us, so that the family is ours to choose.

A password is sent only inside TLS with a certificate that was verified; where that cannot be had the conversation ends.
AUTH is written down without its argument, as a step of stage ``mail``: it is what opens the way there.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from probe.address import is_address, literal
from probe.grammar.ehlo_echo import client_address
from probe.grammar.submission_url import SubmissionUrl
from probe.measure.frame import Frame
from probe.measure.session import envelope
from probe.measure.session.conversation import ConversationError
from probe.measure.session.diary import Call, ConversationOver, Diary, offers, refused
from probe.measure.session.exchange import FINAL_DOT
from probe.measure.submission.mailclient import HIDDEN, MECHANISMS, Login, MailClient, verifying_context
from probe.measure.transport import tcpinfo
from probe.measure.transport.certificate import describe, load_libraries
from probe.measure.transport.tls import facts
from probe.model.network import Endpoint, Link
from probe.model.smtp import Reply, Session
from probe.model.words import Failure, Stage

_SERVICE_GOES_AWAY = 421
_UNKNOWN_MECHANISM = 504  # RFC 4954 4: the one refusal that says nothing about the password

Asking = Callable[[float], Awaitable[Reply]]


async def submit(call: Call, frame: Frame, server: SubmissionUrl, login: Login | None) -> Session:
    """Hold the conversation ``call`` asks for, up to the reply to the message."""
    diary = Diary(call, frame)
    ca_file = frame.settings.ca_file
    if login is not None or server.implicit_tls:
        await asyncio.to_thread(verifying_context, ca_file)
    try:
        link = await _dial(diary)
        diary.helo = await call.helo()
        client = MailClient(link, server, login, diary.helo, ca_file)
        try:
            await _dialogue(diary, client, server, login)
        finally:
            client.close()
    except ConversationOver:
        pass
    if diary.tls is not None:
        await asyncio.to_thread(load_libraries)
        names = () if is_address(server.host) else (server.host,)
        diary.tls = describe(diary.tls, names, ca_file, frame.network.now())
    return diary.session()


async def _dial(diary: Diary) -> Link:
    call, frame = diary.call, diary.frame
    endpoint = Endpoint(call.address, call.port, call.family)
    dial = partial(frame.network.dial, endpoint, frame.settings.source(call.family))
    diary.note("*", f"connecting to {literal(call.address)}:{call.port}")
    link, started = await diary.run(Stage.CONNECT, frame.settings.timeouts.connect, dial)
    diary.source = link.source
    diary.observe(Stage.CONNECT, started)
    diary.tcp = tcpinfo.read(link.socket)
    diary.note("*", f"connected from {link.source}")
    return link


async def _dialogue(diary: Diary, client: MailClient, server: SubmissionUrl, login: Login | None) -> None:
    """The conversation and its goodbye; a run that is interrupted hangs up without one."""
    try:
        await _stages(diary, client, server, login)
    except ConversationOver:
        await _quit(diary, client)
        raise
    await _quit(diary, client)


async def _stages(diary: Diary, client: MailClient, server: SubmissionUrl, login: Login | None) -> None:
    """As the RFCs tell it; ``ConversationOver`` may end it at every line."""
    call, timeouts = diary.call, diary.frame.settings.timeouts
    await _greeting(diary, client, implicit_tls=server.implicit_tls)
    await _hello(diary, client)
    if not server.implicit_tls and await _starttls(diary, client, needed=login is not None):
        await _hello(diary, client)
    if login is not None:
        await _log_in(diary, client)
    taken = await _command(diary, client, Stage.MAIL, envelope.mail(call, diary.offered))
    await _command(diary, client, Stage.RCPT, envelope.rcpt(call, diary.offered if taken else ()))
    reply, started = await _ask(diary, Stage.DATA, partial(client.command, "DATA"), timeouts.reply, "DATA")
    _judge(diary, Stage.DATA, started, reply, "DATA", 354)
    if call.message is not None:
        content = call.message(diary.helo)
        diary.note("C", f"({len(content)} bytes of message)")
        reply, started = await _ask(diary, Stage.DATA, partial(client.content, content), timeouts.final_dot, FINAL_DOT)
        _judge(diary, Stage.DATA, started, reply, FINAL_DOT)


async def _greeting(diary: Diary, client: MailClient, *, implicit_tls: bool) -> None:
    """With implicit TLS the handshake comes before the greeting; the client times the two as one."""
    stage = Stage.STARTTLS if implicit_tls else Stage.BANNER
    if implicit_tls:
        diary.note("*", "TLS from the first byte (RFC 8314)")
    reply, started = await _ask(diary, stage, client.greeting, diary.frame.settings.timeouts.banner)
    if implicit_tls and reply.code == 220:  # after another code the library has closed the connection
        diary.observe(Stage.STARTTLS, started, detail="implicit TLS; the time includes the greeting's")
        _inside_tls(diary, client)
    diary.may_quit = reply.code == 220
    _judge(diary, Stage.BANNER, started, reply, None, 220)


async def _hello(diary: Diary, client: MailClient) -> None:
    """EHLO. What was offered before TLS is forgotten after it."""
    command = f"EHLO {diary.helo}"
    reply, started = await _ask(diary, Stage.EHLO, client.hello, diary.frame.settings.timeouts.reply, command)
    _judge(diary, Stage.EHLO, started, reply, command)
    if diary.inside_tls:
        diary.capabilities_tls = reply.lines[1:]
    else:
        diary.capabilities = reply.lines[1:]
    diary.client_echo = client_address(reply.lines, diary.helo)


async def _starttls(diary: Diary, client: MailClient, *, needed: bool) -> bool:
    """STARTTLS where it is offered; where a password is to follow there is no way on without it."""
    if not offers(diary.capabilities, "STARTTLS"):
        if needed:
            raise _gives_up(diary, Stage.STARTTLS, "STARTTLS is not offered; no password is sent without it")
        diary.observe(Stage.STARTTLS, diary.clock(), failure=Failure.NOT_OFFERED, detail="not in the EHLO reply")
        return False
    timeout = diary.frame.settings.timeouts.reply
    reply, started = await _ask(diary, Stage.STARTTLS, client.starttls, timeout, "STARTTLS")
    if reply.code != 220 and reply.code != _SERVICE_GOES_AWAY and not needed:
        failure = refused(reply) or Failure.PROTOCOL
        diary.observe(Stage.STARTTLS, started, reply=reply, failure=failure, command="STARTTLS")
        return False
    _judge(diary, Stage.STARTTLS, started, reply, "STARTTLS", 220)
    _inside_tls(diary, client)
    return True


def _inside_tls(diary: Diary, client: MailClient) -> None:
    diary.inside_tls = True
    diary.tls = facts(client.handshake())
    diary.note("*", f"{diary.tls.version} {diary.tls.cipher}")


async def _log_in(diary: Diary, client: MailClient) -> None:
    """AUTH by the best mechanism both know, once: a second try of a wrong password brings a ban nearer."""
    offered = client.offered()
    known = [name for name in MECHANISMS if name in offered]
    if not known:
        what = f"AUTH {' '.join(offered)} is offered" if offered else "AUTH is not offered"
        raise _gives_up(diary, Stage.MAIL, f"{what}; this probe knows {', '.join(MECHANISMS)}", "AUTH")
    timeout = diary.frame.settings.timeouts.reply
    for name in known:
        command = f"AUTH {name} {HIDDEN}"
        reply, started = await _ask(diary, Stage.MAIL, partial(client.log_in, name), timeout, command)
        if reply.code != _UNKNOWN_MECHANISM or name == known[-1]:
            _judge(diary, Stage.MAIL, started, reply, command, 235)
            return
        diary.observe(Stage.MAIL, started, reply=reply, failure=Failure.REJECTED, command=command)


async def _command(diary: Diary, client: MailClient, stage: Stage, forms: tuple[str, ...]) -> bool:
    """One command of the envelope, as the connector gives it: True when its first form was taken."""
    *richer, plain = forms
    timeout = diary.frame.settings.timeouts.reply
    for command in richer:
        reply, started = await _ask(diary, stage, partial(client.command, command), timeout, command)
        if reply.code not in envelope.PARAMETERS_REFUSED:
            _judge(diary, stage, started, reply, command)
            return True
        diary.observe(stage, started, reply=reply, failure=Failure.REJECTED, command=command)
    reply, started = await _ask(diary, stage, partial(client.command, plain), timeout, plain)
    _judge(diary, stage, started, reply, plain)
    return not richer


async def _ask(
    diary: Diary, stage: Stage, asking: Asking, timeout: float, command: str | None = None
) -> tuple[Reply, float]:
    """One exchange; returns the reply with the time the step started."""
    reply, started = await diary.run(stage, timeout, asking, command)
    diary.heard(reply)
    diary.may_quit = reply.code != _SERVICE_GOES_AWAY
    return reply, started


def _judge(
    diary: Diary, stage: Stage, started: float, reply: Reply, command: str | None, wanted: int | None = None
) -> None:
    """Write a reply down; go on after the one that was wanted (else any 2xx), end the conversation after another."""
    good = reply.code // 100 == 2 if wanted is None else reply.code == wanted
    failure = None if good else refused(reply) or Failure.PROTOCOL
    diary.observe(stage, started, reply=reply, failure=failure, command=command)
    if failure is not None:
        diary.failure = failure
        raise ConversationOver


def _gives_up(diary: Diary, stage: Stage, detail: str, command: str | None = None) -> ConversationOver:
    """The server lacks what is needed: written down as the end of the conversation."""
    diary.observe(stage, diary.clock(), failure=Failure.NOT_OFFERED, detail=detail, command=command)
    diary.note("*", f"{stage}: {detail}")
    diary.failure = Failure.NOT_OFFERED
    return ConversationOver()


async def _quit(diary: Diary, client: MailClient) -> None:
    """Courtesy: what comes back is only in the transcript."""
    budget = diary.budget(diary.frame.settings.timeouts.quit)
    if not diary.may_quit or budget <= 0:
        return
    diary.note("C", "QUIT")
    try:
        diary.heard(await client.command("QUIT", budget))
    except ConversationError as error:
        diary.note("*", error.detail)
