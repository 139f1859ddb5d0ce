"""One conversation with one address, step by step (RFC 5321 3.1 to 3.8, RFC 3207).

In: a ``Call`` (which address, how far, with what envelope) and the run's ``Frame``. Out: a ``Session`` that holds every
step with its time, whatever happened. Nothing here chooses a family, retries, falls back or races: those are what is
measured. Each step gets its own time or what the run has left, whichever is less; nothing is cancelled from above, so
what was seen is never lost.
"""

import asyncio
from collections.abc import Callable
from functools import partial

from probe import address as addresses
from probe.grammar.ehlo_echo import client_address
from probe.measure.frame import Frame
from probe.measure.session import envelope, pipelining, segments, transactions
from probe.measure.session.conversation import Conversation, engine
from probe.measure.session.diary import Call, ConversationOver, Diary, offers, refused
from probe.measure.session.exchange import FINAL_DOT, SERVICE_GOES_AWAY, ask, break_off, hear, judge, part
from probe.measure.transport import tcpinfo
from probe.measure.transport.certificate import describe, load_libraries
from probe.measure.transport.tls import facts, sni
from probe.model.network import Endpoint, Link
from probe.model.smtp import Session
from probe.model.words import Failure, Stage

_NO_EHLO = {500, 502, 504}  # the replies after which an old server may still take HELO (RFC 5321 4.1.4)


async def converse(call: Call, frame: Frame) -> Session:
    """Hold the conversation ``call`` asks for, up to and including its ``until``."""
    diary = Diary(call, frame)
    try:
        link = await dial(diary)
        talk = engine(frame.settings.engine).converse(link)
        try:
            await _dialogue(diary, talk)
        finally:
            _sum_up_tcp(diary, link)
            await talk.close()
    except ConversationOver:
        pass
    await _read_certificates(diary)
    return diary.session()


async def _dialogue(diary: Diary, talk: Conversation) -> None:
    """The conversation and its goodbye."""
    try:
        await _stages(diary, talk, diary.call.until)
    except asyncio.CancelledError:
        await break_off(diary, talk)
        raise
    except ConversationOver:
        if diary.may_quit:
            await part(diary, talk, ["QUIT"])
        raise
    _load_libraries(diary)
    if diary.may_quit:
        await part(diary, talk, ["RSET", "QUIT"] if _left_open(diary) else ["QUIT"])


async def _stages(diary: Diary, talk: Conversation, until: Stage) -> None:
    """The conversation as the RFC tells it, as far as ``until``. ``ConversationOver`` may end it at every line."""
    if _wants(until, Stage.BANNER):
        await _greeting(diary, talk)
    if _wants(until, Stage.EHLO):
        await _hello(diary, talk)
    if _wants(until, Stage.STARTTLS) and await _starttls(diary, talk):
        await _hello(diary, talk)
    if _wants(until, Stage.MAIL):
        await _envelope(diary, talk, until)
    if _wants(until, Stage.DATA) and diary.call.message is not None:
        await _content(diary, talk, diary.call.message)


def _wants(until: Stage, stage: Stage) -> bool:
    return until.rank >= stage.rank


async def dial(diary: Diary) -> Link:
    """Open the TCP connection, to where ``--connect-to`` points if it does."""
    call, frame = diary.call, diary.frame
    address, port = call.dial_to or (call.address, call.port)
    endpoint = Endpoint(address, port, addresses.family_of(address))
    bound = call.source or frame.settings.source(endpoint.family)
    diary.note("*", f"connecting to {addresses.literal(address)}:{port}")
    connect = partial(frame.network.dial, endpoint, bound, max_segment=call.max_segment)
    link, started = await diary.run(Stage.CONNECT, frame.settings.timeouts.connect, connect)
    diary.link, diary.source, diary.max_segment = link, link.source, link.max_segment
    diary.late(link.late)
    diary.observe(Stage.CONNECT, started)
    diary.tcp = tcpinfo.read(link.socket)
    limit = f", segments of at most {link.max_segment} octets" if link.max_segment is not None else ""
    diary.note("*", f"connected from {link.source}{limit}")
    return link


def _sum_up_tcp(diary: Diary, link: Link) -> None:
    """The round trip stays that of the handshake; what was lost and sent again counts to the end."""
    last = tcpinfo.read(link.socket)
    if diary.tcp is not None and last is not None:
        diary.tcp = tcpinfo.at_the_end(diary.tcp, last)


async def _greeting(diary: Diary, talk: Conversation) -> None:
    """Wait for the final 220 line; nothing is sent before it (postscreen lists who talks first)."""
    reply, started = await diary.run(Stage.BANNER, diary.frame.settings.timeouts.banner, talk.greeting)
    hear(diary, talk, reply)
    judge(diary, Stage.BANNER, started, reply, wanted=220)


async def _hello(diary: Diary, talk: Conversation) -> None:
    """EHLO, and HELO where the server does not know EHLO. What was offered before TLS is forgotten after it."""
    diary.helo = diary.helo or await diary.call.helo()
    command = f"EHLO {diary.helo}"
    reply, started = await ask(diary, talk, Stage.EHLO, command)
    if reply.code in _NO_EHLO:
        diary.observe(Stage.EHLO, started, reply=reply, failure=Failure.REJECTED, command=command)
        command = f"HELO {diary.helo}"
        reply, started = await ask(diary, talk, Stage.EHLO, command)
        judge(diary, Stage.EHLO, started, reply, command)
        return
    judge(diary, Stage.EHLO, started, reply, command)
    if diary.inside_tls:
        diary.capabilities_tls = reply.lines[1:]
    else:
        diary.capabilities = reply.lines[1:]
        diary.client_echo = client_address(reply.lines, diary.helo)


