"""A file of expectations (TOML): what the operator declares, per domain and for all.

In: the text. Out: ``Declared``, one per ``[domain."NAME"]``, each with what ``[deliver]``, ``[dns]`` and ``[outbound]``
say for all; without a domain one that holds for every target. Wrong: ``UsageError`` in one line that names the key or
the word, and the nearest right one. Nothing is passed over: a slip of the keyboard must not silence an alarm.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from probe.address import contains
from probe.grammar.options import nearest, one_of, quoted
from probe.grammar.smtp_path import parse_domain, parse_mailbox
from probe.model.errors import UsageError
from probe.model.expectation import Declared
from probe.model.words import Family

_MOST = 10_000  # domains of one file
_SECONDS = 86_400 * 7
_TTL = 2**31 - 1  # RFC 2181 8
_WORDS = {
    "parity": ("strict", "tls-only", "off"),
    "starttls": ("required", "off"),
    "cert": ("same", "trusted", "off"),
    "dane": ("if-present", "required", "off"),
    "mta_sts": ("enforce", "testing", "off"),
    "greylist": ("allowed", "forbidden"),
    "junk": ("fail", "allowed"),
}


def parse(text: str) -> tuple[Declared, ...]:
    """What ``text`` declares."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"not TOML: {error}") from None
    except RecursionError:
        raise UsageError("not TOML: nested too deeply") from None
    _known(tables, ("domain", "deliver", "outbound", "dns"), "")
    everywhere = Declared()
    for name, read in (("deliver", _deliver), ("outbound", _outbound), ("dns", _dns)):
        everywhere = read(everywhere, _table(tables.get(name, {}), name))
    domains = _table(tables.get("domain", {}), "domain")
    if len(domains) > _MOST:
        raise UsageError(f"domain: more than {_MOST}")
    found = tuple(_domain(everywhere, name, value) for name, value in domains.items())
    if not found and everywhere == Declared():
        raise UsageError('nothing is declared in it; begin with [domain."example.com"]')
    return found or (everywhere,)


def _domain(everywhere: Declared, name: str, value: object) -> Declared:
    where = f'domain."{name}"'
    try:
        own = replace(everywhere, domain=parse_domain(name))
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None
    table = _table(value, where)
    _known(table, ("mx", "parity", "tls", "banner_max_s", "greylist", "owned"), where)
    changes: dict[str, Any] = {}
    for key, item in table.items():
        at = f"{where}.{key}"
        match key:
            case "mx":
                changes["mx"] = _mx(item, at)
            case "tls":
                changes |= _words(item, ("starttls", "cert", "dane", "mta_sts"), at)
            case "banner_max_s":
                changes[key] = _number(item, at, _SECONDS)
            case "owned":
                changes[key] = _flag(item, at)
            case _:
                changes[key] = _word(item, key, at)
    return replace(own, **changes)


def _deliver(base: Declared, table: Mapping[str, object]) -> Declared:
    _known(table, ("rcpt", "from", "body_bytes", "proof", "deadline_s", "junk"), "deliver")
    changes: dict[str, Any] = {}
    for key, item in table.items():
        at = f"deliver.{key}"
        match key:
            case "rcpt":
                changes["rcpt"] = _mailbox(_text(item, at), at)
            case "from":
                changes["sender"] = _mailbox(_text(item, at), at)
            case "proof":
                changes["proof"] = tuple(_text(one, at) for one in _list(item, at))
            case "deadline_s":
                changes[key] = _number(item, at, _SECONDS)
            case "junk":
                changes[key] = _word(item, key, at)
            case _:
                changes["unmeasured"] = (*base.unmeasured, at)
    return replace(base, **changes)


def _outbound(base: Declared, table: Mapping[str, object]) -> Declared:
    """Nothing here sends by the operator's own server, so these are told as not measured."""
    _known(table, ("sources", "must_use"), "outbound")
    return replace(base, unmeasured=(*base.unmeasured, *(f"outbound.{key}" for key in table)))


def _dns(base: Declared, table: Mapping[str, object]) -> Declared:
    _known(table, ("forbid_prefix", "max_ttl", "require_ns_v6"), "dns")
    changes: dict[str, Any] = {}
    for key, item in table.items():
        at = f"dns.{key}"
        match key:
            case "forbid_prefix":
                changes[key] = tuple(_prefix(_text(one, at), at) for one in _list(item, at))
            case "max_ttl":
                changes[key] = int(_number(item, at, _TTL))
            case _:
                changes[key] = _flag(item, at)
    return replace(base, **changes)


def _mx(value: object, at: str) -> tuple[tuple[str, tuple[Family, ...]], ...]:
    """Hosts with their families; a plain list of hosts means both families of each."""
    if isinstance(value, list):
        value = {_text(item, at): [family.value for family in Family] for item in value}
    found = {}
    for host, families in _table(value, at).items():
        try:
            name = parse_domain(host.rstrip("."))
        except UsageError as error:
            raise UsageError(f"{at}: {error}") from None
        words = [_text(item, f'{at}."{host}"') for item in _list(families, f'{at}."{host}"')]
        found[name] = tuple(Family(_one_of(word, tuple(Family), "a family", f'{at}."{host}"')) for word in words)
    return tuple(found.items())


def _words(value: object, keys: tuple[str, ...], at: str) -> dict[str, str]:
    table = _table(value, at)
    _known(table, keys, at)
    return {key: _word(item, key, f"{at}.{key}") for key, item in table.items()}


def _word(value: object, key: str, at: str) -> str:
    return _one_of(_text(value, at), _WORDS[key], "known here", at)


def _one_of(text: str, words: tuple[str, ...], noun: str, at: str) -> str:
    return _named(at, lambda: one_of(text, words, noun))


def _mailbox(text: str, at: str) -> str:
    return _named(at, lambda: "@".join(parse_mailbox(text)))


def _named(at: str, read: Callable[[], str]) -> str:
    try:
        return read()
    except UsageError as error:
        raise UsageError(f"{at}: {error}") from None


def _prefix(text: str, at: str) -> str:
    try:
        contains(text, "::")
    except ValueError:
        raise UsageError(f"{at}: {quoted(text)} is not a prefix such as 2001:db8:dead::/48") from None
    return text


def _known(table: Mapping[str, object], keys: tuple[str, ...], at: str) -> None:
    for key in table:
        if key not in keys:
            near = nearest(key, keys)
            hint = f"nearest: {near}" if near else f"known: {', '.join(keys)}"
            raise UsageError(f"{f'{at}: ' if at else ''}unknown key {quoted(key)}; {hint}")


def _table(value: object, at: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"{at}: a table is needed")
    return value


def _list(value: object, at: str) -> list[object]:
    if not isinstance(value, list):
        raise UsageError(f"{at}: a list is needed, such as [...]")
    return value


def _text(value: object, at: str) -> str:
    if not isinstance(value, str) or not value or not value.isprintable():
        raise UsageError(f"{at}: a word in quotes is needed")
    return value


def _flag(value: object, at: str) -> bool:
    if not isinstance(value, bool):
        raise UsageError(f"{at}: true or false is needed")
    return value


def _number(value: object, at: str, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
        raise UsageError(f"{at}: a number from 1 to {most:g} is needed")
    return value
