"""The defaults that a Postfix takes from the machine it runs on: ``myhostname``, ``mydomain`` and ``mynetworks``.

In: what the machine is (``Host``) and the settings that decide what is made of it, expanded. Out: the value Postfix
computes, or None when it takes more than that: a name in ``inet_interfaces`` that would have to be resolved.
"""

from collections.abc import Sequence
from ipaddress import IPv4Interface, IPv6Interface, ip_address, ip_interface

from probe.model.postfix import Host

NAMES = ("myhostname", "mydomain", "mynetworks")
LOCALDOMAIN = "localdomain"  # where Postfix finds no domain at all, since 2.3
_SEPARATORS = " \t,"

Interface = IPv4Interface | IPv6Interface


def myhostname(host: Host, mydomain: str | None) -> str:
    """The machine's name; one without a dot gets ``mydomain``, if that is set."""
    return host.hostname if "." in host.hostname else f"{host.hostname}.{mydomain or LOCALDOMAIN}"


def mydomain(hostname: str) -> str:
    """What follows the first dot of ``myhostname``."""
    return hostname.partition(".")[2] if "." in hostname else LOCALDOMAIN


def mynetworks(host: Host, style: str, interfaces: str, protocols: str) -> str | None:
    """The networks of the addresses Postfix receives mail on, as wide as ``mynetworks_style`` says."""
    families = families_of(protocols)
    own = [found for found in map(_interface, host.interfaces) if found is not None and found.version in families]
    own.sort(key=lambda interface: interface.version)
    chosen = _chosen(own, interfaces)
    if chosen is None or style not in {"host", "subnet", "class"}:
        return None
    return " ".join(dict.fromkeys(_pattern(interface, style) for interface in chosen))


def families_of(protocols: str) -> set[int]:
    """The IP versions that a value of ``inet_protocols`` names; of words it does not know, none."""
    known = {"all": {4, 6}, "ipv4": {4}, "ipv6": {6}}
    words = protocols.replace(",", " ").lower().split()
    return set().union(*(known.get(word, set()) for word in words))


def _interface(text: str) -> Interface | None:
    address, _, length = text.partition("/")
    try:
        return ip_interface(f"{address.partition('%')[0]}/{length}")  # a pattern has no zone
    except ValueError:
        return None


def _chosen(own: Sequence[Interface], interfaces: str) -> list[Interface] | None:
    """The interfaces that a value of ``inet_interfaces`` means."""
    if interfaces == "all":
        return list(own)
    if interfaces == "loopback-only":
        return [interface for interface in own if interface.ip.is_loopback]
    by_address = {interface.ip: interface for interface in reversed(own)}
    found: dict[Interface, None] = {}
    for word in interfaces.translate(str.maketrans(_SEPARATORS, "   ")).split():
        try:
            interface = by_address.get(ip_address(word.removeprefix("[").removesuffix("]")))
        except ValueError:
            return None
        if interface is None:
            return None  # Postfix would not start: the address is not on this machine
        found[interface] = None
    return list(found)


def _pattern(interface: Interface, style: str) -> str:
    """One network as ``mynetworks`` writes it."""
    if isinstance(interface, IPv6Interface):
        length = 128 if style == "host" else interface.network.prefixlen  # IPv6 has no classes: class means subnet
        return f"[{IPv6Interface((interface.ip, length)).network.network_address}]/{length}"
    length = {"host": 32, "subnet": interface.network.prefixlen}.get(style) or _class(interface)
    return str(IPv4Interface((interface.ip, length)).network)


def _class(interface: IPv4Interface) -> int:
    """The prefix length of the class an IPv4 address was once in."""
    first = interface.ip.packed[0]
    return 8 if first < 128 else 16 if first < 192 else 24 if first < 224 else 4
