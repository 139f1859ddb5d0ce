"""The names mail hosts greet with, looked up once the greetings are known: they are likely what they say in EHLO too.

In: what was asked beside the conversations, and the conversations. Out: the same, with the addresses of those names.
Most hosts greet with the name in the MX record, which has been looked up already: then nothing is asked.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

from probe.grammar.spf.names import is_name
from probe.measure.case import Case
from probe.measure.dns.answer import fold
from probe.measure.dns.lookups import RRTYPES
from probe.model.outbound import Outbound
from probe.model.smtp import Session

_MOST = 4  # names that are looked up


async def look_up(case: Case, outbound: Outbound, sessions: Sequence[Session]) -> Outbound:
    """``outbound`` with both families of every greeting name."""
    names = list(dict.fromkeys(_names(sessions)))[:_MOST]
    if not names or case.left() <= 0:
        return outbound
    try:
        async with asyncio.timeout(case.left()), asyncio.TaskGroup() as group:
            asked = [
                group.create_task(case.resolver.lookup(name, rrtype)) for name in names for rrtype in RRTYPES.values()
            ]
    except TimeoutError:
        return outbound
    return replace(outbound, helo=tuple(task.result() for task in asked))


def _names(sessions: Sequence[Session]) -> Iterable[str]:
    for session in sessions:
        words = session.banner.text.split(maxsplit=1) if session.banner is not None else []
        if session.banner is not None and session.banner.code == 220 and words and is_name(words[0]):
            yield fold(words[0])
