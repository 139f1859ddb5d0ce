"""STARTTLS and the TLS handshake.

WHY
    Senders encrypt mail where they can. If one family offers no TLS, or an old one, the same mail is readable on that
    way; if the handshake stalls on one family alone, large packets are lost there (path MTU discovery).

FINDS
tls-starttls-missing: STARTTLS is not offered over this family. Critical where DANE or an MTA-STS policy demands it.
tls-starttls-refused: STARTTLS is offered and then refused, or the handshake fails. Critical likewise.
tls-handshake-hang: the handshake does not end in time. Over one family alone this points at lost large packets.
tls-response-injection: octets in the clear come behind the reply to STARTTLS. Somebody on the way, or a broken proxy,
    puts words into the server's mouth that a careless client takes for protected ones.
tls-re-ehlo: a note: an extension other than STARTTLS is offered in the clear and no more inside TLS.
tls-version-diff: one family negotiates an older TLS version than the other, or one older than 1.2.

FIX
    Give both listeners the same TLS settings (Postfix):
        postconf -e 'smtpd_tls_security_level = may' 'smtpd_tls_chain_files = /etc/ssl/mx1.pem'
        postfix reload
    Against a stalling handshake let ICMPv6 "packet too big" through:
        ip6tables -I INPUT -p icmpv6 --icmpv6-type packet-too-big -j ACCEPT

SEE
    RFC 3207 4, RFC 8996 (TLS 1.0 and 1.1 retired), RFC 8201 (path MTU), RFC 9325.
"""

from collections.abc import Iterator

from probe.judge.facts.attribution import Deferral, deferral
from probe.judge.facts.conversations import ending, hosts, of, paths
from probe.judge.facts.demand import strongest
from probe.judge.facts.normal import best_version, observed, outdated, version_rank
from probe.judge.facts.segments import lost_segments
from probe.judge.facts.submitting import refusal
from probe.judge.standing import weigh
from probe.judge.wording import Case, argument, fold, quote, short, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Observation, Session
from probe.model.words import Failure, Family, Stage, Verdict
from probe.smtp.replies import Fact