async def _starttls(diary: Diary, talk: Conversation) -> bool:
    """STARTTLS where it is offered. True inside TLS; False to go on in the clear, as an opportunistic sender does."""
    if not offers(diary.capabilities, "STARTTLS"):
        diary.observe(Stage.STARTTLS, diary.clock(), failure=Failure.NOT_OFFERED, detail="not in the EHLO reply")
        return False
    call, settings = diary.call, diary.frame.settings
    (reply, handshake), started = await diary.run(
        Stage.STARTTLS, settings.timeouts.reply, partial(talk.starttls, sni(call.mx)), "STARTTLS"
    )
    hear(diary, talk, reply)
    if handshake is None:
        diary.observe(
            Stage.STARTTLS, started, reply=reply, failure=refused(reply) or Failure.PROTOCOL, command="STARTTLS"
        )
        if reply.code == SERVICE_GOES_AWAY:
            diary.failure = Failure.DEFERRED
            diary.may_quit = False
            raise ConversationOver
        return False
    diary.observe(Stage.STARTTLS, started, reply=reply, command="STARTTLS")
    diary.inside_tls = True
    diary.tls = facts(handshake)
    diary.note("*", f"{diary.tls.version} {diary.tls.cipher}")
    return True


def _load_libraries(diary: Diary) -> None:
    """Begin to import what reads certificates, while the last replies are on their way and nothing else is to do."""
    if diary.tls is not None and diary.libraries is None:
        diary.libraries = asyncio.get_running_loop().run_in_executor(None, load_libraries)


async def _read_certificates(diary: Diary) -> None:
    """What the certificates say, after the conversation: reading them must not stand between two of its steps."""
    _load_libraries(diary)
    if diary.libraries is not None:
        await diary.libraries
    if diary.tls is not None:
        call, frame = diary.call, diary.frame
        names = () if addresses.is_address(call.mx) else (call.mx,)
        diary.tls = describe(diary.tls, names, frame.settings.ca_file, frame.network.now())


async def _envelope(diary: Diary, talk: Conversation, until: Stage) -> None:
    """MAIL, RCPT and, where there is a message, DATA: one after the other, or as a group."""
    call = diary.call
    message = call.message is not None and _wants(until, Stage.DATA)
    if pipelining.wanted(diary):
        # Parameters may be refused, and in a group there is no asking again without them.
        commands = [(Stage.MAIL, envelope.mail(call, ())[-1])]
        if _wants(until, Stage.RCPT):
            commands.append((Stage.RCPT, envelope.rcpt(call, ())[-1]))
        if message:
            commands.append((Stage.DATA, "DATA"))
        _load_libraries(diary)
        await pipelining.give(diary, talk, commands, message=message)
        return
    taken = await _command(diary, talk, Stage.MAIL, envelope.mail(call, diary.offered))
    if _wants(until, Stage.RCPT):
        if call.guests:
            await transactions.hold(diary, talk)
            return
        await _command(diary, talk, Stage.RCPT, envelope.rcpt(call, diary.offered if taken else ()))
    if message:
        reply, started = await ask(diary, talk, Stage.DATA, "DATA")
        judge(diary, Stage.DATA, started, reply, "DATA", wanted=354)


async def _command(diary: Diary, talk: Conversation, stage: Stage, forms: tuple[str, ...]) -> bool:
    """One command of the envelope; the conversation goes on only after a 2xx. True when its first form was taken.

    Another form is tried where it was its parameters that were refused.
    """
    *richer, plain = forms
    for command in richer:
        reply, started = await ask(diary, talk, stage, command)
        if reply.code not in envelope.PARAMETERS_REFUSED:
            judge(diary, stage, started, reply, command)
            return True
        diary.observe(stage, started, reply=reply, failure=Failure.REJECTED, command=command)
    reply, started = await ask(diary, talk, stage, plain)
    judge(diary, stage, started, reply, plain)
    return not richer


async def _content(diary: Diary, talk: Conversation, message: Callable[[str], bytes]) -> None:
    """The message and the final dot. After the dot only its reply tells who is responsible (RFC 5321 4.2.5)."""
    content = message(diary.helo)
    if diary.call.unfinished:
        await segments.send_unended(diary, talk, content)
        return
    if diary.link is not None:
        segments.give_up_early(diary.link.socket)
    diary.note("C", f"({len(content)} bytes of message)")
    final_dot = diary.frame.settings.timeouts.final_dot
    reply, started = await diary.run(Stage.DATA, final_dot, partial(talk.data, content), FINAL_DOT)
    hear(diary, talk, reply)
    judge(diary, Stage.DATA, started, reply, FINAL_DOT)


def _left_open(diary: Diary) -> bool:
    """True when the envelope was given and no message followed it."""
    return _wants(diary.call.until, Stage.MAIL) and diary.call.message is None
