"""The greeting (banner) of the server.

WHY
    After the connection the server speaks first. A proxy that takes the connection while the server behind it listens
    on IPv4 alone, a server that waits for reverse look-ups of IPv6 clients, an address that belongs to another machine:
    all of these show here, as silence, as delay, as a refusal or as another name.

FINDS
banner-missing: the connection opens, but no greeting comes in time, or the server closes it.
banner-delay: the greeting takes long. A note; a warning above 30 seconds, or when one family waits 5 seconds longer
    without a teaser that tells why.
banner-teaser: the greeting has several lines, with a wait in between, to catch clients that talk too early. A first
    contact may be put off for that reason.
banner-4xx-5xx: the server greets with a refusal. A 4xx is for now (unknown); a 5xx means that it takes no mail from us.
banner-not-smtp: what answers is not a mail server.
banner-name-mismatch: the server greets by another name over IPv6 than over IPv4. A note, unless more than
    the name differs.

FIX
    See which process has the socket, on the mail host, and whether a proxy stands in front of one family:
        ss -ltnp 'sport = :25'
    Let the greeting carry the host's name (Postfix):
        postconf -e 'myhostname = mx1.example.com'
        postconf -e 'smtpd_banner = $myhostname ESMTP'
        postfix reload

SEE
    RFC 5321 3.1, 4.2 and 4.5.3.2.1, RFC 7504 (521 and 556), postscreen(8), postconf(5) smtpd_banner.
"""

from collections.abc import Iterator

from probe.judge.facts.attribution import held_against_us
from probe.judge.facts.conversations import ending, hosts, of, paths
from probe.judge.facts.normal import capability_gaps, certificates, greeting_names, teaser
from probe.judge.standing import weigh
from probe.judge.wording import Case, argument, fold, quote, short, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Observation, Session
from probe.model.words import Failure, Family, Stage, Verdict

_HANG_UPS = frozenset({Failure.TIMEOUT, Failure.RESET, Failure.CLOSED})
_GARBAGE = frozenset({Failure.PROTOCOL, Failure.TOO_LONG})
_NOTED_AFTER = 3.0  # seconds to the greeting: what people begin to notice
_LONG = 30.0
_GAP = 5.0
_NOTED_GAP, _NOTED_TIMES = 0.3, 3.0  # seconds longer than over the other family, and times as long: worth a note
_FIRST_WORDS = 80  # characters shown of what is not SMTP
_WHO_LISTENS = (
    "See, on the mail host, which process has the port, and whether a proxy stands in front of this family:\n"
    "  ss -ltnp 'sport = :25'"
)
_TRY_LATER = (
    "Try again later. Allow the probe in the server's connection limits:\n"
    "  postconf -e 'smtpd_client_event_limit_exceptions = $mynetworks, PROBE-ADDRESS'"
)
_OWN_NAME = "Give the probe's own source a reverse name, and look it up in the lists the reply names."
_DENIED = (
    "Look for a rule that denies this family: access lists, postscreen, a firewall's range list.\n"
    "  postconf -n | grep -E 'postscreen|client_restrictions'"
)


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """How the server greets."""
    missing: list[Case] = []
    refused: list[Case] = []
    garbage: list[Case] = []
    for session in paths(measurement):
        end = ending(session)
        if end is None or end.stage is not Stage.BANNER:
            continue
        if end.failure in _HANG_UPS:
            missing.append(_missing(measurement, session, end))
        elif end.failure in _GARBAGE:
            garbage.append(_garbage(measurement, session, end))
        elif end.reply is not None:
            refused.append(_refused(measurement, session, end))
    yield from fold(measurement, "banner-missing", "RFC 5321 3.1, 4.5.3.2.1", missing)
    yield from fold(measurement, "banner-4xx-5xx", "RFC 5321 3.1, RFC 7504", refused)
    yield from fold(measurement, "banner-not-smtp", "RFC 5321 4.2", garbage)
    yield from fold(measurement, "banner-teaser", "postscreen(8)", list(_teasers(measurement)))
    yield from _delays(measurement)
    for host in hosts(measurement):
        yield from _names(measurement, host)


def _missing(measurement: Measurement, session: Session, end: Observation) -> Case:
    what = (
        f"sends no greeting within {end.elapsed:.0f} s"
        if end.failure is Failure.TIMEOUT
        else "closes the connection without a greeting"
    )
    return Case(
        session,
        weigh(measurement, session, end),
        str(end.failure),
        lambda who, over: f"{who} takes the connection and {what} {over}.",
        (told(end),),
        f"{_WHO_LISTENS}\nA server that looks up each client first may be waiting for ip6.arpa: test its resolver.",
    )


