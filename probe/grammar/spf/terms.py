"""An SPF record taken apart (RFC 7208 4.6.1, 5, 6 and the grammar of 12).

In: the text of a record that begins with ``v=spf1``. Out: its mechanisms in order and its two modifiers. A term that
does not fit the grammar makes the whole record unusable (4.6): ``TermError`` names it and says why; ``faults`` lists
all of them. Everything is linear in the length of the record.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from probe.grammar.text import printable
from probe.model.spf import SpfResult

VERSION = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)
QUALIFIERS = {"+": SpfResult.PASS, "-": SpfResult.FAIL, "?": SpfResult.NEUTRAL, "~": SpfResult.SOFTFAIL}
_TERM = re.compile(r"([+\-?~]?)([A-Za-z][A-Za-z0-9_.-]*)(.*)", re.DOTALL)
MACRO = re.compile(r"%(?:\{([slodiphcrtv])([0-9]*)(r?)([.\-+,/_=]*)\}|([%_-]))", re.IGNORECASE)
_MACRO_STRING = re.compile(rf"(?:[!-$&-~]|{MACRO.pattern})*", re.IGNORECASE)
_DUAL_CIDR = re.compile(r"(?:/(0|[1-9][0-9]?))?(?://(0|[1-9][0-9]{0,2}))?$")
_LABEL = re.compile(r"(?=[^.]*[A-Za-z-])[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_ONLY_EXPLAINED = re.compile(r"%\{[crt]", re.IGNORECASE)  # these stand in explanations alone (7.2)
_LONGEST_SHOWN = 200
_LENGTHS = {4: 32, 6: 128}


class TermError(Exception):
    """A term that is none: ``term`` as it stands in the record, ``shown`` made printable; ``why`` in a few words."""

    def __init__(self, term: str, why: str) -> None:
        self.term, self.why, self.shown = term, why, printable(term[:_LONGEST_SHOWN])
        super().__init__(f"{self.shown}: {why}")


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One directive. ``target`` is its domain-spec, ``network`` that of ip4 and ip6, the lengths those of a and mx."""

    text: str
    name: str
    result: SpfResult
    target: str | None = None
    network: IPv4Network | IPv6Network | None = None
    length4: int = 32
    length6: int = 128


@dataclass(frozen=True, slots=True)
class Record:
    """What a record says, in order."""

    mechanisms: tuple[Mechanism, ...]
    redirect: str | None = None
    explanation: str | None = None


def parse(text: str) -> Record:
    """The record in ``text``. Raises ``TermError``."""
    mechanisms: list[Mechanism] = []
    modifiers: dict[str, str] = {}
    for term in split(text):
        item = _term(term)
        if isinstance(item, Mechanism):
            mechanisms.append(item)
        elif item is not None:
            name, target = item
            if name in modifiers:
                raise TermError(term, f"a second {name}= modifier")
            modifiers[name] = target
    return Record(tuple(mechanisms), modifiers.get("redirect"), modifiers.get("exp"))


def split(text: str) -> tuple[str, ...]:
    """The terms behind the version; only blanks part them (4.6.1)."""
    return tuple(filter(None, text.split(" ")[1:]))


def faults(text: str) -> Iterator[TermError]:
    """Every term of ``text`` that is none."""
    for term in split(text):
        try:
            _term(term)
        except TermError as error:
            yield error


def networks(text: str) -> Iterator[Mechanism]:
    """The ip4 and ip6 mechanisms of ``text`` and its ``all``, whatever stands beside them."""
    for term in split(text):
        try:
            item = _term(term)
        except TermError:
            continue
        if isinstance(item, Mechanism) and item.name in {"ip4", "ip6", "all"}:
            yield item


