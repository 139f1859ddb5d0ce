"""The MTA-STS policy of the domain, as a sender of either family would come by it (RFC 8461 3.1, 3.3).

The policy host is asked over each family by itself: a sender that reaches it over IPv6 alone must learn the same. No
web server is asked for a domain without an announcement, and none at an address that is not global.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from probe.address import canonical, classify
from probe.grammar.mtasts import MOST, announcement
from probe.grammar.txt import octets
from probe.measure.case import Case
from probe.model.dns import Resolution
from probe.model.errors import NetworkError
from probe.model.network import Endpoint
from probe.model.policies import MtaSts, PolicyFetch
from probe.model.words import AddressClass, Failure, Family, Outcome, Provenance

if TYPE_CHECKING:
    from probe.measure.transport.https import Question

PORT = 443
PATH = "/.well-known/mta-sts.txt"
_TRIES = 2  # addresses of one family that are asked, when the first does not answer
_CONNECT = 5.0  # seconds for a connection: nobody's report shall wait long for a web server
_PATIENCE = 10.0  # seconds for TLS and the answer; RFC 8461 3.3 would wait a minute
_SILENT = frozenset({Failure.TIMEOUT, Failure.REFUSED, Failure.UNREACHABLE, Failure.PROHIBITED, Failure.RESET})


async def inquire(case: Case) -> MtaSts | None:
    """The announcement and, where there is one, the policy over each family; None for a target that is no domain."""
    if case.domain is None:
        return None
    host = f"mta-sts.{case.domain}"
    record = await case.resolver.lookup(f"_mta-sts.{case.domain}", "TXT")
    found = MtaSts(record, host)
    if record.outcome is not Outcome.ANSWER or announcement([octets(text) for text in record.records]) is None:
        return found
    async with asyncio.TaskGroup() as group:
        ipv6 = group.create_task(case.resolver.lookup(host, "AAAA"))
        ipv4 = group.create_task(case.resolver.lookup(host, "A"))
        loading = group.create_task(asyncio.to_thread(_question, host, case.frame.settings.ca_file))
    found = replace(found, ipv6=ipv6.result(), ipv4=ipv4.result())
    families = case.frame.settings.families
    asked = {Family.IPV6: ipv6.result(), Family.IPV4: ipv4.result()}
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_family(case, loading.result(), item, asked[item])) for item in families]
    fetches = tuple(fetch for task in tasks for fetch in task.result())
    return replace(found, fetches=fetches, unfinished=case.left() <= 0)


def _question(host: str, ca_file: str | None) -> Question:
    """In a thread: a run that meets no policy loads no HTTP, and trust anchors are read from files."""
    from probe.measure.transport.https import Question, verifying_context

    return Question(host, PATH, MOST, verifying_context(ca_file))


async def _family(case: Case, question: Question, family: Family, found: Resolution) -> list[PolicyFetch]:
    """Ask the addresses of one family in turn until one of them answers at all."""
    fetches: list[PolicyFetch] = []
    for address in list(dict.fromkeys(map(canonical, found.records)))[:_TRIES]:
        fetches.append(await _one(case, question, Endpoint(address, PORT, family), found))
        if fetches[-1].failure not in _SILENT:
            break
    return fetches


async def _one(case: Case, question: Question, endpoint: Endpoint, found: Resolution) -> PolicyFetch:
    """Ask one address, if it is one that may be asked, when it is our turn there."""
    from probe.measure.transport.https import fetch

    settings, network = case.frame.settings, case.frame.network
    goal = _goal(case, question.host, endpoint)
    bound = settings.source(goal.family)
    refused = _barred(case, goal, bound, named=goal is not endpoint or found.provenance is Provenance.OPTION)
    if refused is not None:
        return PolicyFetch(endpoint.family, endpoint.address, 0.0, failure=refused[0], detail=refused[1])
    key = f"{goal.address} {goal.port}"
    async with case.frame.courtesy.turn(network, key, settings.pause):
        left = case.left()
        if left <= 0:
            return PolicyFetch(endpoint.family, endpoint.address, 0.0, failure=Failure.DEADLINE, detail="no time left")
        connect = min(_CONNECT, settings.timeouts.connect, left)
        answer = await fetch(network, question, goal, bound, connect, min(_PATIENCE, settings.timeouts.reply, left))
    if answer.failure is Failure.TIMEOUT and case.left() <= 0:
        answer = replace(answer, failure=Failure.DEADLINE)
    return replace(answer, family=endpoint.family, address=endpoint.address)


def _goal(case: Case, host: str, endpoint: Endpoint) -> Endpoint:
    """Where ``--connect-to`` sends us, else ``endpoint`` itself."""
    for item in case.frame.settings.redirects:
        if item.port == endpoint.port and item.host in {host, endpoint.address}:
            family = Family.IPV6 if ":" in item.address else Family.IPV4
            return Endpoint(item.address, item.to_port, family)
    return endpoint


def _barred(case: Case, goal: Endpoint, bound: str | None, *, named: bool) -> tuple[Failure, str] | None:
    """Why an address is not asked: no stranger reaches it, or this machine has no way there."""
    klass = classify(goal.address, case.frame.settings.treat_global)
    if klass is not AddressClass.GLOBAL and not named:
        return Failure.NOT_GLOBAL, f"{goal.address} is {klass}: no sender on the Internet reaches it"
    try:
        case.frame.network.source_for(goal.address, bound)
    except NetworkError as error:
        return error.failure, error.detail
    return None
