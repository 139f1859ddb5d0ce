"""A configuration file (TOML): the targets of a run that comes again and again, and what each of them is asked.

In: the text of the file, and its name for what is said about it. Out: a ``Configuration``, of the right shape; what the
values mean is read by whoever reads the same words on a command line. Wrong: ``UsageError`` with the file, the key, the
word at fault and the nearest right one.

A key is a long option without its dashes; ``max-addresses`` and ``max_addresses`` are one key. It stands for all
targets at the top of the file or under ``[defaults]``, and for one under its ``[[target]]``, where it counts more.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from probe.grammar.options import nearest, quoted, quoted_path
from probe.grammar.target import parse_target
from probe.model.errors import UsageError
from probe.model.settings import Target

LARGEST = 1 << 24  # bytes of a configuration
MOST = 100_000  # targets


class Shape(StrEnum):
    """What may stand behind a key."""

    FLAG = "true or false"
    TEXT = "text"
    NUMBER = "a number"
    LIST = "a list of texts"
    COMMAND = "a command, best as the list of its words,"
    VERDICTS = "a table of codes and verdicts"


@dataclass(frozen=True, slots=True)
class Key:
    """``whole``: it is about the run, and cannot differ from target to target."""

    shape: Shape = Shape.TEXT
    whole: bool = False


_FLAG, _NUMBER, _LIST = Key(Shape.FLAG), Key(Shape.NUMBER), Key(Shape.LIST)
_RUN, _RUN_FLAG, _RUN_NUMBER = Key(whole=True), Key(Shape.FLAG, whole=True), Key(Shape.NUMBER, whole=True)

_RUN_TEXTS = (
    *("secret", "dkim-key", "format", "output", "color", "save", "state", "debounce"),
    *("baseline", "expect", "expect-banner"),
)

KEYS: Mapping[str, Key] = MappingProxyType(
    {
        **dict.fromkeys(("to", "from", "domain", "helo", "until", "quit-after"), Key()),
        **dict.fromkeys(("server", "overlay", "root-hints", "source6", "source4"), Key()),
        **dict.fromkeys(
            ("via", "dkim-selector", "contact", "relay-to", "profile", "ca", "engine", "pipelining"), Key()
        ),
        **dict.fromkeys(("cert-days", "warning", "critical"), Key()),
        **dict.fromkeys(("families", "mx", "resolve", "nameserver", "connect-to", "treat-global"), _LIST),
        **dict.fromkeys(("reference", "proof", "sender6", "sender4", "dnsbl"), _LIST),
        **dict.fromkeys(("plain", "every-address", "trust-ad", "services", "trusted-source"), _FLAG),
        **dict.fromkeys(("relay-check", "catchall", "literal-check", "injection-check", "smuggling-check"), _FLAG),
        **dict.fromkeys(("port", "deadline", "timeout", "greylist", "pause", "max-addresses", "seed"), _NUMBER),
        "severity": Key(Shape.VERDICTS),
        "send": _FLAG,
        "send-every": _NUMBER,
        "owned": _FLAG,
        **dict.fromkeys(_RUN_TEXTS, _RUN),
        **dict.fromkeys(("cleanup", "transcript", "no-redact", "quiet", "no-state"), _RUN_FLAG),
        **dict.fromkeys(("verbose", "concurrency", "splay"), _RUN_NUMBER),
        "on-change": Key(Shape.COMMAND, whole=True),
    }
)
"""Every key there is."""

_INSTEAD = {"4": 'families = ["ipv4"]', "6": 'families = ["ipv6"]', "hostname": "[[target]] with address"}
_NAMES = ("name", "address")

Value = bool | int | float | str | tuple[str, ...] | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One target. ``where`` says which, for what is said about it; ``keys`` are its own."""

    target: Target
    where: str
    keys: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Configuration:
    """A file. ``owned`` are the domains it says are the user's own, beside the targets that say so themselves."""

    file: str
    defaults: Mapping[str, Value]
    targets: tuple[Entry, ...]
    owned: frozenset[str] = frozenset()


def read(text: str, file: str) -> Configuration:
    """The configuration in ``text``."""
    at = f"--config {quoted_path(file)}"
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        said = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UsageError(f"{at}: not TOML: {said}") from None
    sections = {name: found.pop(name, None) for name in ("defaults", "target", "targets")}
    defaults, owned = _defaults(found, sections["defaults"], at)
    entries: dict[tuple[object, ...], Entry] = {}
    for entry in (*_listed(sections["targets"], at), *_tables(sections["target"], at)):
        target = entry.target
        key = (target.kind, target.name, target.recipient, target.port)
        if key in entries:
            raise UsageError(f"{at}: {entry.where}: the same as {entries[key].where}; each target stands there once")
        entries[key] = entry
    if len(entries) > MOST:
        raise UsageError(f"{at}: {len(entries)} targets; at most {MOST} in one file")
    return Configuration(file, defaults, tuple(entries.values()), owned)


def schema() -> dict[str, object]:
    """The JSON Schema (draft 2020-12) of what TOML makes of a configuration."""
    own = {form: _SCHEMAS[key.shape] for name, key in KEYS.items() if not key.whole for form in _forms(name)}
    every = {form: _SCHEMAS[key.shape] for name, key in KEYS.items() for form in _forms(name)}
    every["owned"] = {"anyOf": [_SCHEMAS[Shape.FLAG], _SCHEMAS[Shape.LIST]]}
    names = {name: {"type": "string", "minLength": 1} for name in _NAMES}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A configuration of probe6",
        "type": "object",
        "properties": {
            **every,
            "defaults": {"type": "object", "properties": every, "additionalProperties": False},
            "targets": {"type": "array", "items": {"type": "string", "minLength": 1}},
            "target": {"type": "array", "items": {"$ref": "#/$defs/target"}},
        },
        "additionalProperties": False,
        "$defs": {
            "target": {
                "type": "object",
                "properties": {**names, **own},
                "oneOf": [{"required": [name]} for name in _NAMES],
                "additionalProperties": False,
            }
        },
    }


