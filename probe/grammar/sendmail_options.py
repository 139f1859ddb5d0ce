"""The daemon and client options of sendmail, in sendmail.mc or in sendmail.cf and submit.cf.

In: the text of either file. Out: ``Reach``. Nothing here raises. Without any daemon option sendmail listens over IPv4
alone; a client option binds an address and takes no family away, so sendmail sends over both.
"""

import re

from probe.model.listening import Listening, Reach
from probe.model.words import Family

BOTH = (Family.IPV6, Family.IPV4)
_FAMILIES = {"inet": Family.IPV4, "inet6": Family.IPV6}
_MACRO = re.compile(r"\s*(DAEMON|CLIENT)_OPTIONS\(\s*`?([^')]*)'?\s*\)")
_DNL = re.compile(r"\bdnl\b")  # m4: delete to the end of the line
_OPTION = re.compile(r"O\s+(Daemon|Client)PortOptions\s*=(.*)")


def reach(text: str, file: str = "sendmail.mc") -> Reach:
    """What the options come to."""
    listens: list[Listening] = []
    sends_origin = "default"
    submission = True
    for number, written in enumerate(text.split("\n"), 1):
        line = _DNL.split(written, maxsplit=1)[0]
        submission = submission and "no_default_msa" not in line
        found = _MACRO.match(line) or _OPTION.match(line)
        if found is None:
            continue
        if found[1].lower() == "client":
            sends_origin = f"{file}:{number}"
        else:
            listens.append(_listening(found[2], f"{file}:{number}"))
    if not listens:
        listens = [Listening("smtp", (Family.IPV4,), (), "default")]
    is_source = "OPTIONS(" in text or "MAILER(" in text
    if is_source and submission and not any(one.service in {"587", "submission"} for one in listens):
        # The macros add the submission agent by themselves, over IPv4.
        listens.append(Listening("587", (Family.IPV4,), (), "default"))
    return Reach(tuple(listens), BOTH, sends_origin)


def _listening(options: str, origin: str) -> Listening:
    """``Port=smtp, Addr=::1, Family=inet6``: of each name sendmail looks at the first letter."""
    values: dict[str, str] = {}
    for option in options.split(","):
        name, equals, value = option.partition("=")
        if equals and name.strip():
            values[name.strip()[0].upper()] = value.strip()
    address = values.get("A", "").removeprefix("[").removesuffix("]").removeprefix("IPv6:")
    family = _FAMILIES.get(values.get("F", "inet").lower())
    anywhere = address in {"", "::", "0.0.0.0"}  # noqa: S104 - read, not bound
    families = (family,) if family is not None else ()
    return Listening(values.get("P", "smtp"), families, () if anywhere else (address,), origin)