def _garbage(measurement: Measurement, session: Session, end: Observation) -> Case:
    came = short((end.reply.text if end.reply is not None else end.detail) or "", _FIRST_WORDS)
    return Case(
        session,
        weigh(measurement, session, end),
        "garbage",
        lambda who, over: f"{who} is not a mail server {over}; what came is no SMTP greeting: {came}",
        (f"first characters: {came}", told(end)),
        f"The address may belong to another machine. {_WHO_LISTENS}",
    )


def _refused(measurement: Measurement, session: Session, end: Observation) -> Case:
    reply = end.reply
    said = quote(reply) if reply is not None else ""
    verdict = weigh(measurement, session, end)
    if end.failure is Failure.DEFERRED:
        sentence, fix = "puts us off at the greeting", _TRY_LATER
    elif reply is not None and held_against_us(measurement, session.family, reply) is not None:
        sentence, fix = "refuses this probe at the greeting, which may be this probe's own fault,", _OWN_NAME
    else:
        sentence, fix = "refuses us at the greeting", _DENIED
    return Case(
        session,
        verdict,
        f"{reply.code if reply else ''} {verdict}",
        lambda who, over: f"{who} {sentence} {over}; it said: {said}",
        (told(end),),
        fix,
    )


def _teasers(measurement: Measurement) -> Iterator[Case]:
    for session in paths(measurement):
        banner = session.banner
        if banner is not None and teaser(banner):
            lines = tuple(short(f"220{' ' if line is banner.lines[-1] else '-'}{line}") for line in banner.lines[:6])
            yield Case(
                session,
                Verdict.OK,
                "teaser",
                lambda who, over: f"{who} greets in several lines {over}, to catch clients that talk too early.",
                lines,
            )


def _delays(measurement: Measurement) -> Iterator[Finding]:
    cases = []
    for session in paths(measurement):
        step = session.step(Stage.BANNER)
        if step is None or step.failure is not None:
            continue
        quickest = _quickest(measurement, session)
        gap = step.elapsed - quickest if quickest is not None else 0.0
        unlike = gap >= _NOTED_GAP and step.elapsed >= _NOTED_TIMES * (step.elapsed - gap)
        if step.elapsed > _NOTED_AFTER or unlike:
            # Behind a teaser it is the wait for strangers, and each family is a stranger of its own for a while.
            slow = step.elapsed > _LONG or (gap > _GAP and not (session.banner and teaser(session.banner)))
            cases.append(_delay(session, step, slow, quickest if unlike else None))
    yield from fold(measurement, "banner-delay", "RFC 5321 4.5.3.2.1, postscreen(8)", cases)


def _quickest(measurement: Measurement, session: Session) -> float | None:
    """The shortest wait for a greeting over the other family of the same host."""
    steps = (other.step(Stage.BANNER) for other in of(measurement, session.mx, session.family.other))
    return min((step.elapsed for step in steps if step is not None and step.failure is None), default=None)


def _delay(session: Session, step: Observation, slow: bool, quickest: float | None) -> Case:
    beside = "" if quickest is None else f"; over {session.family.other.label} it takes {quickest:.1f} s"
    return Case(
        session,
        Verdict.WARNING if slow else Verdict.OK,
        "slow" if slow else "note",
        lambda who, over: f"{who} takes {step.elapsed:.1f} s to greet {over}{beside}.",
        (told(step),),
        "Six seconds after a first 220- line are postscreen's greet_wait. Else test, on the mail host, how long the "
        f"look-up of a client takes:\n  dig -x {session.source or 'CLIENT-ADDRESS'}",
    )


def _names(measurement: Measurement, host: str) -> Iterator[Finding]:
    six, four = (greeting_names(measurement, host, family) for family in (Family.IPV6, Family.IPV4))
    pool = len(six) > 1 or len(four) > 1
    if not six or not four or not (pool or six.isdisjoint(four)):
        return
    keys = [certificates(measurement, host, family).keys() for family in (Family.IPV6, Family.IPV4)]
    more = bool(keys[0] and keys[1] and keys[0] != keys[1])
    more = more or any(not gap.note for tls in (False, True) for gap in capability_gaps(measurement, host, tls=tls))
    shown = [short(" and ".join(sorted(names)), 120) for names in (six, four)]
    yield Finding(
        "banner-name-mismatch",
        Verdict.WARNING if more and not pool else Verdict.OK,
        Family.IPV6,
        host,
        f"{host} greets as {shown[0]} over IPv6 and as {shown[1]} over IPv4"
        f"{'; more than the name differs, so two machines or configurations answer' if more and not pool else ''}.",
        tuple(
            f"[{session.address}] {quote(session.banner)}"
            for session in of(measurement, host)
            if session.banner is not None
        )[:8],
        f"Check that the AAAA record names the intended machine; then give both the same name (Postfix):\n"
        f"  postconf -e 'myhostname = {argument(host, 'HOST')}'\n"
        "  postconf -e 'smtpd_banner = $myhostname ESMTP'\n"
        "  postfix reload",
        "RFC 5321 3.1",
    )
