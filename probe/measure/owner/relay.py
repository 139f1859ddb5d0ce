"""Before a relay test: would its answer mean anything? And holding it, once for all targets of a run.

In: the ``Case`` of a run. Out: the ``Foreign`` mailbox that is to be asked for, with what makes it useless, as far as
the DNS tells. Wrong: ``UsageError`` where this machine is one that the servers may well trust (catalogue rule 43).

Domains share mail hosts, and who asks one of them for each domain whether it relays looks like who hunts for relays:
a host is asked once over a family, and so is an address, and every target's report has the answer.

A refusal proves nothing when the domain of the mailbox cannot be found (RFC 5321 leaves a server free to refuse that),
and a 250 proves nothing when the very servers under test are its mail hosts, a backup among them.
"""

from dataclasses import replace

from probe.address import same_network
from probe.measure.case import Case
from probe.measure.connector import converse
from probe.measure.frame import Frame
from probe.measure.session.diary import Call
from probe.measure.sharing import Held, view
from probe.model.dns import Resolved
from probe.model.errors import NetworkError, UsageError
from probe.model.settings import Target, TargetKind
from probe.model.smtp import Session
from probe.model.trials import Foreign
from probe.model.words import Failure


async def foreign(case: Case) -> Foreign:
    """The mailbox elsewhere; raises ``UsageError`` where none was named, or our own address is too near."""
    mailbox = case.frame.settings.relay_to
    if mailbox is None:
        raise UsageError("--relay-check: which mailbox of yours in another domain? add --relay-to ADDR")
    if not case.frame.settings.trusted_source:
        _stay_away(case)
    domain = mailbox.rpartition("@")[2]
    found = await case.resolver.resolve(Target(domain, TargetKind.DOMAIN, domain))
    return Foreign(mailbox, tuple(host.host for host in found.hosts), _trouble(domain, found, case.resolved))


def known(call: Call, frame: Frame) -> Session | None:
    """The answer to ``call``, where this host or this address gave it to another target of the run."""
    for key in _keys(call):
        if key in frame.courtesy.relayed:
            session, origin = frame.courtesy.relayed[key]
            return replace(view(Held(session, origin), call, frame), mx=call.mx, shared=True)
    return None


async def hold(call: Call, frame: Frame) -> Session:
    """The conversation, now that it is our turn, unless it was held while we waited."""
    if (found := known(call, frame)) is not None:
        return found
    session = await converse(call, frame)
    if session.failure not in {Failure.NOT_TRIED, Failure.DEADLINE}:
        frame.courtesy.relayed.update(dict.fromkeys(_keys(call), (session, frame.origin)))
    return session


def _keys(call: Call) -> tuple[tuple[object, ...], ...]:
    asked = (call.port, call.family, call.sender, call.recipient)
    return (call.mx, *asked), (call.dial_to or call.address, *asked)


def _trouble(domain: str, found: Resolved, target: Resolved) -> str | None:
    if found.mx is not None and found.mx.outcome.inconclusive:
        return f"its MX record could not be looked up ({found.mx.outcome})"
    if found.null_mx:
        return f"{domain} takes no mail (null MX)"
    theirs = {item.address for host in found.hosts for item in host.addresses}
    if not theirs:
        return f"{domain} has no mail host with an address"
    names = {host.host.lower() for host in target.hosts} & {host.host.lower() for host in found.hosts}
    shared = names or theirs & {item.address for host in target.hosts for item in host.addresses}
    if shared:
        return f"{min(shared)} is a mail host of {domain} too, and has to take its mail"
    return None


def _stay_away(case: Case) -> None:
    """Refuse where our source and a server are neighbours: it would be right to relay for its own network."""
    frame = case.frame
    for host in case.resolved.hosts:
        for item in host.addresses:
            if not item.dial or item.family not in frame.settings.families:
                continue
            try:
                source = frame.network.source_for(item.address, frame.settings.source(item.family)).address
            except NetworkError:
                continue
            if same_network(source, item.address):
                raise UsageError(
                    f"--relay-check: our own {source} is in the network of {host.host} [{item.address}], which may "
                    "relay for it by right; run it elsewhere, or add --trusted-source"
                )
