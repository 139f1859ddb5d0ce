"""Exim's main options, of ``exim -bP`` or of a configuration file: where it listens and over which families it sends.

In: the text. Out: ``Reach``. Nothing here raises; an option that is missing has its default, which listens on
everything and sends over both families (Exim specification, chapters 13 and 14). With one
element of ``local_interfaces`` that is no address Exim does not start: it listens on nothing, and that is a problem.
"""

import re

from probe.address import family_of
from probe.grammar.exim_conf import Include, main_options
from probe.model.listening import Listening, Reach
from probe.model.postfix import Problem
from probe.model.words import Family

BOTH = (Family.IPV6, Family.IPV4)
_EVERYWHERE = "<; ::0 ; 0.0.0.0"
_WITH_PORT = re.compile(r"\[([^\[\]]*)\](?::(\d+))?|([^\[\]]*:[^\[\].]*|\d+\.\d+\.\d+\.\d+)\.(\d+)")


def reach(text: str, include: Include = lambda _: None) -> Reach:
    """What the options come to."""
    options = main_options(text, include)
    said = options.get("disable_ipv6", "no")
    disabled = said.lower() in {"yes", "true"}
    ports = elements(options.get("daemon_smtp_ports", "")) or ["smtp"]
    origin = "local_interfaces" if options.get("local_interfaces", _EVERYWHERE) != _EVERYWHERE else "default"
    listens: list[Listening] = []
    problems: list[Problem] = []
    if said.lower() not in {"yes", "true", "no", "false"}:
        problems.append(_problem("disable_ipv6", f"{said!r} is neither true nor false"))
    for interface in elements(options.get("local_interfaces", _EVERYWHERE)):
        address, port = _address(interface)
        families = _families(address)
        if not families:
            problems.append(_problem("local_interfaces", f"{interface!r} is no address"))
        elif not (disabled and families[0] is Family.IPV6):
            bound = () if address in {"::0", "0.0.0.0"} else (address,)  # noqa: S104 - read, not bound
            listens += [Listening(one, families, bound, origin) for one in ([port] if port else ports)]
    sends = (Family.IPV4,) if disabled or _every(options.get("dns_ipv4_lookup", "")) else BOTH
    decided = "disable_ipv6" if disabled else "dns_ipv4_lookup" if len(sends) == 1 else "default"
    return Reach(() if problems else tuple(listens), sends, decided, tuple(problems))


def _problem(option: str, what: str) -> Problem:
    return Problem(option, f"Exim does not start with its {option}: {what}", fatal=True)


def elements(value: str) -> list[str]:
    """The elements of a list: colons separate and a doubled one is a colon, unless ``<;`` names another separator. An
    empty one counts, but for the last.
    """
    separator, value = (value[1], value[2:]) if value[:1] == "<" and _separates(value[1:2]) else (":", value)
    value = value.lstrip() if separator != ":" else value
    # A character no configuration has stands for the doubled separator meanwhile.
    parts = value.replace("\0", "").replace(separator * 2, "\0").split(separator)
    found = [part.replace("\0", separator).strip() for part in parts]
    return found if found[-1] else found[:-1]


def _separates(sign: str) -> bool:
    """Whether a character may separate the elements of a list: punctuation, or a control character."""
    return sign.isascii() and bool(sign) and not sign.isalnum() and sign != " "


def _every(domains: str) -> bool:
    """Whether a list of domains holds all of them."""
    listed = elements(domains)
    return "*" in listed and not any(item.startswith("!") for item in listed[: listed.index("*")])


def _families(address: str) -> tuple[Family, ...]:
    """Of the address of a socket. ``::0`` is for IPv6 alone, while Exim leaves a bare ``::`` to the kernel, which
    takes IPv4 by it as well. Empty when it is no address.
    """
    if address == "::":
        return BOTH
    try:
        return (family_of(address.partition("%")[0]),)
    except ValueError:
        return ()


def _address(text: str) -> tuple[str, str]:
    """``[::1]:25``, ``127.0.0.1.25``, ``::1.25`` or an address alone: the address and the port."""
    found = _WITH_PORT.fullmatch(text)
    if found is None:
        return text, ""
    return found[1] or found[3] or "", found[2] or found[4] or ""
