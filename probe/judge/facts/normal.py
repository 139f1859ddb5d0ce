"""What two conversations are compared by, with everything taken out that differs from one greeting to the next.

In: replies, capability lines and TLS facts as they came. Out: the name in a greeting, keywords with their parameters,
the rank of a TLS version; and per host what differs between the families in *every* conversation held, so that a pool
of machines behind one name is not taken for a difference between families (catalogue rule 52).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from probe.judge.facts.conversations import samples
from probe.model.measurement import Measurement
from probe.model.smtp import Reply, Session, TlsFacts
from probe.model.words import Family, Stage

Capabilities = Mapping[str, frozenset[str]]

ABSENT = "not offered"
_VERSIONS = ("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
_MODERN = _VERSIONS.index("TLSv1.2")  # RFC 8996: what is older is not to be used
_NUMBERS_ONLY = frozenset({"SIZE", "LIMITS"})  # a differing parameter of these refuses no mail by itself
_LONGEST_NAME = 255
_NOT_NOW, _UNAVAILABLE = frozenset({"4.3.2", "5.3.2"}), "Service currently unavailable"  # postscreen's words


def greeting_name(reply: Reply) -> str | None:
    """The first word of a greeting, in lower case without final dot: the host's name. None when there is none."""
    words = reply.lines[0][: 4 * _LONGEST_NAME].split() if reply.lines else []
    return words[0][:_LONGEST_NAME].lower().rstrip(".") or None if words else None


def teaser(reply: Reply) -> bool:
    """True for a greeting of several lines, the first of which is there to see who talks too early."""
    return len(reply.lines) > 1 and reply.code == 220


def capabilities(lines: Iterable[str]) -> dict[str, frozenset[str]]:
    """EHLO lines as keyword and parameters; order means nothing, and ``AUTH=LOGIN`` is an old ``AUTH LOGIN``."""
    found: dict[str, frozenset[str]] = {}
    for line in lines:
        keyword, *parameters = line.replace("=", " ", 1).upper().split() or [""]
        if keyword:
            found[keyword] = found.get(keyword, frozenset()) | frozenset(parameters)
    return found


def observed(session: Session, *, tls: bool) -> dict[str, frozenset[str]] | None:
    """The capabilities of a session before or inside TLS; None when its EHLO was not answered with a 250.

    HELO shows no capabilities, nor does a conversation that was put off: nothing is missing there, it was not seen.
    Neither were they when postscreen answered in the mail server's place, with the few that it has itself.
    """
    if screened(session):
        return None
    steps = [step for step in session.steps if step.stage is Stage.EHLO and step.tls is tls]
    said = steps[-1].command if steps else None
    if not steps or steps[-1].reply is None or steps[-1].reply.code != 250 or (said or "").upper().startswith("HELO"):
        return None
    return capabilities(session.capabilities_tls if tls else session.capabilities)


def screened(session: Session) -> bool:
    """True when postscreen kept the conversation to itself, to test a stranger or to turn it away (postscreen(8))."""
    last = session.steps[-1].reply if session.steps else None
    return last is not None and last.enhanced in _NOT_NOW and last.text[:_LONGEST_NAME].endswith(_UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class Gap:
    """A keyword that differs between the families: its parameters on each, or ``not offered``."""

    keyword: str
    ipv6: str
    ipv4: str
    note: bool


def capability_gaps(measurement: Measurement, host: str, *, tls: bool) -> tuple[Gap, ...]:
    """What every conversation of one family offers at ``host`` and none of the other does."""
    six = _observed_all(measurement, host, Family.IPV6, tls=tls)
    four = _observed_all(measurement, host, Family.IPV4, tls=tls)
    if not six or not four:
        return ()
    keywords = sorted({keyword for found in (*six, *four) for keyword in found} - ({"STARTTLS"} if tls else set()))
    gaps = []
    for keyword in keywords:
        sides = [{_shown(found, keyword) for found in side} for side in (six, four)]
        if sides[0].isdisjoint(sides[1]):
            offered = all(ABSENT not in side for side in sides)
            gaps.append(Gap(keyword, _one(sides[0]), _one(sides[1]), note=offered and keyword in _NUMBERS_ONLY))
    return tuple(gaps)


def _observed_all(measurement: Measurement, host: str, family: Family, *, tls: bool) -> list[dict[str, frozenset[str]]]:
    found = (observed(session, tls=tls) for session in samples(measurement, host, family))
    return [item for item in found if item is not None]


def _shown(found: Capabilities, keyword: str) -> str:
    return " ".join(sorted(found[keyword])) or "offered" if keyword in found else ABSENT


def _one(side: Iterable[str]) -> str:
    return " or ".join(sorted(side))


def greeting_names(measurement: Measurement, host: str, family: Family) -> frozenset[str]:
    """All names ``host`` greeted with over ``family``, repeats included."""
    banners = (session.banner for session in samples(measurement, host, family))
    names = (greeting_name(banner) for banner in banners if banner is not None and banner.code == 220)
    return frozenset(name for name in names if name is not None)


def is_pool(measurement: Measurement, host: str) -> bool:
    """True when several machines answer for ``host``: one family shows more than one name, or one address two keys."""
    return any(
        len(greeting_names(measurement, host, family)) > 1 or _keys_change(measurement, host, family)
        for family in Family
    )


def _keys_change(measurement: Measurement, host: str, family: Family) -> bool:
    seen: dict[str, set[str]] = {}
    for session in samples(measurement, host, family):
        if session.tls is not None and session.tls.sha256 is not None:
            seen.setdefault(session.address, set()).add(session.tls.sha256)
    return any(len(keys) > 1 for keys in seen.values())


def certificates(measurement: Measurement, host: str, family: Family) -> dict[str, TlsFacts]:
    """The leaf certificates ``host`` showed over ``family``, by SHA-256."""
    facts = (session.tls for session in samples(measurement, host, family))
    return {fact.sha256: fact for fact in facts if fact is not None and fact.sha256 is not None}


def version_rank(version: str) -> int | None:
    """Where a TLS version stands among its kind; None for one we do not know."""
    return _VERSIONS.index(version) if version in _VERSIONS else None


def outdated(version: str) -> bool:
    """True for a version that RFC 8996 retired."""
    rank = version_rank(version)
    return rank is not None and rank < _MODERN


def best_version(measurement: Measurement, host: str, family: Family) -> str | None:
    """The highest TLS version negotiated with ``host`` over ``family``."""
    versions = [session.tls.version for session in samples(measurement, host, family) if session.tls is not None]
    known = [version for version in versions if version_rank(version) is not None]
    return max(known, key=_VERSIONS.index, default=None)