_OUR_CHOICE = frozenset({Failure.DEADLINE, Failure.NOT_TRIED})
_SAME_SETTINGS = (
    "Give both listeners the same TLS settings (Postfix):\n"
    "  postconf -e 'smtpd_tls_security_level = may' 'smtpd_tls_chain_files = /etc/ssl/mx1.pem'\n  postfix reload"
)
_TOO_BIG = (
    'Large packets may be lost on the way. Let ICMPv6 "packet too big" through, or lower the MSS:\n'
    "  ip6tables -I INPUT -p icmpv6 --icmpv6-type packet-too-big -j ACCEPT\n"
    "  ip6tables -t mangle -A POSTROUTING -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu"
)


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Whether TLS is offered, whether it comes about, and which."""
    missing: list[Case] = []
    refused: list[Case] = []
    hanging: list[Case] = []
    injections: list[Case] = []
    for session in paths(measurement):
        if _lacks_starttls(session):
            missing.append(_missing(measurement, session))
        end = ending(session)
        if end is not None and refusal(measurement, session, end) is not None:
            continue
        if end is not None and end.stage is Stage.STARTTLS and end.failure not in _OUR_CHOICE:
            if _is_injected(end):
                injections.append(_injected(session, end))
                continue
            if lost_segments(measurement, session) is not None:
                continue  # judge.checks.segments
            if end.failure is Failure.DEFERRED and deferral(measurement, session, end) is Deferral.RATE:
                continue
            (hanging if end.failure is Failure.TIMEOUT else refused).append(_stopped(measurement, session, end))
        else:
            refused += _went_on(measurement, session)
    yield from fold(measurement, "tls-starttls-missing", "RFC 3207", missing)
    yield from fold(measurement, "tls-starttls-refused", "RFC 3207 4", refused)
    yield from fold(measurement, "tls-handshake-hang", "RFC 8201, RFC 3207", hanging)
    yield from fold(measurement, "tls-response-injection", "RFC 3207 4.2, NO STARTTLS (2021)", injections)
    shrunk = [case for session in paths(measurement) if (case := _shrunk(session)) is not None]
    yield from fold(measurement, "tls-re-ehlo", "RFC 3207 4.2", shrunk)
    yield from _versions(measurement)


def _lacks_starttls(session: Session) -> bool:
    found = observed(session, tls=False)
    return found is not None and "STARTTLS" not in found


def _weight(measurement: Measurement, session: Session) -> tuple[Verdict, str]:
    """What it costs that there is no TLS: privacy, or all mail of those who have to have it."""
    wanted = strongest(measurement, dict.fromkeys((session.mx, *session.names)))
    return (Verdict.WARNING, "") if wanted is None else (Verdict.CRITICAL, f"; {wanted.words}")


def _missing(measurement: Measurement, session: Session) -> Case:
    verdict, stop = _weight(measurement, session)
    what = stop or "; mail travels there in the clear"
    offered = ", ".join(short(line, 40) for line in session.capabilities[:12]) or "nothing"
    return Case(
        session,
        verdict,
        "missing",
        lambda who, over: f"{who} does not offer STARTTLS {over}{what}.",
        (f"EHLO offers: {offered}",),
        _SAME_SETTINGS,
    )


def _stopped(measurement: Measurement, session: Session, end: Observation) -> Case:
    if end.failure is Failure.TIMEOUT:
        what, fix = f"does not finish the TLS handshake within {end.elapsed:.0f} s", _TOO_BIG
    elif end.failure in {Failure.CLOSED, Failure.RESET}:
        what, fix = "hangs up at STARTTLS", _key_fix(session)
    else:
        what, fix = "fails the TLS handshake", _key_fix(session)
    detail = f"; {short(end.detail)}" if end.detail else ""
    return Case(
        session,
        weigh(measurement, session, end),
        str(end.failure),
        lambda who, over: f"{who} {what} {over}{detail}",
        (told(end),),
        fix,
    )


def _is_injected(end: Observation) -> bool:
    """True when the engine saw octets behind the 220."""
    return end.reply is not None and Fact.INJECTED in end.reply.facts


def _injected(session: Session, end: Observation) -> Case:
    return Case(
        session,
        Verdict.CRITICAL,
        "injected",
        lambda who, over: (
            f"{who} sends more in the clear {over} behind its reply to STARTTLS, which may be somebody on the way."
        ),
        (told(end),),
        "See whether the server itself says it, from the machine it runs on, and look at what stands between "
        f"(proxy, firewall, load balancer):\n  openssl s_client -starttls smtp -connect {_endpoint(session)}",
    )


def _shrunk(session: Session) -> Case | None:
    """What is offered in the clear alone. More inside TLS is usual (AUTH); less is not."""
    before, inside = observed(session, tls=False), observed(session, tls=True)
    gone = [] if before is None or inside is None else sorted(before.keys() - inside.keys() - {"STARTTLS"})
    if not gone:
        return None
    shown = ", ".join(short(word, 40) for word in gone[:12])
    return Case(
        session,
        Verdict.OK,
        f"gone {shown}",
        lambda who, over: f"{who} offers {shown} {over} in the clear and no more inside TLS.",
        (f"inside TLS: {', '.join(short(line, 40) for line in session.capabilities_tls[:12]) or 'nothing'}",),
    )


def _went_on(measurement: Measurement, session: Session) -> list[Case]:
    """STARTTLS was answered with a refusal; a sender goes on in the clear or comes back later."""
    soft = {Failure.REJECTED, Failure.DEFERRED}
    step = next((item for item in session.steps if item.stage is Stage.STARTTLS and item.failure in soft), None)
    if step is None or step.reply is None or _put_off_altogether(step, ending(session)):
        return []
    said = quote(step.reply)
    verdict, stop = _weight(measurement, session)
    return [
        Case(
            session,
            verdict,
            f"refused {step.reply.code}",
            lambda who, over: f"{who} offers STARTTLS {over} and then refuses it{stop}; it said: {said}",
            (told(step),),
            _key_fix(session),
        )
    ]


def _put_off_altogether(step: Observation, end: Observation | None) -> bool:
    """True when the 4xx to STARTTLS was of a trouble that put MAIL off too: Postfix's milter that fails for a while.

    Of the mail system (RFC 3463 3.4) or in the same words; a key that is missing is told in others than greylisting,
    by Sendmail with 4.3.3 and by the name of TLS.
    """
    if end is None or end.stage is not Stage.MAIL or not step.failure is end.failure is Failure.DEFERRED:
        return False
    if step.reply is None or end.reply is None:
        return False
    of_tls = "TLS" in step.reply.text.upper()
    return ((step.reply.enhanced or "").startswith("4.3.") and not of_tls) or step.reply.lines == end.reply.lines


def _key_fix(session: Session) -> str:
    return (
        "Check that the server can read its key, and see the handshake from outside:\n"
        "  postconf -n | grep smtpd_tls\n"
        f"  openssl s_client -starttls smtp -connect {_endpoint(session)} -servername {argument(session.mx, 'HOST')}"
    )


def _endpoint(session: Session) -> str:
    literal = f"[{session.address}]" if session.family is Family.IPV6 else session.address
    return f"{literal}:{session.port}"


def _versions(measurement: Measurement) -> Iterator[Finding]:
    for host in hosts(measurement):
        best = {family: best_version(measurement, host, family) for family in Family}
        ranks = {family: version_rank(version) for family, version in best.items() if version is not None}
        known = {family: rank for family, rank in ranks.items() if rank is not None}
        if len(set(known.values())) > 1:
            lower = min(known, key=lambda family: known[family])
            what = (
                f"{host} negotiates {best[lower]} over {lower.label} and {best[lower.other]} over {lower.other.label}."
            )
            yield _version(measurement, host, lower, what)
            continue
        old = [family for family, version in best.items() if version is not None and outdated(version)]
        if old:
            family = old[0] if len(old) == 1 else None
            where = old[0].label if len(old) == 1 else "either family"
            yield _version(
                measurement, host, family, f"{host} negotiates {best[old[0]]} over {where}, which is retired."
            )


def _version(measurement: Measurement, host: str, family: Family | None, sentence: str) -> Finding:
    evidence = tuple(
        f"[{session.address}] {session.tls.version} {short(session.tls.cipher, 60)}"
        for session in of(measurement, host)
        if session.tls is not None
    )
    fix = (
        "Same policy for both, TLS 1.2 and later (Postfix):\n"
        "  postconf -e 'smtpd_tls_protocols = >=TLSv1.2'\n  postfix reload"
    )
    return Finding("tls-version-diff", Verdict.WARNING, family, host, sentence, evidence[:8], fix, "RFC 8996, RFC 9325")
