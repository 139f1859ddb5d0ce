"""Several machines behind one address.

WHY
    Behind one address of a mail host there may be many machines, and each conversation meets another of them. What they
    do not have in common looks like a difference between the families to whoever asks each family once. Where the
    families differ, the same addresses are therefore asked again before a family is blamed.

FINDS
parity-backend-pool: conversations with one address showed different machines: other names, keys or capabilities. A
    note; what changes from one conversation to the next is no difference between the families.

FIX
    Nothing needs mending. Where the machines are meant to be alike, give them one configuration and one certificate.

SEE
    RFC 5321 5.1 (several addresses, several hosts), RFC 7672 8.1 (certificates of a pool).
"""

from collections.abc import Iterator, Sequence

from probe.judge.facts.conversations import hosts, is_address, samples
from probe.judge.facts.normal import greeting_name, observed
from probe.judge.wording import address_subject, short
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Session
from probe.model.words import Family, Verdict

_CODE = "parity-backend-pool"
_MOST = 4  # faces shown of one address


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Addresses that answered with more than one face."""
    for host in hosts(measurement):
        by_address: dict[str, list[Session]] = {}
        for family in Family:
            for session in samples(measurement, host, family):
                by_address.setdefault(session.address, []).append(session)
        changing = {address: found for address, mine in by_address.items() if (found := _faces(mine))}
        families = {mine[0].family for address, mine in by_address.items() if address in changing}
        everywhere = families == set(Family) and len(changing) == len(by_address)
        if everywhere:
            lines = [f"[{address}] {line}" for address, lines in changing.items() for line in lines]
            yield _finding(f"[{host}]" if is_address(host) else host, None, lines)
            continue
        for address, lines in changing.items():
            yield _finding(address_subject(host, address), by_address[address][0].family, lines)


def _faces(sessions: Sequence[Session]) -> list[str]:
    """What changed from one conversation to the next, a line for each kind of thing."""
    names = [greeting_name(one.banner) for one in sessions if one.banner is not None and one.banner.code == 220]
    keys = [one.tls.spki_sha256 for one in sessions if one.tls is not None]
    offered = [found for one in sessions if (found := observed(one, tls=False)) is not None]
    shown = {
        "greets as": dict.fromkeys(name for name in names if name),
        "shows the keys": dict.fromkeys(key[:16] for key in keys if key),
        "offers": dict.fromkeys(" ".join(sorted(found)) for found in offered),
    }
    return [f"{what} {short('; then '.join(list(found)[:_MOST]))}" for what, found in shown.items() if len(found) > 1]


def _finding(subject: str, family: Family | None, lines: Sequence[str]) -> Finding:
    return Finding(
        _CODE,
        Verdict.OK,
        family,
        subject,
        f"Several machines answer for {subject} by turns; what changes between them is not held against a family.",
        tuple(lines)[:12],
        None,
        "RFC 5321 5.1",
    )
