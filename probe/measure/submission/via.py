"""``--via``: the message goes through the user's own submission server, once over each family.

In: the settings with its URL. Out: the server as the host to look up, and one conversation with an address of each
family. The target's own mail hosts are the server's affair: what is measured is the way a mail program takes.
``UsageError`` for what nobody could follow, before anybody is dialled.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from probe.grammar.submission_url import SubmissionUrl, parse
from probe.measure.frame import Frame
from probe.measure.schedule import Errand
from probe.measure.session.diary import Call, untried
from probe.measure.submission.mailclient import Login
from probe.measure.submission.submission import submit
from probe.model.dns import MxHost, Resolved
from probe.model.errors import UsageError
from probe.model.settings import Settings, Target, TargetKind
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Purpose, Stage

_NOTHING_TO_SAY = (
    "--via: there is no password for the user in the URL; put it into PROBE6_SMTP_PASSWORD or a file named by --secret"
)
_ONE_IS_ENOUGH = "one message over each family is sent, to the first address"


def check(settings: Settings, secret: str | None) -> None:
    """Raise ``UsageError`` for what could only fail later."""
    server = _server(settings)
    if settings.recipient is None or settings.until.rank < Stage.DATA.rank:
        raise UsageError("--via: a message is sent through that server; name the mailbox it goes to")
    if settings.redirects:
        raise UsageError("--via: --connect-to leads to another server than the one whose certificate is checked")
    if server.user is not None and not secret:
        raise UsageError(_NOTHING_TO_SAY)


def host(settings: Settings) -> Target:
    """The submission server, as a host that was named: no MX look-up."""
    server = _server(settings)
    kind = TargetKind.ADDRESS if _numeric(server.host) else TargetKind.HOST
    return Target(server.host, kind, server.host, port=server.port)


def dialled(resolved: Resolved, settings: Settings) -> Resolved:
    """The user named the server, so a private address of it is dialled as well as a global one."""
    hosts = (
        replace(
            item,
            addresses=tuple(
                replace(one, dial=one.family in settings.families and not one.synthesised) for one in item.addresses
            ),
        )
        for item in resolved.hosts
    )
    return replace(resolved, hosts=tuple(hosts))


async def send(
    hosts: tuple[MxHost, ...], errand: Errand, frame: Frame, listener: Callable[[Session], None]
) -> list[Session]:
    """Both families side by side; ``listener`` hears of each session as it ends."""
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_family(calls, frame, listener))
            for host in hosts
            for family in frame.settings.families
            if (calls := _calls(host, family, errand, frame.settings))
        ]
    return [session for task in tasks for session in task.result()]


def _server(settings: Settings) -> SubmissionUrl:
    try:
        return parse(settings.via or "")
    except UsageError as error:
        raise UsageError(f"--via: {error}") from None


def _numeric(host: str) -> bool:
    return ":" in host or host.rpartition(".")[2].isdigit()


def _calls(host: MxHost, family: Family, errand: Errand, settings: Settings) -> list[Call]:
    """The first address that can be dialled carries the message; the others are written down as left alone."""
    server = _server(settings)
    calls: list[Call] = []
    carried = False
    for address in host.of(family):
        if address.synthesised:
            continue
        barred = errand.barred(address)
        call = Call(
            mx=host.host,
            names=(host.host,),
            address=address.address,
            port=server.port,
            family=family,
            until=errand.until,
            helo=errand.helo(family),
            purpose=Purpose.VIA,
            sender=errand.sender,
            recipient=errand.recipient,
            message=errand.message(host, address) if errand.message is not None else None,
            envid=errand.token(address.address, family) if errand.token is not None else None,
            barred=barred or ((Failure.NOT_TRIED, _ONE_IS_ENOUGH) if carried else None),
        )
        carried = carried or barred is None
        calls.append(call)
    return calls


async def _family(calls: list[Call], frame: Frame, listener: Callable[[Session], None]) -> list[Session]:
    sessions = []
    for call in calls:
        session = untried(call, frame, *call.barred) if call.barred else await _submit(call, frame)
        listener(session)
        sessions.append(session)
    return sessions


async def _submit(call: Call, frame: Frame) -> Session:
    server = _server(frame.settings)
    login = Login(server.user, frame.secret) if server.user is not None and frame.secret is not None else None
    async with frame.courtesy.turn(frame.network, f"{call.mx} {call.family}", frame.settings.pause):
        return await submit(call, frame, server, login)