_SCHEMAS: dict[Shape, dict[str, object]] = {
    Shape.FLAG: {"type": "boolean"},
    Shape.TEXT: {"type": ["string", "number"]},
    Shape.NUMBER: {"type": ["number", "string"]},
    Shape.LIST: {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    Shape.COMMAND: {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]},
    Shape.VERDICTS: {
        "type": "object",
        "additionalProperties": {"enum": ["ok", "unknown", "warning", "critical"]},
    },
}


def _forms(name: str) -> set[str]:
    return {name, name.replace("-", "_")}


def _defaults(top: object, table: object, at: str) -> tuple[dict[str, Value], frozenset[str]]:
    """What holds for every target, wherever it was written; ``owned`` may be a list of domains there."""
    keys: dict[str, Value] = {}
    owned: frozenset[str] = frozenset()
    for where, part in ((at, top), (f"{at}: [defaults]", table)):
        if part is None:
            continue
        if not isinstance(part, dict):
            raise UsageError(f"{at}: defaults: a table is needed, [defaults]")
        raw = dict(part)
        if isinstance(raw.get("owned"), list):
            owned |= frozenset(_domain(item, f"{where}: owned") for item in _texts(raw.pop("owned"), f"{where}: owned"))
        for name, value in _keys(raw, where):
            if name in keys:
                raise UsageError(f"{where}: {name} stands there twice")
            keys[name] = value
    return keys, owned


def _listed(found: object, at: str) -> Iterator[Entry]:
    if found is None:
        return
    for number, word in enumerate(_texts(found, f"{at}: targets"), 1):
        where = f"targets, number {number} ({quoted(word)})"
        yield Entry(_parsed(word, f"{at}: {where}"), where, {})


def _tables(found: object, at: str) -> Iterator[Entry]:
    if found is None:
        return
    if not isinstance(found, list):
        raise UsageError(f"{at}: target: a target is a table of its own, [[target]]")
    for number, table in enumerate(found, 1):
        where = f"[[target]] number {number}"
        if not isinstance(table, dict):
            raise UsageError(f"{at}: {where}: a table is needed, [[target]]")
        raw = dict(table)
        named = [name for name in _NAMES if name in raw]
        if len(named) != 1:
            raise UsageError(
                f"{at}: {where}: either a name (a domain or a mailbox) or an address (a host or an address) is needed"
            )
        word = raw.pop(named[0])
        if not isinstance(word, str):
            raise UsageError(f"{at}: {where}: {named[0]}: text is needed")
        where = f"{where} ({quoted(word)})"
        if named[0] == "address" and not word.startswith("["):
            word = f"[{word}]"
        keys = dict(_keys(raw, f"{at}: {where}", one=True))
        yield Entry(_parsed(word, f"{at}: {where}"), where, keys)


def _keys(raw: Mapping[str, object], where: str, *, one: bool = False) -> Iterator[tuple[str, Value]]:
    """The keys of a table, by their names; ``one``: of a single target."""
    seen = set()
    for written, value in raw.items():
        name = written.replace("_", "-")
        if name not in KEYS:
            raise UsageError(f"{where}: {_unknown(written, one=one)}")
        if name in seen:
            raise UsageError(f"{where}: {name} stands there twice, once as {name.replace('-', '_')}")
        if one and KEYS[name].whole:
            raise UsageError(f"{where}: {written} is about the whole run; it belongs to the top or under [defaults]")
        seen.add(name)
        yield name, _value(value, KEYS[name].shape, f"{where}: {written}")


def _unknown(written: str, *, one: bool) -> str:
    if written in _INSTEAD:
        return f"{quoted(written)} is no key; write {_INSTEAD[written]}"
    # nearest() is a loose judge, and the names of the tables are as easily mistyped as keys.
    tables = _NAMES if one else ("defaults", "target", "targets")
    near = nearest(written.replace("_", "-"), (*KEYS, *tables))
    return f"{quoted(written)} is no key" + (f"; nearest: {near}" if near else "; probe6 schema config has them all")


def _value(value: object, shape: Shape, where: str) -> Value:
    match shape, value:
        case Shape.FLAG, bool():
            return value
        case ((Shape.TEXT | Shape.NUMBER), bool()):
            pass
        case ((Shape.TEXT | Shape.NUMBER), str() | int() | float()):
            return value
        case Shape.LIST, str():
            return (value,)
        case Shape.COMMAND, str():
            return value
        case ((Shape.LIST | Shape.COMMAND), list()):
            return _texts(value, where)
        case Shape.VERDICTS, dict():
            for code, verdict in value.items():
                if not isinstance(verdict, str):
                    raise UsageError(f"{where}: {quoted(code)}: a verdict is text")
            return value
    raise UsageError(f"{where}: {shape} is needed")


def _texts(value: object, where: str) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise UsageError(f"{where}: {Shape.LIST} is needed")


def _parsed(word: str, where: str) -> Target:
    try:
        return parse_target(word)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None


def _domain(word: str, where: str) -> str:
    from probe.grammar.smtp_path import parse_domain

    try:
        return parse_domain(word)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None
