"""What the DNS publishes for a mail server: its own name, the MX hosts of its domain, its relay, its SPF record.

In: the look-ups of the run, the configuration. Out: a ``Published`` per name and family. A name that cannot be one on
the Internet (no dot in it, ``.localdomain``) is not asked for. What the DNS refuses is an ``Outcome``; nothing raises.
"""

import asyncio
from collections.abc import Iterator

from probe.address import canonical, family_of
from probe.grammar.postfix_sockets import names
from probe.measure.dns.lookups import RRTYPES, Lookups
from probe.model.configuration import Configuration, Published
from probe.model.words import Family, Outcome

_MX_HOSTS = 8  # of one domain
_LOCAL = (".localdomain", ".localhost", ".local", ".invalid", ".home.arpa", ".internal")


async def published(lookups: Lookups, configuration: Configuration, domain: str | None) -> tuple[Published, ...]:
    """All names of the server, each with the reason for which it was asked for."""
    wanted = dict.fromkeys(_own(configuration))
    if domain is not None and public(domain):
        wanted |= dict.fromkeys([(host, "mx") for host in await _hosts(lookups, domain)])
    relay = _relay(configuration)
    if relay is not None:
        host, direct = relay
        hosts = [host] if direct else (await _hosts(lookups, host) or [host])
        wanted |= dict.fromkeys([(item, "relayhost") for item in hosts])
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_look_up(lookups, name, role, family)) for name, role in wanted for family in Family]
    return tuple(task.result() for task in tasks)


async def spf(lookups: Lookups, domain: str | None) -> tuple[str, str] | None:
    """The domain and its one SPF record (RFC 7208 4.5); None where there is none, or more than one."""
    if domain is None or not public(domain):
        return None
    found = await lookups.lookup(domain, "TXT")
    records = [
        text for text in map(_joined, found.records) if text.lower() == "v=spf1" or text.lower()[:7] == "v=spf1 "
    ]
    return (domain, records[0]) if len(records) == 1 else None


def public(name: str) -> bool:
    """Whether the Internet's DNS could know a name."""
    bare = name.rstrip(".").lower()
    if "." not in bare or bare.endswith(_LOCAL) or "$" in bare or "/" in bare or " " in bare or len(bare) > 253:
        return False
    try:
        canonical(bare.strip("[]"))
    except ValueError:
        return True
    return False


def _own(configuration: Configuration) -> Iterator[tuple[str, str]]:
    """The server's name, and those that its inet_interfaces and services name."""
    myhostname = configuration.value("myhostname").rstrip(".").lower()
    if public(myhostname):
        yield myhostname, "myhostname"
    services = (item.name for item in configuration.services if item.type == "inet")
    for name in names(services, configuration.value("inet_interfaces", "all")):
        if public(name):
            yield name.rstrip(".").lower(), "interface"


def _relay(configuration: Configuration) -> tuple[str, bool] | None:
    """The host of relayhost, and whether it stands in brackets: then no MX record is asked for."""
    value = configuration.value("relayhost").strip()
    bracketed = value.startswith("[")
    host = value[1:].partition("]")[0] if bracketed else value.partition(":")[0]
    return (host.rstrip(".").lower(), bracketed) if public(host) else None


async def _hosts(lookups: Lookups, domain: str) -> list[str]:
    found = await lookups.lookup(domain, "MX")
    hosts = [record.rpartition(" ")[2].rstrip(".").lower() for record in found.records]
    return [host for host in dict.fromkeys(hosts) if public(host)][:_MX_HOSTS]


async def _look_up(lookups: Lookups, name: str, role: str, family: Family) -> Published:
    found = await lookups.lookup(name, RRTYPES[family])
    addresses = tuple(dict.fromkeys(canonical(item) for item in found.records if family_of(item) is family))
    outcome = Outcome.NO_DATA if found.outcome is Outcome.ANSWER and not addresses else found.outcome
    return Published(name, role, family, outcome, addresses)


def _joined(record: str) -> str:
    """A TXT record as one text: the strings in quotes are joined without blanks (RFC 7208 3.3)."""
    if not record.startswith('"'):
        return record
    return "".join(record[1:-1].split('" "')).replace('\\"', '"')
