"""Macros of SPF put into their values (RFC 7208 7).

In: a macro-string that ``terms`` found good, and who speaks to whom. Out: the text with every macro replaced. Nothing
is looked up here: the validated name that ``%{p}`` stands for is handed in.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote

from probe.grammar.spf.terms import MACRO

UNKNOWN = "unknown"
_NAMED = re.compile(r"%\{p", re.IGNORECASE)
_PLAIN = {"%": "%", "_": " ", "-": "%20"}
LONGEST_NAME = 253  # characters of a domain name without its final dot (7.3)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who sends: its address, the mailbox of MAIL FROM and the name of EHLO. ``now`` in seconds since 1970."""

    client: IPv4Address | IPv6Address
    local: str
    origin: str
    helo: str
    now: int = 0
    receiver: str = UNKNOWN


def names_client(text: str) -> bool:
    """True when ``text`` asks for the validated name of the client."""
    return _NAMED.search(text) is not None


def expand(text: str, speaker: Speaker, domain: str, name: str = UNKNOWN) -> str:
    """``text`` with its macros replaced. ``name`` is the client's validated one."""
    return MACRO.sub(lambda found: _value(found, speaker, domain, name), text)


def target(text: str, speaker: Speaker, domain: str, name: str = UNKNOWN) -> str:
    """``text`` expanded to a domain name, as many labels of it as a name may have (7.3)."""
    whole = expand(text, speaker, domain, name)
    whole = whole.removesuffix(".")
    if len(whole) > LONGEST_NAME:
        cut = whole.find(".", len(whole) - LONGEST_NAME - 1)
        whole = whole[cut + 1 :] if cut >= 0 else whole[-LONGEST_NAME:]
    return whole


def _value(found: re.Match[str], speaker: Speaker, domain: str, name: str) -> str:
    if found[5]:
        return _PLAIN[found[5]]
    letter, digits, backwards, delimiters = found[1], found[2], found[3], found[4]
    value = _letter(letter.lower(), speaker, domain, name)
    parts = re.split(f"[{re.escape(delimiters or '.')}]", value)
    if backwards:
        parts.reverse()
    if digits:
        parts = parts[-int(digits.lstrip("0")[:6] or "1") :]
    value = ".".join(parts)
    return quote(value, safe="-._~", encoding="latin-1", errors="replace") if letter.isupper() else value


def _letter(letter: str, speaker: Speaker, domain: str, name: str) -> str:
    six = isinstance(speaker.client, IPv6Address)
    match letter:
        case "s":
            return f"{speaker.local}@{speaker.origin}"
        case "l":
            return speaker.local
        case "o":
            return speaker.origin
        case "d":
            return domain
        case "i":
            return ".".join(f"{int(speaker.client):032X}") if six else str(speaker.client)
        case "p":
            return name
        case "h":
            return speaker.helo
        case "v":
            return "ip6" if six else "in-addr"
        case "c":
            return str(speaker.client)
        case "r":
            return speaker.receiver
    return str(speaker.now)
