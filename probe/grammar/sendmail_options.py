"""The daemon and client options of sendmail, in sendmail.mc or in sendmail.cf and submit.cf.

In: the text of either file. Out: ``Reach``. Nothing here raises. Without any daemon option sendmail listens over IPv4
alone. An IPv6 socket for every address it leaves to the kernel, which takes IPv4 by it as well; a client option binds
an address and takes no family away, so sendmail sends over both.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from probe.model.listening import Listening, Reach
from probe.model.words import Family

BOTH = (Family.IPV6, Family.IPV4)
_FAMILIES = {"inet": Family.IPV4, "inet6": Family.IPV6}
_MACRO = re.compile(r"(?:^|\))[ \t]*(DAEMON|CLIENT)_OPTIONS\([ \t\n]*`?([^')]*)(?='?[ \t\n]*\))", re.MULTILINE)
_COMMENT = re.compile(r"\bdnl\b.*")  # m4: delete to the end of the line
_OPTION = re.compile(r"^O(?:[ \t]+(Daemon|Client)PortOptions[ \t]*=|O)(.*(?:\n[ \t].*)*)", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Option:
    client: bool
    values: str
    origin: str


def reach(text: str, file: str = "sendmail.mc") -> Reach:
    """What the options come to."""
    bare = _COMMENT.sub("", text)  # no line is lost: their numbers stay
    macros, written = list(_options(_MACRO, bare, file)), list(_options(_OPTION, bare, file))
    is_source = bool(macros) or "MAILER(" in bare
    listens = [_listening(item) for item in macros if not item.client]
    added = [_listening(item) for item in written if not item.client]
    if not listens and (is_source or not added):
        # The macros put it beside what LOCAL_CONFIG says; without macros it is the program's own.
        listens.append(Listening("smtp", (Family.IPV4,), (), "default"))
    found = [item for item in (*listens, *added) if item is not None]
    if is_source and "no_default_msa" not in bare and not any(it.service in {"587", "submission"} for it in found):
        # The macros add the submission agent by themselves, over IPv4.
        found.append(Listening("587", (Family.IPV4,), (), "default"))
    client = next((item.origin for item in (*macros, *written) if item.client), "default")
    return Reach(tuple(found), BOTH, client)


def _options(pattern: re.Pattern[str], text: str, file: str) -> Iterator[_Option]:
    line, counted = 1, 0
    for match in pattern.finditer(text):
        line, counted = line + text.count("\n", counted, match.start(2)), match.start(2)
        yield _Option((match[1] or "").lower() == "client", match[2], f"{file}:{line}")


def _listening(option: _Option) -> Listening | None:
    """``Port=smtp, Addr=::1, Family=inet6``: of each name sendmail looks at the first letter. None for a local
    socket.
    """
    values: dict[str, str] = {}
    for part in option.values.split(","):
        name, equals, value = part.partition("=")
        if equals and name.strip():
            values[name.strip()[0].upper()] = value.strip()
    named = values.get("F", "inet").lower()
    if named in {"local", "unix"}:
        return None
    address = values.get("A", "").removeprefix("[").removesuffix("]").removeprefix("IPv6:")
    family = _FAMILIES.get(named)
    port = values.get("P", "smtp")
    if family is Family.IPV6 and address in {"", "::"}:
        return Listening(port, BOTH, ("::",), option.origin)
    anywhere = address in {"", "::", "0.0.0.0"}  # noqa: S104 - read, not bound
    return Listening(port, (family,) if family is not None else (), () if anywhere else (address,), option.origin)
