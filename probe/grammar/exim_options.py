"""Exim's main options as ``exim -bP`` prints them: where it listens and over which families it sends.

In: the program's answer, an option a line. Out: ``Reach``. Nothing here raises; an option that is missing has its
default, which listens on everything and sends over both families (Exim specification, chapters 13 and 14).
"""

from probe.address import family_of
from probe.model.listening import Listening, Reach
from probe.model.words import Family

BOTH = (Family.IPV6, Family.IPV4)
_ANY = {"::0": Family.IPV6, "::": Family.IPV6, "0.0.0.0": Family.IPV4}  # noqa: S104 - read, not bound


def reach(text: str) -> Reach:
    """What the options come to."""
    options = _options(text)
    disabled = options.get("disable_ipv6", "no") in {"yes", "true"}
    families = (Family.IPV4,) if disabled else BOTH
    ports = elements(options.get("daemon_smtp_ports", "")) or ["smtp"]
    interfaces = elements(options.get("local_interfaces", "")) or ["::0", "0.0.0.0"]  # noqa: S104
    origin = "local_interfaces" if options.get("local_interfaces") else "default"
    listens = []
    for interface in interfaces:
        address, port = _address(interface)
        try:
            family = _ANY.get(address) or family_of(address)
        except ValueError:
            continue  # Exim refuses to start with it
        if family not in families:
            continue
        bound = () if address in _ANY else (address,)
        listens += [Listening(one, (family,), bound, origin) for one in ([port] if port else ports)]
    sends = (Family.IPV4,) if disabled or options.get("dns_ipv4_lookup") == "*" else BOTH
    decided = "disable_ipv6" if disabled else "dns_ipv4_lookup" if len(sends) == 1 else "default"
    return Reach(tuple(listens), sends, decided)


def elements(value: str) -> list[str]:
    """The elements of a list: colons separate and a doubled one is a colon, unless ``<;`` names another separator."""
    separator, value = (value[1], value[2:]) if value[:1] == "<" and value[1:2].strip() else (":", value)
    # A character no configuration has stands for the doubled separator meanwhile.
    parts = value.replace("\0", "").replace(separator * 2, "\0").split(separator)
    return [part for part in (part.replace("\0", separator).strip() for part in parts) if part]


def _options(text: str) -> dict[str, str]:
    """By name; a boolean stands alone, with ``no_`` in front when it is off."""
    found: dict[str, str] = {}
    for line in text.split("\n"):
        name, equals, value = line.strip().partition("=")
        name = name.strip()
        if equals:
            found[name] = value.strip()
        elif name.startswith("no_"):
            found[name[3:]] = "no"
        elif name:
            found[name] = "yes"
    return found


def _address(text: str) -> tuple[str, str]:
    """``[::1]:25``, ``127.0.0.1.25``, ``::1.25`` or an address alone: the address and the port."""
    if text.startswith("["):
        address, _, port = text[1:].partition("]")
        return address, port.removeprefix(":").removeprefix(".")
    head, dot, last = text.rpartition(".")
    if dot and last.isdigit() and (":" in head or head.count(".") == 3):
        return head, last
    return text, ""
