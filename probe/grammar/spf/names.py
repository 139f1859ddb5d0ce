"""Names and addresses as SPF meets them: what can be looked up, how it is written, whom an answer means.

In: names out of records and macros, which may hold anything; RDATA of MX, A and AAAA records. Out: the same in the form
look-ups take. Nothing is raised.
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

from probe.grammar.spf.macros import LONGEST_NAME

_LONGEST_LABEL = 63
_SPECIAL = re.compile(r"[^!#%-\'*-:<-?A-\[\]-~]")  # all but the visible characters that mean nothing in a zone file


def is_name(text: str, labels: int = 2) -> bool:
    """True when ``text`` can be looked up: ``labels`` or more of them, none empty or too long (4.3)."""
    parts = text.removesuffix(".").split(".")
    if len(text) > LONGEST_NAME + 1 or not text.isascii():
        return False
    return len(parts) >= labels and all(0 < len(part) <= _LONGEST_LABEL for part in parts)


def written(name: str) -> str:
    """``name`` as a zone file has it: what means something there is escaped (RFC 1035 5.1)."""
    return _SPECIAL.sub(lambda found: f"\\{ord(found[0]):03}", name)


def within(name: str, domain: str) -> bool:
    """True when ``name`` is ``domain`` or below it."""
    return f".{name.removesuffix('.')}".lower().endswith(f".{domain.removesuffix('.')}".lower())


def exchange(record: str) -> tuple[int, str] | None:
    """Preference and host of an MX record; None for the null MX (RFC 7505)."""
    preference, _, host = record.partition(" ")
    host = host.removesuffix(".")
    return (int(preference), host) if preference.isdigit() and is_name(host, 1) else None


def unmapped(client: str) -> IPv4Address | IPv6Address:
    """The client; a mapped address is the IPv4 client it stands for (RFC 7208 5)."""
    found = ip_address(client)
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def address(record: str) -> IPv4Address | IPv6Address | None:
    """The address in an A or AAAA record."""
    try:
        return unmapped(record)
    except ValueError:
        return None
