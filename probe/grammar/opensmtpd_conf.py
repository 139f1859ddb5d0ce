"""smtpd.conf(5) of OpenSMTPD: where it listens and over which families it sends.

In: the text of the file. Out: ``Reach``. Nothing here raises; the directives that do not bear on it are passed over.
An interface or a name takes the machine to tell its families, unless ``inet4`` or ``inet6`` stands behind it.
"""

import re

from probe.address import family_of
from probe.model.listening import Listening, Reach
from probe.model.words import Family

BOTH = (Family.IPV6, Family.IPV4)
_WORDS = re.compile(r'"((?:[^"\\]|\\.)*)"|([{}(),<>!=])|([^\s"{}(),<>!=]+)')
_ONLY = {"inet4": Family.IPV4, "inet6": Family.IPV6}
_ANY = {"::": Family.IPV6, "0.0.0.0": Family.IPV4}  # noqa: S104 - read, not bound


def reach(text: str, file: str = "smtpd.conf") -> Reach:
    """What the file comes to. Without any ``listen`` the server listens on the machine itself alone."""
    listens: list[Listening] = []
    sends: tuple[Family, ...] = BOTH
    origin = "default"
    sources: dict[str, set[Family]] = {}
    for number, words in _lines(text):
        place = f"{file}:{number}"
        match words:
            case ["listen", "on", "socket", *_]:
                continue
            case ["listen", "on", target, *options]:
                listens.append(_listening(target, options, place))
            case ["table", name, "{", *members]:
                sources[name] = _families(members)
            case ["limit", "mta", *_, "inet4" | "inet6" as only]:
                sends, origin = (_ONLY[only],), place
            case ["action", *rest] if "relay" in rest and "src" in rest:
                families = _families(_source(rest, sources))
                if len(families) == 1:
                    sends, origin = tuple(families), place
    if not listens:
        listens = [Listening("smtp", BOTH, ("localhost",), "default")]
    return Reach(tuple(listens), sends, origin)


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Directives with the number of their first line; a backslash at the end of a line and open braces join lines."""
    found: list[tuple[int, list[str]]] = []
    words: list[str] = []
    first, depth = 0, 0
    for number, line in enumerate(text.split("\n"), 1):
        joined = line.rstrip("\r").endswith("\\")
        for match in _WORDS.finditer(line.rstrip("\r").removesuffix("\\")):
            quoted, sign, word = match.groups()
            if word is not None and word.startswith("#"):
                break
            first = first if words else number
            words.append(next(part for part in (quoted, sign, word) if part is not None))
            depth += {"{": 1, "}": -1}.get(sign or "", 0)
        if words and not joined and depth <= 0:
            found.append((first, words))
            words, depth = [], 0
    return [*found, (first, words)] if words else found


def _listening(target: str, options: list[str], place: str) -> Listening:
    port = options[options.index("port") + 1] if "port" in options[:-1] else "smtp"
    only = next((_ONLY[word] for word in options if word in _ONLY), None)
    if target in _ANY:
        return Listening(port, (_ANY[target],), (), place)
    try:
        return Listening(port, (family_of(target),), (target,), place)
    except ValueError:
        pass
    if target == "all":
        return Listening(port, (only,) if only else BOTH, (), place)
    return Listening(port, (only,) if only else (), (target,), place)


def _source(words: list[str], tables: dict[str, set[Family]]) -> list[str]:
    """The members of what stands behind ``src``: an address, a list in braces or a table."""
    behind = words[words.index("src") + 1 :]
    match behind:
        case ["{", *members]:
            return members[: members.index("}")] if "}" in members else members
        case ["<", name, ">", *_]:
            return ["::" if family is Family.IPV6 else "0.0.0.0" for family in tables.get(name, set())]  # noqa: S104
        case _:
            return behind[:1]


def _families(members: list[str]) -> set[Family]:
    found: set[Family] = set()
    for member in members:
        try:
            found.add(family_of(member))
        except ValueError:
            continue
    return found
