"""Our own network: does it let port 25 out, and does it leave what passes alone?

WHY
    Many providers drop outgoing port 25, some of them over one family only, and some send it through a filter of their
    own. Seen from there, every mail host in the world is silent, or all of them are the same one. That is no fault of
    the domain under test, and must not be reported as one.

FINDS
self-port25-blocked: hosts of several networks did not answer on port 25 over the family, and no host anywhere did.
    Nothing was learnt about the target over that family.
self-transparent-proxy: hosts that have nothing to do with each other greet with one and the same name of a third, or
    greetings and capabilities are masked everywhere (asterisks, XXXX): something on our side answers in their place.
    With a single masked host it is a note, since nobody can tell on whose side the filter stands.

FIX
    Ask the provider to unblock outgoing port 25 for both families, or run the probe from a network without the block:
        probe6 --reference HOST example.com
    Switch the inspection of SMTP off (Cisco: "no inspect esmtp").

SEE
    RFC 5321 3.1, RFC 3207 6 (what a filter that hides STARTTLS does), RFC 8314 3.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from probe.address import same_network
from probe.judge.facts.attribution import SMTP_PORT, proven
from probe.judge.facts.conversations import asked, ending, is_address, paths
from probe.judge.facts.normal import greeting_name
from probe.judge.facts.remembered import proof
from probe.judge.wording import address_subject, quote, short, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Purpose, Stage, Verdict

_MACHINE = "this machine"
_OWN = frozenset({Failure.NO_ROUTE, Failure.NOT_GLOBAL, Failure.NOT_TRIED, Failure.DEADLINE})
# A PIX leaves digits, blanks and a few letters of the greeting, and turns what it does not know into X.
_MASKED_GREETING = re.compile(r"[*02 ]*\*{8}[*02 ]*")
_MASKED_KEYWORD = re.compile(r"X{6,}[A-Z]?")


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What our own network does, family by family."""
    for family in asked(measurement):
        everyone = _everyone(measurement, family)
        yield from _blocked(measurement, family, everyone)
        yield from _intercepted(family, everyone)


def _everyone(measurement: Measurement, family: Family) -> list[Session]:
    """All that was dialled on port 25 where it was meant to go, references included."""
    references = [item for item in measurement.references if item.purpose is Purpose.REFERENCE]
    return [
        session
        for session in (*paths(measurement), *references)
        if session.family is family
        and session.port == SMTP_PORT
        and not session.redirected
        and session.failure not in _OWN
        and is_address(session.address)
    ]


def _blocked(measurement: Measurement, family: Family, everyone: Sequence[Session]) -> Iterator[Finding]:
    silent = [session for session in everyone if _silent(session)]
    if len(silent) < len(everyone) or not _apart(silent) or proven(measurement, family):
        return
    if proof(measurement, family, silent[0].address) is not None:
        return
    elsewhere = _answers(measurement, family)
    what = (
        f"Outgoing port {SMTP_PORT} seems to be blocked over {family.label} in this machine's own network"
        if elsewhere
        else f"Port {SMTP_PORT} over {family.label} does not get out of this machine's own network, if anything does"
    )
    yield Finding(
        "self-port25-blocked",
        Verdict.UNKNOWN,
        family,
        _MACHINE,
        f"{what}: {len(silent)} hosts of different networks did not answer, and no other did.",
        (*(f"{address_subject(item.mx, item.address)} {_end(item)}" for item in silent[:8]), *elsewhere[:2]),
        f"Ask your provider to unblock outgoing port {SMTP_PORT} over {family.label}, or run the probe elsewhere. "
        f"See where the packets end:\n  traceroute -{'6' if family is Family.IPV6 else '4'} -T -p {SMTP_PORT} "
        f"{silent[-1].address}",
        "RFC 5321 3.1",
    )


def _silent(session: Session) -> bool:
    end = ending(session)
    return end is not None and end.stage is Stage.CONNECT and end.failure is Failure.TIMEOUT


def _end(session: Session) -> str:
    end = ending(session)
    return "" if end is None else told(end)


def _apart(sessions: Sequence[Session]) -> bool:
    """True when two of them are of different networks."""
    return any(not same_network(one.address, other.address) for one, other in combinations(sessions, 2))


def _answers(measurement: Measurement, family: Family) -> list[str]:
    """What shows that the family itself works here: name servers that answered over it."""
    resolutions = [measurement.resolved.mx] if measurement.resolved.mx else []
    resolutions += [item.resolution(which) for item in measurement.resolved.hosts for which in Family]
    servers = dict.fromkeys(
        item.server for item in resolutions if item.server and not item.outcome.inconclusive and item.elapsed
    )
    mine = [
        server for server in servers if (server.startswith("[") or server.count(":") > 1) is (family is Family.IPV6)
    ]
    return [f"name server {short(server, 60)} answered over {family.label}" for server in mine]


def _intercepted(family: Family, everyone: Sequence[Session]) -> Iterator[Finding]:
    greeted = [session for session in everyone if session.banner is not None and session.banner.code == 220]
    masked = [session for session in greeted if _masked(session)]
    strangers = _apart(masked) and len({_domain(session.mx) for session in masked}) > 1
    same = _same_greeting(greeted)
    if masked and len(masked) == len(greeted) and strangers:
        who, verdict, seen = _MACHINE, Verdict.UNKNOWN, masked
        what = f"Every host masks its SMTP over {family.label}: a filter of this machine's own network rewrites it."
    elif same:
        who, verdict, seen = _MACHINE, Verdict.UNKNOWN, same
        what = f"Hosts that have nothing to do with each other greet with one name over {family.label}: "
        what += "something in this machine's own network answers in their place."
    elif masked:
        who, verdict, seen = address_subject(masked[0].mx, masked[0].address), Verdict.OK, masked
        what = f"A filter masks what {who} says over {family.label}; it may stand before the host or before us."
    else:
        return
    yield Finding(
        "self-transparent-proxy",
        verdict,
        family,
        who,
        what,
        tuple(f"{address_subject(it.mx, it.address)} {quote(it.banner)}" for it in seen[:6] if it.banner),
        'Switch the inspection of SMTP off (Cisco: "no inspect esmtp"), or run the probe from another network.',
        "RFC 3207 6",
    )


def _masked(session: Session) -> bool:
    text = session.banner.text[:500] if session.banner is not None else ""
    words = [line.split(" ", 1)[0] for line in session.capabilities]
    return _MASKED_GREETING.fullmatch(text) is not None or any(_MASKED_KEYWORD.fullmatch(word) for word in words)


def _same_greeting(sessions: Sequence[Session]) -> list[Session]:
    """Two hosts of different domains and networks that greet by one name, which is neither's.

    Only beside a reference: the MX hosts of one target may well be one provider's, by whatever names.
    """
    references = [session for session in sessions if session.purpose is Purpose.REFERENCE]
    for reference in references:
        for other in sessions:
            if other.purpose is Purpose.REFERENCE or reference.banner is None or other.banner is None:
                continue
            name = greeting_name(other.banner)
            homes = {_domain(reference.mx), _domain(other.mx)}
            if (
                name is not None
                and name == greeting_name(reference.banner)
                and "." in name
                and len(homes) > 1
                and _domain(name) not in homes
                and not same_network(reference.address, other.address)
            ):
                return [other, reference]
    return []


def _domain(name: str) -> str:
    return ".".join(name.lower().rstrip(".").split(".")[-2:])
