"""The tables of /proc/net, proc_net(5), as far as they tell who listens where and which networks are attached.

In: the text of one table. Out: addresses as RFC 5952 text with numbers beside them. A line that is not of its table is
passed over: nothing here raises. The kernel prints the words of an address in the byte order of the machine, save in
the tables of IPv6 routes and addresses.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from probe.address import canonical

_LISTEN = "0A"
_GATEWAY = 0x2  # RTF_GATEWAY of linux/route.h
_LITTLE = sys.byteorder == "little"


@dataclass(frozen=True, slots=True)
class Socket:
    """A listening TCP socket; ``inode`` leads to the process that holds it."""

    address: str
    port: int
    inode: int


def listening(text: str, *, little: bool = _LITTLE) -> Iterator[Socket]:
    """The listening sockets of /proc/net/tcp or tcp6."""
    for line in text.splitlines():
        fields = line.split()
        if len(fields) < 10 or fields[3] != _LISTEN:
            continue
        address, _, port = fields[1].partition(":")
        try:
            yield Socket(_words(address, little=little), int(port, 16), int(fields[9]))
        except ValueError:
            continue


def own_ipv6(text: str) -> Iterator[tuple[str, str, int]]:
    """Device, address and prefix length of /proc/net/if_inet6."""
    for line in text.splitlines():
        fields = line.split()
        if len(fields) < 6:
            continue
        try:
            yield fields[5], _text(bytes.fromhex(fields[0])), int(fields[2], 16)
        except ValueError:
            continue


def own_ipv4(trie: str, routes: str, *, little: bool = _LITTLE) -> Iterator[tuple[str, str, int]]:
    """Device, address and prefix length: the addresses of /proc/net/fib_trie, the lengths of /proc/net/route."""
    attached = list(_attached(routes, little=little))
    for address in _local(trie):
        number = int(IPv4Address(address))
        fitting = [(size, device) for device, base, size in attached if number >> (32 - size) == base >> (32 - size)]
        if address.startswith("127."):
            yield "lo", address, 8
        else:
            size, device = max(fitting, default=(32, ""))
            yield device, address, size


def gateways(ipv6_routes: str, routes: str, *, little: bool = _LITTLE) -> Iterator[str]:
    """The next hops of the default routes, from /proc/net/ipv6_route and /proc/net/route."""
    for fields in map(str.split, ipv6_routes.splitlines()):
        if len(fields) >= 10 and fields[0] == "0" * 32 and fields[1] == "00" and fields[4] != "0" * 32:
            try:
                yield _text(bytes.fromhex(fields[4]))
            except ValueError:
                continue
    for fields in map(str.split, routes.splitlines()):
        if len(fields) >= 8 and fields[1] == "0" * 8 and fields[7] == "0" * 8:
            try:
                if int(fields[3], 16) & _GATEWAY:
                    yield _words(fields[2], little=little)
            except ValueError:
                continue


def _attached(routes: str, *, little: bool) -> Iterator[tuple[str, int, int]]:
    """Device, network and prefix length of every route without a gateway."""
    for fields in map(str.split, routes.splitlines()):
        if len(fields) < 8:
            continue
        try:
            if int(fields[3], 16) & _GATEWAY:
                continue
            base, mask = (_words(item, little=little) for item in (fields[1], fields[7]))
            yield fields[0], int(IPv4Address(base)), ip_network(f"0.0.0.0/{mask}").prefixlen
        except ValueError:
            continue


def _local(trie: str) -> Iterator[str]:
    """The addresses that are the machine's own; each stands in the trie of every table it is in."""
    seen: set[str] = set()
    address = ""
    for line in trie.splitlines():
        words = line.split()
        if words[:1] == ["|--"] and len(words) == 2:
            address = words[1]
        elif words[:3] == ["/32", "host", "LOCAL"] and address and address not in seen:
            seen.add(address)
            try:
                yield canonical(address)
            except ValueError:
                continue


def _words(text: str, *, little: bool) -> str:
    """An address in 32-bit words of the machine's byte order."""
    octets = bytes.fromhex(text)
    if little:
        octets = b"".join(octets[start : start + 4][::-1] for start in range(0, len(octets), 4))
    return _text(octets)


def _text(octets: bytes) -> str:
    if len(octets) not in {4, 16}:
        raise ValueError("not the size of an address")
    return canonical(str(IPv6Address(octets) if len(octets) == 16 else ip_address(octets)))
