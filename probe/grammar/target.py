"""A target as a person writes it: a domain, a mailbox, or a host or an address in brackets.

In: one word. Out: a ``Target``. Wrong: ``UsageError`` with one line that says what to write instead. A port can only
follow a closing bracket; what could be read in two ways is refused, never guessed. ``@FILE`` and ``-`` are the door's.
"""

from probe.address import canonical
from probe.grammar.options import port, quoted
from probe.grammar.smtp_path import parse_domain, parse_mailbox
from probe.model.errors import UsageError
from probe.model.settings import Target, TargetKind

_LONGEST = 1024
_MAIL_PORTS = frozenset({"25", "465", "587", "2525"})


def parse_target(text: str) -> Target:
    """What ``text`` names.

    >>> parse_target("[IPv6:2001:DB8::25]:2525").name
    '2001:db8::25'
    >>> parse_target("user@Example.com").recipient
    'user@example.com'
    """
    if not text or text.isspace():
        raise UsageError("the target is empty: write a domain, a mailbox, or [HOST]")
    if len(text) > _LONGEST:
        raise UsageError(f"{quoted(text)} is too long for a target")
    if not text.isprintable():
        raise UsageError(f"{quoted(text)} holds a control character (a line break, perhaps), which no target may")
    if "://" in text:
        raise UsageError(f"{quoted(text)} is a URL{_instead_of_url(text)}")
    if text.startswith("["):
        return _bracketed(text)
    if "@" in text:
        return _mailbox(text)
    return _bare(text)


def _bracketed(text: str) -> Target:
    inside, bracket, after = text[1:].partition("]")
    if not bracket or "[" in inside:
        raise UsageError(f"{quoted(text)}: the brackets do not fit; write [HOST] or [HOST]:PORT")
    if "@" in text:
        raise UsageError(
            f"{quoted(text)}: a mailbox stands without brackets; to ask a host for it write [HOST] --to ADDR"
        )
    if after and not after.startswith(":"):
        raise UsageError(f"{quoted(text)}: only a port may follow the bracket, as in [{inside}]:2525")
    number = port(after[1:]) if after else None
    address = _address(inside, text)
    if address:
        return Target(text, TargetKind.ADDRESS, address, port=number)
    if ":" in inside:
        raise UsageError(f"{quoted(text)}: {quoted(inside)} is no address; a port goes behind the bracket: [HOST]:PORT")
    return Target(text, TargetKind.HOST, parse_domain(inside), port=number)


def _mailbox(text: str) -> Target:
    """Mail to an address literal has no MX to look up (RFC 5321 5.1): its target is that address."""
    domain = text.rpartition("@")[2]
    if ":" in domain.rpartition("]")[2]:
        raise UsageError(f"{quoted(text)}: no port can follow a mailbox; give it as --port")
    local, name = parse_mailbox(text)
    if name.startswith("["):
        return Target(text, TargetKind.ADDRESS, canonical(name), recipient=f"{local}@{name}")
    return Target(text, TargetKind.MAILBOX, name, recipient=f"{local}@{name}")


def _bare(text: str) -> Target:
    address = _address(text, text)
    if address:
        before, _, last = text.rpartition(":")
        if last in _MAIL_PORTS and _address(before, text):
            with_port = f"[{canonical(before)}]:{last}"
            raise UsageError(f"{quoted(text)} can be read with a port or without: write [{address}] or {with_port}")
        return Target(text, TargetKind.ADDRESS, address)
    host, colon, number = text.rpartition(":")
    if ":" in host:
        hint = "IPv6 with a port stands in brackets: [ADDRESS]:PORT"
        raise UsageError(f"{quoted(text)} is not an IPv6 address; {hint}")
    if colon and number.isdecimal():
        raise UsageError(
            f"{quoted(text)}: a port follows brackets only; write [{host}]:{number} to go to that host, "
            f"or {host} --port {number} for the MX hosts of a domain"
        )
    if "/" in text:
        raise UsageError(f"{quoted(text)} is not a domain; targets from a file are @FILE")
    return Target(text, TargetKind.DOMAIN, parse_domain(text))


def _address(text: str, whole: str) -> str | None:
    """``text`` as an address without brackets; None when it is none."""
    before, percent, _ = text.partition("%")
    try:
        found = canonical(before) if "[" not in before else None
    except ValueError:
        return None
    if found and percent:
        raise UsageError(
            f"{quoted(whole)}: zone ids are not supported; an address with a zone works on one machine only"
        )
    return found


def _instead_of_url(text: str) -> str:
    """What to write for a URL: its host and port in brackets, or its host as a domain."""
    host = text.partition("://")[2].partition("/")[0].rpartition("@")[2]
    if host.startswith("["):
        return f": write {host} for that host" if _readable(host) else ""
    name, _, number = host.partition(":")
    behind = f":{number}" if number else ""
    if not _readable(f"[{name}]{behind}"):
        return ": write example.com for a domain, [mx1.example.com] for a host"
    return f": write [{name}]{behind} for that host, or {name} for a domain"


def _readable(text: str) -> bool:
    try:
        _bracketed(text)
    except UsageError:
        return False
    return True
