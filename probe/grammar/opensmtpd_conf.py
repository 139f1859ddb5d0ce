"""smtpd.conf(5) of OpenSMTPD: where it listens and over which families it sends.

In: the text of the file, and who opens the files it includes. Out: ``Reach``. Nothing here raises; the directives that
do not bear on it are passed over. An interface or a name takes the machine to tell its families, unless ``inet4`` or
``inet6`` stands behind it. Without any ``listen`` the server takes mail from its own machine's sendmail(8) alone, and
opens no port.
"""

from collections.abc import Iterable

from probe.address import family_of
from probe.grammar.opensmtpd_lines import Include, Line, logical_lines
from probe.model.listening import Listening, Reach
from probe.model.words import Family

BOTH = (Family.IPV6, Family.IPV4)
_ONLY = {"inet4": Family.IPV4, "inet6": Family.IPV6}
_ANY = {"::": Family.IPV6, "0.0.0.0": Family.IPV4}  # noqa: S104 - read, not bound


def reach(text: str, file: str = "smtpd.conf", include: Include = lambda _: None) -> Reach:
    """What the file comes to."""
    lines = logical_lines(text, file, include)
    listens = [
        _listening(line.words[2], line.words[3:], line.place)
        for line in lines
        if line.words[:2] == ["listen", "on"] and len(line.words) > 2 and line.words[2] != "socket"
    ]
    return Reach(tuple(listens), *_sending(lines))


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


def _sending(lines: Iterable[Line]) -> tuple[tuple[Family, ...], str]:
    """The families of all addresses that the actions in use may send from, and what takes one of them away."""
    tables: dict[str, set[Family]] = {}
    relays: dict[str, tuple[set[Family], str]] = {}
    used: set[str] = set()
    for line in lines:
        match line.words:
            case ["mta", "limit", "inet4" | "inet6" as only] | ["limit", "mta", "inet4" | "inet6" as only]:
                return (_ONLY[only],), line.place
            case ["table", name, "{", *members]:
                tables[name] = _families(members)
            case ["action", name, "relay", *options]:
                relays[name] = (_source(options, tables) or set(BOTH), line.place)
            case ["match", *rest] if "action" in rest[:-1]:
                used.add(rest[rest.index("action") + 1])
    chosen = [relays[name] for name in relays if name in used] or list(relays.values())
    found = {family for families, _ in chosen for family in families}
    if len(found) != 1:
        return BOTH, "default"
    return tuple(found), chosen[0][1]


def _source(words: list[str], tables: dict[str, set[Family]]) -> set[Family]:
    """What stands behind ``src``: an address, a list in braces or a table. Empty when it cannot be told."""
    match words[words.index("src") + 1 :] if "src" in words else []:
        case ["{", *members]:
            return _families(members[: members.index("}")] if "}" in members else members)
        case ["<", name, ">", *_]:
            return tables.get(name, set())
        case [address, *_]:
            return _families([address])
        case _:
            return set()


def _families(members: list[str]) -> set[Family]:
    found: set[Family] = set()
    for member in members:
        try:
            found.add(family_of(member))
        except ValueError:
            continue
    return found
