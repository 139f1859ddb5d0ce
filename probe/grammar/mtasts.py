"""MTA-STS: the record that announces a policy and the policy itself (RFC 8461 3.1, 3.2, 4.1).

In: the TXT records at ``_mta-sts.DOMAIN`` as octets; the body that the policy host served. Out: an ``Announcement``, a
``Policy``. Nothing raises, all takes time linear in the input; ``faults`` say why a sender does not use what it read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from probe.grammar.text import clip, escape
from probe.grammar.versioned_tags import belongs, read

VERSION = "STSv1"
LONGEST_AGE = 31_557_600  # seconds, a year (RFC 8461 3.2)
MOST = 65536  # octets of a policy a sender reads (RFC 8461 3.3)
_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_AGE = re.compile(r"[0-9]{1,10}")
_PATTERN = re.compile(
    r"(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_LONGEST_NAME = 255
_SHOWN = 60  # columns of a word in a fault


class Mode(StrEnum):
    """What senders do where a host fails the policy."""

    ENFORCE = "enforce"  # deliver elsewhere or later
    TESTING = "testing"  # deliver all the same, and report it
    NONE = "none"  # there is no policy any more


@dataclass(frozen=True, slots=True)
class Announcement:
    """The TXT record. A new ``id`` makes senders fetch the policy anew."""

    id: str | None = None
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """``mx`` are host names in lower case, ``*.`` in front stands for one label. ``max_age`` in seconds."""

    mode: Mode | None = None
    mx: tuple[str, ...] = ()
    max_age: int | None = None
    faults: tuple[str, ...] = ()

    def lists(self, host: str) -> bool:
        """True when the policy allows ``host``; a wildcard is the whole first label and no more (RFC 8461 4.1)."""
        name = host.lower().removesuffix(".")
        _, dot, parent = name.partition(".")
        return name in self.mx or (bool(dot) and f"*.{parent}" in self.mx)


def announcement(texts: Sequence[bytes]) -> Announcement | None:
    """Read what stands at the name; None where nothing there is about MTA-STS. Several records count as none."""
    mine = [text for text in texts if belongs(text, VERSION)]
    if not mine:
        near = [text for text in texts if text.lower().lstrip(b' \t"').startswith(b"v=sts")]
        return Announcement(faults=(f"it does not begin with v={VERSION};",)) if near else None
    if len(mine) > 1:
        return Announcement(faults=(f"there are {len(mine)} records where one is allowed",))
    tags = read(mine[0])
    known = tags.first("id")
    if known is None:
        return Announcement(faults=(*tags.faults, "there is no id="))
    if not _ID.fullmatch(known):
        return Announcement(faults=(*tags.faults, f"id={clip(known, _SHOWN)} is not 1 to 32 letters and digits"))
    return Announcement(known, tags.faults)


def policy(body: bytes) -> Policy:
    """Read a policy. Of a key that is given twice the first counts, but for ``mx``; unknown keys are passed over."""
    if len(body) > MOST:
        return Policy(faults=(f"longer than {MOST} octets",))
    first: dict[str, str] = {}
    hosts: list[str] = []
    faults: list[str] = []
    for line in body.split(b"\n"):
        text = escape(line.rstrip(b" \t\r"))
        key, colon, value = text.partition(":")
        if not text:
            continue
        if not colon:
            faults.append(f"{clip(text, _SHOWN)} is not of the form key: value")
        elif key == "mx":
            hosts.append(value.strip(" \t").lower())
        else:
            first.setdefault(key, value.strip(" \t"))
    mode = first.get("mode")
    age = first.get("max_age")
    if first.get("version") != VERSION:
        faults.append(f"it does not say version: {VERSION}")
    if mode not in list(Mode):
        faults.append(f"mode: {clip(mode, _SHOWN)} is unknown" if mode else "there is no mode:")
    if age is None or not _AGE.fullmatch(age) or int(age) > LONGEST_AGE:
        faults.append(f"max_age: {clip(age, _SHOWN)} is not 0 to {LONGEST_AGE}" if age else "there is no max_age:")
    faults += [f"mx: {clip(host, _SHOWN)} is not a host name" for host in hosts if not _is_pattern(host)]
    if not hosts and mode != Mode.NONE:
        faults.append("there is no mx:")
    return Policy(
        mode=Mode(mode) if mode in list(Mode) else None,
        mx=tuple(dict.fromkeys(filter(_is_pattern, hosts))),
        max_age=int(age) if age is not None and _AGE.fullmatch(age) else None,
        faults=tuple(faults),
    )


def _is_pattern(text: str) -> bool:
    return len(text) <= _LONGEST_NAME and _PATTERN.fullmatch(text) is not None
