"""EHLO and the capabilities the server offers.

WHY
    The same mail host should offer the same over both families. Where it does not, two daemons or two configurations
    answer, or a filter stands in front of one family and strikes STARTTLS from the list.

FINDS
ehlo-rejected: the server refuses EHLO, or drops the connection there.
ehlo-caps-diff: the capabilities differ between the families in every conversation held. Critical when STARTTLS is
    offered on one family alone.

FIX
    Let one service with one set of options answer on both families (Postfix, /etc/postfix/master.cf):
        smtp inet n - y - - smtpd
    Look for a firewall that "inspects" SMTP on one family, and switch that off.

SEE
    RFC 5321 4.1.1.1 and 4.1.4, RFC 3207 4.
"""

from collections.abc import Iterable, Iterator

from probe.judge.facts.attribution import Deferral, deferral, held_against_us
from probe.judge.facts.conversations import ending, hosts, paths
from probe.judge.facts.normal import ABSENT, Gap, capability_gaps
from probe.judge.facts.segments import lost_segments
from probe.judge.standing import weigh
from probe.judge.wording import Case, fold, quote, short, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Observation, Session
from probe.model.words import Failure, Family, Stage, Verdict

_OUR_CHOICE = frozenset({Failure.DEADLINE, Failure.NOT_TRIED})


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """How the server answers EHLO."""
    cases = []
    for session in paths(measurement):
        end = ending(session)
        if end is not None and end.stage is Stage.EHLO:
            if lost_segments(measurement, session) is not None:
                continue  # judge.checks.segments
            if end.failure not in _OUR_CHOICE and not _rate_limited(measurement, session, end):
                cases.append(_stopped(measurement, session, end))
        else:
            cases += _fell_back(session)
    yield from fold(measurement, "ehlo-rejected", "RFC 5321 4.1.1.1, 4.1.4", cases)
    for host in hosts(measurement):
        yield from _differ(measurement, host)


def _rate_limited(measurement: Measurement, session: Session, end: Observation) -> bool:
    return end.failure is Failure.DEFERRED and deferral(measurement, session, end) is Deferral.RATE


def _stopped(measurement: Measurement, session: Session, end: Observation) -> Case:
    where = "EHLO inside TLS" if end.tls else "EHLO"
    if end.reply is not None:
        ours = held_against_us(measurement, session.family, end.reply) is not None
        later = end.failure is Failure.DEFERRED
        what = f"{'puts off' if later else 'refuses'} {where}"
        aside = ", which may be this probe's own fault" if ours else ""
        said = f"; it said: {quote(end.reply)}"
    else:
        what, aside = f"hangs at {where}" if end.failure is Failure.TIMEOUT else f"ends the conversation at {where}", ""
        said = "" if end.detail is None else f"; {short(end.detail)}"
    verdict = weigh(measurement, session, end)
    return Case(
        session,
        verdict,
        f"{end.failure} {end.reply.code if end.reply else ''} {verdict}",
        lambda who, over: f"{who} {what} {over}{aside}{said}",
        (told(end),),
        "Look in the server's log for this client, and for rules on the EHLO name or the client's address:\n"
        "  postconf -n | grep -E 'helo|client_restrictions'",
    )


def _fell_back(session: Session) -> list[Case]:
    """EHLO was not known and HELO was taken: mail flows, without TLS or any other extension."""
    refused = next(
        (step for step in session.steps if step.stage is Stage.EHLO and step.failure is Failure.REJECTED), None
    )
    if refused is None or refused.reply is None:
        return []
    said = quote(refused.reply)
    return [
        Case(
            session,
            Verdict.WARNING,
            f"helo {refused.reply.code}",
            lambda who, over: f"{who} does not know EHLO {over}, only HELO; it said: {said}",
            (told(refused),),
            "Look for a firewall that inspects SMTP (its banner is often full of asterisks), and switch that off.",
        )
    ]


def _differ(measurement: Measurement, host: str) -> Iterator[Finding]:
    gaps = {tls: capability_gaps(measurement, host, tls=tls) for tls in (False, True)}
    everything = [(gap, tls) for tls, found in gaps.items() for gap in found]
    if not everything:
        return
    one_sided = any(gap.keyword == "STARTTLS" and ABSENT in (gap.ipv6, gap.ipv4) for gap in gaps[False])
    if one_sided:
        verdict = Verdict.CRITICAL
    elif all(gap.note for gap, _ in everything):
        verdict = Verdict.OK
    else:
        verdict = Verdict.WARNING
    keywords = ", ".join(dict.fromkeys(short(gap.keyword, 40) for gap, _ in everything[:8]))
    yield Finding(
        "ehlo-caps-diff",
        verdict,
        _poorer(gap for gap, _ in everything),
        host,
        f"{host} does not offer the same over IPv6 and over IPv4; these differ: {keywords}.",
        tuple(_line(gap, tls=tls) for gap, tls in everything[:12]),
        "Let one service with one set of options answer on both families (Postfix, master.cf); look for overrides:\n"
        "  postconf -M smtp/inet\n  postconf -P",
        "RFC 5321 4.1.1.1" + (", RFC 3207" if one_sided else ""),
    )


def _poorer(gaps: Iterable[Gap]) -> Family:
    """The family that lacks something; IPv6 where neither or both do."""
    lacking = {Family.IPV6 if gap.ipv6 == ABSENT else Family.IPV4 for gap in gaps if ABSENT in (gap.ipv6, gap.ipv4)}
    return Family.IPV4 if lacking == {Family.IPV4} else Family.IPV6


def _line(gap: Gap, *, tls: bool) -> str:
    inside = " inside TLS" if tls else ""
    return f"{short(gap.keyword, 40)}{inside}: IPv6 {short(gap.ipv6, 80)}, IPv4 {short(gap.ipv4, 80)}"
