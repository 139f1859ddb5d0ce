"""Places as a person names them to an option: a host, a port, an address instead of another.

In: one argument as typed. Out: A-labels, RFC 5952 addresses, model nouns. Wrong: ``UsageError`` with one line, without
the option's name. Wherever a port can follow, IPv6 stands in brackets; a zone id is refused: it is this machine's own.
"""

from dataclasses import dataclass

from probe.address import canonical, family_of, is_address, literal
from probe.grammar.options import LONGEST, listed, port, quoted
from probe.grammar.smtp_path import parse_domain
from probe.model.errors import UsageError
from probe.model.settings import Redirect
from probe.model.words import Family

_DNS_PORTS = frozenset({"53", "853", "5353"})


@dataclass(frozen=True, slots=True)
class Pinned:
    """``--resolve``: these addresses stand for ``name``. ``port`` is curl's, None when it was not written."""

    name: str
    port: int | None
    addresses: tuple[str, ...]


def address(text: str, family: Family | None = None) -> str:
    """An address, of ``family`` when one is asked for. Brackets are optional: no port can follow."""
    wanted = f"an {family.label} address" if family else "an address"
    if "%" in text:
        raise UsageError(f"{quoted(text)} has a zone id, which has no meaning outside this machine")
    try:
        found = canonical(text)
    except ValueError:
        raise UsageError(f"{quoted(text)} is not {wanted}") from None
    if family and family_of(found) is not family:
        raise UsageError(f"{quoted(text)} is not {wanted}")
    return found


def host(text: str) -> str:
    """A host name as A-label, or an address; brackets are optional: no port can follow."""
    return address(text) if _numeric(text) else parse_domain(text)


def host_port(text: str) -> tuple[str, int | None]:
    """``HOST[:PORT]``."""
    match fields(text):
        case [name]:
            return _bracketed(name), None
        case [name, number]:
            return _bracketed(name), port(number)
        case _:
            raise UsageError(f"{quoted(text)} is not HOST or HOST:PORT{_brackets_for(text)}")


def nameserver(text: str) -> tuple[str, int]:
    """``ADDR`` or ``ADDR:PORT``. Bare IPv6 is taken when it is an address as it stands: then no port follows."""
    if text.count(":") > 1 and not text.startswith("["):
        before, _, last = text.rpartition(":")
        if last in _DNS_PORTS and is_address(before):
            raise UsageError(f"{quoted(text)} can be read with a port or without: write [{text}] or [{before}]:{last}")
        return address(text), 53
    match fields(text):
        case [name]:
            return address(name), 53
        case [name, number]:
            return address(name), port(number)
        case _:
            raise UsageError(f"{quoted(text)} is not ADDR or ADDR:PORT; IPv6 with a port stands in brackets")


def listening(text: str) -> tuple[str | None, int]:
    """``PORT``, ``:PORT`` or ``ADDR:PORT``: where to listen; no address means all of this machine's."""
    match fields(text):
        case [number] | ["" | "[]", number]:
            return None, port(number)
        case [name, number]:
            return address(name), port(number)
        case _:
            raise UsageError(f"{quoted(text)} is not PORT or ADDR:PORT{_brackets_for(text)}")


def connect_to(text: str) -> Redirect:
    """``HOST:PORT:ADDR:PORT``."""
    match fields(text):
        case [name, number, instead, to_port]:
            return Redirect(_bracketed(name), port(number), address(instead), port(to_port))
        case _:
            raise UsageError(f"{quoted(text)} is not HOST:PORT:ADDR:PORT; IPv6 stands in brackets")


def resolve(text: str) -> Pinned:
    """``NAME:ADDR[,ADDR]``, or curl's ``NAME:PORT:ADDR[,ADDR]``."""
    match fields(text):
        case [name, addresses]:
            return Pinned(parse_domain(name), None, listed(addresses, address))
        case [name, number, addresses]:
            return Pinned(parse_domain(name), port(number), listed(addresses, address))
        case _:
            raise UsageError(f"{quoted(text)} is not NAME:ADDR or NAME:PORT:ADDR; IPv6 stands in brackets")


def cidr(text: str) -> str:
    """A range of addresses; a bare address is a range of one."""
    from ipaddress import ip_network

    bad = UsageError(f"{quoted(text)} is not a range of addresses, such as 2001:db8::/32 or 192.0.2.0/24")
    base, slash, length = text.partition("/")
    if "%" in text or len(text) > 64 or (slash and not (length.isascii() and length.isdigit())):
        raise bad
    try:
        around = ip_network(text, strict=False)
    except ValueError:
        raise bad from None
    if slash and around.network_address != ip_network(base).network_address:
        raise UsageError(f"{quoted(text)} has bits set after its prefix; the range is {around}")
    return str(around)


def helo(text: str) -> str:
    """What we call ourselves in EHLO (RFC 5321 4.1.1.1): a domain, or an address literal in brackets."""
    return literal(address(text)) if text.startswith("[") else parse_domain(text)


def fields(text: str) -> list[str]:
    """``text`` split at the colons that are not inside brackets."""
    if len(text) > LONGEST:
        raise UsageError(f"{quoted(text)} is too long")
    found, start, inside = [], 0, False
    for place, char in enumerate(text):
        if char == ":" and not inside:
            found.append(text[start:place])
            start = place + 1
        else:
            inside = (inside or char == "[") and char != "]"
    return [*found, text[start:]]


def _numeric(text: str) -> bool:
    """True when only an address can be meant: no top-level domain is a number (RFC 3696 2)."""
    last = text.rstrip(".").rpartition(".")[2]
    return text.startswith("[") or ":" in text or (last.isascii() and last.isdigit())


def _bracketed(text: str) -> str:
    """A host in a place where a port can follow."""
    if not text:
        raise UsageError("the host is missing")
    return host(text)


def _brackets_for(text: str) -> str:
    """The hint that mends bare IPv6."""
    try:
        return f"; IPv6 stands in brackets: [{canonical(text)}]"
    except ValueError:
        return "; IPv6 stands in brackets"
