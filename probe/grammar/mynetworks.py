"""``mynetworks``, and every other list of clients that Postfix matches by address and name (postconf(5), match_list).

In: the expanded value, and the text of the files it names as far as the caller could read them. Out: the patterns in
order, what Postfix would complain of, and who is inside. Nothing here raises; the time is linear in the text.

The first pattern that matches decides. A pattern Postfix cannot use does not go unnoticed: a client that comes as far
as that pattern gets a temporary error in place of an answer. An IPv6 network without brackets is such a pattern, for
clients of both families, because ``2001:db8::/32`` reads as table ``db8::/32`` of type ``2001``; and with ``::1/128``,
which has no type at all, the server does not start.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from probe.grammar.braced_words import words
from probe.grammar.logical_lines import shown
from probe.grammar.network_pattern import NetworkPatternError, network_of
from probe.model.postfix import Problem

_SEPARATORS = ", \t\r\n"
_NESTED = 10  # files in files; Postfix itself would open a file that names itself until it has no more descriptors
_ADDRESS = frozenset("0123456789.abcdefABCDEF:")
_TYPES = frozenset(
    {
        "btree",
        "cdb",
        "cidr",
        "dbm",
        "debug",
        "environ",
        "fail",
        "hash",
        "inline",
        "internal",
        "ldap",
        "lmdb",
        "memcache",
    }
    | {
        "mongodb",
        "mysql",
        "netinfo",
        "nis",
        "nisplus",
        "pcre",
        "pgsql",
        "pipemap",
        "proxy",
        "randmap",
        "regexp",
        "sdbm",
    }
    | {"socketmap", "sqlite", "static", "tcp", "texthash", "unionmap", "unix"}
)

Network = IPv4Network | IPv6Network


class PatternKind(StrEnum):
    """What a pattern is matched with."""

    NETWORK = "network"  # the client's address
    NAME = "name"  # the client's verified name
    TABLE = "table"  # whatever the table says
    FILE = "file"  # a file the caller did not read
    BROKEN = "broken"  # nothing: Postfix reports an error to the clients it comes to it for


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern of a list."""

    text: str  # as written, without exclamation marks
    kind: PatternKind
    negated: bool = False  # a client that matches is not inside
    network: Network | None = None
    version: int | None = None  # the IP version of the clients a network, or a broken one, is looked at for; None: all
    fault: str = ""  # why it is broken, or why it can match nobody
    fatal: bool = False  # broken so that no server starts


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one client. ``inside`` is None when that depends on what was not read."""

    inside: bool | None
    pattern: Pattern | None = None  # what decided; None: the end of the list was reached, or see ``inside``
    error: bool = False  # Postfix answers with a temporary error, and the client is not let in


@dataclass(frozen=True, slots=True)
class Networks:
    """A list as it is matched."""

    patterns: tuple[Pattern, ...]
    problems: tuple[Problem, ...]

    def contains(self, address: str) -> bool | None:
        """Is a client with this address, and without a verified name, inside? None: that depends on a table or file."""
        return self.decide(address).inside

    def decide(self, address: str, name: str = "unknown", *, parents: bool = True) -> Decision:
        """What becomes of a client. ``parents``: a domain stands for the names below it, as it does for mynetworks
        unless ``parent_domain_matches_subdomains`` leaves it out. A text that is no address is inside of nothing.
        """
        try:
            client = ip_address(address)
        except ValueError:
            return Decision(inside=False)
        if isinstance(client, IPv6Address):
            # Postfix takes an IPv4 client of an IPv6 socket for what it is.
            client = client.ipv4_mapped or client
        for pattern in self.patterns:
            if pattern.fatal:
                return Decision(inside=False, pattern=pattern, error=True)
        possible: set[bool] = set()
        for pattern in self.patterns:
            match pattern.kind:
                case PatternKind.NETWORK:
                    hit = pattern.network is not None and client in pattern.network
                case PatternKind.NAME:
                    hit = _named(pattern.text, name.lower(), parents=parents)
                case PatternKind.BROKEN:
                    if pattern.version not in {None, client.version}:
                        continue
                    return Decision(inside=None if True in possible else False, pattern=pattern, error=True)
                case PatternKind.TABLE | PatternKind.FILE:
                    # It may match, or not, or not be there; and then Postfix answers with an error.
                    possible |= {not pattern.negated, False}
                    continue
            if hit:
                decided = not pattern.negated
                return Decision(decided, pattern) if possible <= {decided} else Decision(inside=None)
        return Decision(inside=None if True in possible else False)


def parse(text: str, files: Mapping[str, str] | None = None, parameter: str = "mynetworks") -> Networks:
    """Read a list. ``files``: the text of those ``/file`` patterns that could be read, by name."""
    reading = _Reading(files or {}, parameter, [], [])
    reading.read(text, negated=False, depth=0)
    return Networks(tuple(reading.patterns), tuple(reading.problems))


@dataclass(frozen=True, slots=True)
class _Reading:
    """A list being read."""

    files: Mapping[str, str]
    parameter: str
    patterns: list[Pattern]
    problems: list[Problem]

    def read(self, text: str, *, negated: bool, depth: int) -> None:
        """The patterns of one text: the value, or a line of a file."""
        for word in words(text, _SEPARATORS):
            if word.startswith("#"):
                self._complain(f"a comment behind other text ends the list at {shown(word)}")
                return
            item = word.lstrip("!")
            negative = negated ^ bool((len(word) - len(item)) % 2)
            if not item:
                self._add(Pattern(word, PatternKind.BROKEN, fault="no pattern behind the exclamation mark", fatal=True))
            elif item.startswith("/"):
                self._file(item, negative, depth)
            else:
                self._add(pattern_of(item, negated=negative))

    def _file(self, name: str, negated: bool, depth: int) -> None:
        """The lines of a file stand in its place."""
        if name not in self.files:
            self._add(Pattern(name, PatternKind.FILE, negated))
        elif depth >= _NESTED:
            self._complain(f"files that name files without end, at {shown(name)}", fatal=True)
        else:
            for line in self.files[name].split("\n"):
                if not line.startswith("#"):
                    self.read(line, negated=negated, depth=depth + 1)

    def _add(self, pattern: Pattern) -> None:
        self.patterns.append(pattern)
        if pattern.fault:
            self._complain(f"{shown(pattern.text)}: {pattern.fault}", fatal=pattern.fatal)

    def _complain(self, sentence: str, *, fatal: bool = False) -> None:
        self.problems.append(Problem(self.parameter, sentence, fatal))


def pattern_of(item: str, *, negated: bool = False) -> Pattern:
    """One pattern that is not a file."""
    if not item.startswith("[") and ":" in item:
        return _table(item, negated)
    item = item.lower()
    if not (_is_network(item) or _is_ipv4(item)):
        return Pattern(item, PatternKind.NAME, negated, fault=_silent(item))
    version = 6 if ":" in item else 4
    try:
        return Pattern(item, PatternKind.NETWORK, negated, network_of(item), version)
    except NetworkPatternError as error:
        return Pattern(item, PatternKind.BROKEN, negated, None, version, str(error))


def _table(item: str, negated: bool) -> Pattern:
    """``type:name``, and what was meant for an IPv6 network."""
    kind, _, rest = item.partition(":")
    if kind in _TYPES and rest:
        return Pattern(item, PatternKind.TABLE, negated)
    fatal = not kind or not rest
    try:
        network_of(item.lower())
    except NetworkPatternError:
        fault = "a table is type:name" if fatal else f"no table has the type {shown(kind)}"
    else:
        fault = f"IPv6 without brackets is taken for table {shown(rest)} of type {shown(kind)}"
    return Pattern(item, PatternKind.BROKEN, negated, fault=fault, fatal=fatal)


def _is_network(item: str) -> bool:
    """Does Postfix look at it as a network, and complain when it is none?"""
    return (":" in item or "/" in item) and not set(item) - _ADDRESS - set("[]/")


def _is_ipv4(item: str) -> bool:
    """Is it one IPv4 address? Postfix compares that letter by letter, and complains of nothing that resembles it."""
    try:
        return str(IPv4Address(item[1:-1] if item[:1] + item[-1:] == "[]" else item)) in item
    except ValueError:
        return False


def _silent(item: str) -> str:
    """Why Postfix, without a word, matches nobody with this."""
    if set(item) <= set("0123456789.[]"):
        return "no address, no network and no name"
    return "no network and no name" if "/" in item or "[" in item else ""


def _named(pattern: str, name: str, *, parents: bool) -> bool:
    """Does a pattern without a network match by name?"""
    if pattern == name:
        return True
    if parents:
        return name.endswith("." + pattern) and len(name) > len(pattern) + 1
    return pattern.startswith(".") and name.endswith(pattern) and len(name) > len(pattern)
