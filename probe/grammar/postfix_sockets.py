"""Where Postfix listens, by its configuration: the services of master.cf, inet_protocols, inet_interfaces.

In: the names of the services (master(5)) and the two values, expanded; the addresses of the host names in them, as far
as somebody knows them. Out: a ``Binding`` per service and family. A service without a host in its name listens where
inet_interfaces says, in the families of inet_protocols; master(8) opens the sockets, so a service's own ``-o`` does not
count. A service whose port has no number here (a name of /etc/services we do not know) is left out. Nothing raises.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from probe.address import canonical, family_of
from probe.grammar.postfix_host import families_of
from probe.model.configuration import Binding
from probe.model.words import Family

PORTS = {
    "smtp": 25,
    "mail": 25,
    "lmtp": 24,
    "submission": 587,
    "msa": 587,
    "submissions": 465,
    "smtps": 465,
    "urd": 465,
}
ANY = {Family.IPV6: "::", Family.IPV4: "0.0.0.0"}  # noqa: S104 - a word of a configuration, nothing is bound
LOOPBACK = {Family.IPV6: ("::1",), Family.IPV4: ("127.0.0.1",)}
_VERSIONS = {Family.IPV6: 6, Family.IPV4: 4}
_SEPARATORS = str.maketrans(",\t\r\n", "    ")

Addresses = Mapping[str, Sequence[str]]
"""What is known of host names; a name that is missing could not be looked up."""


def split(service: str) -> tuple[str | None, int | None]:
    """Host and port of an inet service: ``smtp``, ``[::1]:25``, ``127.0.0.1:10025``. None: no host, no known port."""
    host, colon, port = service.rpartition(":")
    number = int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else PORTS.get(port)
    if number is not None and number > 65535:
        number = None
    return (host.strip("[]") or None if colon else None), number


def families(protocols: str) -> tuple[Family, ...]:
    """The families of inet_protocols."""
    return tuple(family for family in Family if _VERSIONS[family] in families_of(protocols))


def names(services: Iterable[str], interfaces: str) -> list[str]:
    """The host names that have to be looked up."""
    hosts = [host for host, _ in map(split, services) if host is not None]
    said = interfaces.translate(_SEPARATORS).split()
    hosts += said if said not in (["all"], ["loopback-only"]) else []
    return [host for host in dict.fromkeys(word.strip("[]") for word in hosts) if _literal(host) is None]


def bindings(
    services: Iterable[tuple[str, str]], protocols: str, interfaces: str, known: Addresses
) -> Iterator[Binding]:
    """``services``: the first field of each inet service that takes mail, and where it stands."""
    for service, origin in services:
        host, port = split(service)
        if port is None:
            continue
        for family in families(protocols):
            if host is None:
                addresses, unknown = _of_interfaces(interfaces, family, known)
            else:
                addresses, unknown = _of_hosts([host], family, known)
            if addresses or unknown:
                yield Binding(service, port, family, tuple(addresses), origin, tuple(unknown))


def _of_interfaces(interfaces: str, family: Family, known: Addresses) -> tuple[list[str], list[str]]:
    match interfaces.translate(_SEPARATORS).split():
        case ["all"]:
            return [ANY[family]], []
        case ["loopback-only"]:
            return list(LOOPBACK[family]), []
        case hosts:
            return _of_hosts(hosts, family, known)


def _of_hosts(hosts: Iterable[str], family: Family, known: Addresses) -> tuple[list[str], list[str]]:
    """The addresses of one family, and the names of which nothing is known."""
    addresses: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for word in hosts:
        host = word.strip("[]")
        literal = _literal(host)
        if literal is not None:
            found: Sequence[str] = (literal,)
        elif host in known:
            found = known[host]
        else:
            unknown[host] = None
            continue
        addresses.update(dict.fromkeys(item for item in found if family_of(item) is family))
    return list(addresses), list(unknown)


def _literal(text: str) -> str | None:
    try:
        return canonical(text)
    except ValueError:
        return None
