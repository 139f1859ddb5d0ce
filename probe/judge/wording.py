"""How a finding is put together: whose it is, what was seen, and one instead of many where all show the same.

In: ``Case``s, one per conversation a check has something to say about. Out: ``Finding``s, at most one per code, family
and subject. Text that came from the network is shortened here and nowhere else; it is escaped already.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from probe.judge.facts.conversations import hosts, is_address, of
from probe.model.measurement import Measurement
from probe.model.report import Finding
from probe.model.smtp import Observation, Reply, Session
from probe.model.words import Family, Verdict

LONGEST = 200  # characters of any text from the network inside a sentence or a line of evidence
_MOST_EVIDENCE = 12
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@%+=-]{0,254}")

Sentence = Callable[[str, str], str]
"""Given who (``mx1.example.com [2001:db8::25]``) and how (``over IPv6``), the sentence."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a check has to say about one conversation. ``key`` tells whether two of them show the same thing.

    ``host`` is the MX host it is about, where that is another name of the address than the one it was called by.
    """

    session: Session
    verdict: Verdict
    key: str
    sentence: Sentence
    evidence: tuple[str, ...] = ()
    fix: str | None = None
    host: str | None = None


def short(text: str, limit: int = LONGEST) -> str:
    """``text``, at most ``limit`` characters of it."""
    return text if len(text) <= limit else text[: limit - 3] + "..."


def argument(text: str, otherwise: str) -> str:
    """``text`` where a shell takes it as one plain word, else the placeholder: fixes are there to be copied.

    Host names and queue ids come from the network, and DNS lets a name hold any character.
    """
    return text if _PLAIN.fullmatch(text) else otherwise


def quote(reply: Reply) -> str:
    """A reply as it stood on the wire, shortened."""
    return short(f"{reply.code} {reply.text}".rstrip())


def address_subject(host: str, address: str) -> str:
    """``mx1.example.com [2001:db8::25]``, or the bracketed address alone where it has no name."""
    return f"[{address}]" if is_address(host) else f"{host} [{address}]"


def subject(session: Session) -> str:
    """The subject of a finding about one conversation."""
    return address_subject(session.mx, session.address)


def over(family: Family | None) -> str:
    """``over IPv6``, or both."""
    return f"over {family.label}" if family is not None else "over IPv6 and over IPv4"


def told(step: Observation) -> str:
    """What a step showed, for evidence: ``rcpt: RCPT TO:<user@example.com> -> 550 5.1.1 no after 0.031 s``."""
    what = quote(step.reply) if step.reply is not None else str(step.failure or "done")
    detail = f" ({short(step.detail)})" if step.detail else ""
    said = f"{short(step.command, 80)} -> " if step.command else ""
    ours = f", up to {step.delay:.3f} s of them our own" if step.delay else ""
    return f"{step.stage}: {said}{what} after {step.elapsed:.3f} s{ours}{detail}"


def fold(measurement: Measurement, code: str, see: str, cases: Sequence[Case]) -> Iterator[Finding]:
    """One finding per conversation; one for the whole host, family None, where all of both families show the same."""
    for about in dict.fromkeys(case.host for case in cases):
        yield from _fold(measurement, code, see, [case for case in cases if case.host == about], about)


def _fold(measurement: Measurement, code: str, see: str, cases: Sequence[Case], about: str | None) -> Iterator[Finding]:
    by_session: dict[int, list[Case]] = {}
    for case in cases:
        by_session.setdefault(id(case.session), []).append(case)
    done: set[int] = set()
    for host in hosts(measurement) if about is None else (about,):
        everyone = [id(session) for session in of(measurement, host)]
        mine = [case for one in everyone for case in by_session.get(one, ())]
        everywhere = all(one in by_session for one in everyone) and done.isdisjoint(everyone)
        if (
            everywhere
            and {case.session.family for case in mine} == set(Family)
            and len({case.key for case in mine}) == 1
        ):
            done.update(everyone)
            yield _finding(code, see, None, f"[{host}]" if is_address(host) else host, mine)
    rest: dict[tuple[Family, str], list[Case]] = {}
    for case in cases:
        if id(case.session) not in done:
            talk = case.session if about is None else replace(case.session, mx=about)
            rest.setdefault((talk.family, subject(talk)), []).append(case)
    for (family, who), mine in rest.items():
        yield _finding(code, see, family, who, mine)


def _finding(code: str, see: str, family: Family | None, who: str, cases: Sequence[Case]) -> Finding:
    worst = max(cases, key=lambda case: case.verdict.rank)
    lines = dict.fromkeys(
        line if family is not None else f"[{case.session.address}] {line}" for case in cases for line in case.evidence
    )
    return Finding(
        code=code,
        verdict=worst.verdict,
        family=family,
        subject=who,
        sentence=_with_stop(worst.sentence(who, over(family))),
        evidence=tuple(lines)[:_MOST_EVIDENCE],
        fix=worst.fix,
        see=see,
    )


def _with_stop(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def only_one_each(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The worst finding per code, family and subject, with the evidence of all."""
    kept: dict[tuple[str, Family | None, str], Finding] = {}
    for finding in findings:
        key = (finding.code, finding.family, finding.subject)
        if key not in kept:
            kept[key] = finding
            continue
        first, second = sorted((kept[key], finding), key=lambda item: -item.verdict.rank)
        kept[key] = replace(first, evidence=tuple(dict.fromkeys(first.evidence + second.evidence)))
    return tuple(kept.values())