def _term(term: str) -> Mechanism | tuple[str, str] | None:
    """One term: a mechanism, a modifier that counts with its value, or None for one that nobody knows (6)."""
    found = _TERM.fullmatch(term)
    if found is None:
        raise TermError(term, "neither a mechanism nor a modifier")
    qualifier, name, rest = found[1], found[2].lower(), found[3]
    if rest.startswith("=") and not qualifier:
        return _modifier(term, name, rest[1:])
    result = QUALIFIERS[qualifier or "+"]
    match name:
        case "all":
            if rest:
                raise TermError(term, "nothing may follow all")
            return Mechanism(term, name, result)
        case "include" | "exists":
            return Mechanism(term, name, result, _target(term, rest, needed=True))
        case "ptr":
            return Mechanism(term, name, result, _target(term, rest))
        case "a" | "mx":
            lengths = _DUAL_CIDR.search(rest)
            length4, length6 = (lengths[1], lengths[2]) if lengths else (None, None)
            target = _target(term, rest[: lengths.start()] if lengths else rest)
            return Mechanism(term, name, result, target, None, _length(term, length4, 4), _length(term, length6, 6))
        case "ip4" | "ip6":
            return Mechanism(term, name, result, network=_network(term, int(name[-1]), rest))
    raise TermError(term, "no such mechanism")


def _modifier(term: str, name: str, value: str) -> tuple[str, str] | None:
    if name in {"redirect", "exp"}:
        return name, _domain_spec(term, value)
    check_macros(term, value)
    return None


def _target(term: str, rest: str, *, needed: bool = False) -> str | None:
    if not rest and not needed:
        return None
    if not rest.startswith(":"):
        raise TermError(term, "a colon and a domain name are missing" if needed else "a colon is missing")
    return _domain_spec(term, rest[1:])


def check_macros(term: str, text: str, *, explained: bool = False) -> None:
    """Raise ``TermError`` when ``text`` is no macro-string; c, r and t are macros of explanations alone."""
    end = _MACRO_STRING.match(text)
    if end is None or end.end() != len(text):
        at = text[end.end() if end else 0 :][:1]
        raise TermError(term, "not a macro" if at == "%" else "a character that may not stand here")
    if any(found[2] and not found[2].strip("0") for found in MACRO.finditer(text)):
        raise TermError(term, "a macro that keeps no part of its value")
    if not explained and _ONLY_EXPLAINED.search(text):
        raise TermError(term, "a macro that may stand in explanations alone")


def _domain_spec(term: str, text: str) -> str:
    check_macros(term, text)
    end = 0
    for found in MACRO.finditer(text):
        end = found.end()
    tail = text[end:]  # what stands behind the last macro
    if end and not tail:
        return text
    label = tail.removesuffix(".").rpartition(".")
    if not label[1] or not _LABEL.fullmatch(label[2]):
        raise TermError(term, "not a domain name of more than one label")
    return text


def _length(term: str, digits: str | None, version: int) -> int:
    most = _LENGTHS[version]
    if digits is None:
        return most
    if int(digits) > most:
        raise TermError(term, f"a prefix longer than /{most}")
    return int(digits)


def _network(term: str, version: int, rest: str) -> IPv4Network | IPv6Network:
    if not rest.startswith(":") or not rest[1:]:
        raise TermError(term, "a colon and an address are missing")
    base, slash, digits = rest[1:].partition("/")
    if slash and (not re.fullmatch(r"0|[1-9][0-9]{0,2}", digits)):
        raise TermError(term, "the prefix length is not a number")
    length = _length(term, digits if slash else None, version)
    try:
        if version == 4:
            return IPv4Network((int(IPv4Address(base)), length), strict=False)
        if "%" in base:
            raise TermError(term, "a zone id, which means nothing to anybody else")
        return IPv6Network((int(IPv6Address(base)), length), strict=False)
    except ValueError:
        raise TermError(term, _what_is_wrong(base, version)) from None


def _what_is_wrong(base: str, version: int) -> str:
    if "[" in base or "]" in base:
        return "brackets do not belong here"
    other = IPv6Address if version == 4 else IPv4Address
    try:
        other(base)
    except ValueError:
        return f"not an IPv{version} address"
    return f"an IPv{10 - version} address in an ip{version} term"
