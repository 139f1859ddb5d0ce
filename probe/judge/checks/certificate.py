"""The certificates the mail hosts show.

WHY
    Most senders encrypt without checking the certificate, so a wrong one does not stop the mail. But a certificate that
    was renewed for IPv4 alone stops every sender that does check (MTA-STS, DANE, a partner with a policy), and it tells
    that two machines answer under one name.

FINDS
tls-cert-diff: the families show different certificates. Critical when the one shown over IPv6 alone has expired; a note
    where a pool of machines shows changing ones.
tls-cert-name: the certificate does not name the MX host. A note, since senders rarely check; critical where the
    domain's MTA-STS policy makes them check. Then a machine with several MX names is held against each of them, and
    asked by each; where it did not answer to one, and shows a certificate for another, the verdict is unknown.
tls-cert-trust: the chain does not lead to a trusted root, or lacks a link. A note or critical, for the same reasons.
tls-cert-expiry: the certificate ends in less than 14 days; critical below 7 and when it has expired (--cert-days). A
    warning at most where DANE vouches for its key, for then nobody looks at dates.

FIX
    Deploy the same renewed certificate and chain to every machine behind the name, and let it be read again:
        postconf -e 'smtpd_tls_chain_files = /etc/ssl/mx1.pem'
        postfix reload

SEE
    RFC 7435 (opportunistic security), RFC 8461 4.2 (MTA-STS), RFC 9525 (names), RFC 7672 (DANE).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from probe.grammar.certname import matches
from probe.judge.facts.conversations import ending, hosts, of, paths
from probe.judge.facts.dane import asked_by, shown_for, vouched_for
from probe.judge.facts.demand import demand
from probe.judge.facts.normal import certificates, is_pool
from probe.judge.wording import Case, argument, fold, short, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Session, TlsFacts
from probe.model.words import Failure, Family, Verdict

_NO_TLS = frozenset({Failure.TLS_HANDSHAKE, Failure.TLS_CERTIFICATE})
_DEPLOY = (
    "Deploy the renewed certificate with its chain there, and let it be read (Postfix):\n"
    "  postconf -e 'smtpd_tls_chain_files = /etc/ssl/mx1.pem'\n  postfix reload"
)


def check(measurement: Measurement, options: JudgeOptions) -> Iterator[Finding]:
    """What is to be said of each certificate, and of the two families together."""
    held = [(session, session.tls) for session in paths(measurement) if session.tls is not None]
    names = [_name(measurement, session, facts, session.mx) for session, facts in held if facts.name_matches is False]
    trust = [_trust(measurement, session, facts, session.mx) for session, facts in held if facts.trusted is False]
    for session, facts in held:
        for host in _other_names(measurement, session):
            if (shown := shown_for(measurement, session, host)) is None:
                names += _unseen(measurement, session, facts, host)
                continue
            names += [_name(measurement, session, shown, host)] if shown.name_matches is False else []
            trust += [_trust(measurement, session, shown, host)] if shown.trusted is False else []
    expiry = [case for session, facts in held for case in _expiry(measurement, options, session, facts)]
    yield from fold(measurement, "tls-cert-name", "RFC 9525, RFC 8461 4.2", names)
    yield from fold(measurement, "tls-cert-trust", "RFC 7435, RFC 8461 4.2", trust)
    yield from fold(measurement, "tls-cert-expiry", "RFC 5280 4.1.2.5", expiry)
    for host in hosts(measurement):
        yield from _differ(measurement, host)


def _other_names(measurement: Measurement, session: Session) -> Iterator[str]:
    """The further MX names of the machine for which senders have to check its certificate (RFC 8461 4.1)."""
    for host in session.names:
        wanted = demand(measurement, host) if host != session.mx else None
        if wanted is not None and wanted.authority:
            yield host


def _unseen(measurement: Measurement, session: Session, first: TlsFacts, host: str) -> list[Case]:
    """No certificate for a further name: there is none to be had, or nobody could ask. One for both names is enough."""
    asked = asked_by(measurement, session, host)
    end = None if asked is None else ending(asked)
    if end is not None and end.failure in _NO_TLS:
        verdict, stop = _weight(measurement, host)
        what, why, seen = "fails the TLS handshake", f"when it is asked for by this name{stop}", told(end)
    elif matches(first.names, host):
        return []
    else:
        end_of_it = "nobody asked" if end is None else f"the conversation ended at {end.stage} ({end.failure})"
        verdict, what = Verdict.UNKNOWN, f"shows, as {session.mx}, a certificate that does not name {host},"
        why = f"and for this name {end_of_it}"
        seen = f"shown as {session.mx}: {', '.join(short(name, 80) for name in first.names[:6]) or 'no name at all'}"
    return [
        Case(
            session,
            verdict,
            f"unseen {what} {why}",
            lambda who, over: f"{who} {what} {over} {why}.",
            (seen,),
            "Let the server have a certificate for every name it is an MX host by:\n"
            f"  certbot certonly -d {argument(session.mx, 'HOST')} -d {argument(host, 'HOST')}",
            host=host,
        )
    ]


def _weight(measurement: Measurement, host: str) -> tuple[Verdict, str]:
    """What a certificate that proves nothing costs, and the words for it: nothing, unless senders have to check it."""
    wanted = demand(measurement, host)
    if wanted is None or not wanted.authority:
        return Verdict.OK, ""
    return Verdict.CRITICAL, f"; {wanted.words}"


def _name(measurement: Measurement, session: Session, facts: TlsFacts, host: str) -> Case:
    shown = ", ".join(short(name, 80) for name in facts.names[:6]) or "no name at all"
    verdict, stop = _weight(measurement, host)
    return Case(
        session,
        verdict,
        f"name {shown}",
        lambda who, over: f"{who} shows a certificate {over} that does not name {host}, but {shown}{stop}.",
        (f"subject alternative names: {shown}",),
        f"Have the certificate issued for the MX host name:\n  certbot certonly -d {argument(host, 'HOST')}",
        host=None if host == session.mx else host,
    )


def _trust(measurement: Measurement, session: Session, facts: TlsFacts, host: str) -> Case:
    reason = short(facts.reason or "no reason given")
    verdict, stop = _weight(measurement, host)
    return Case(
        session,
        verdict,
        f"trust {reason}",
        lambda who, over: f"{who} shows a certificate {over} that is not trusted; {reason}{stop}.",
        (f"chain of {len(facts.chain)}, issuer {short(facts.issuer or 'unknown')}", f"reason: {reason}"),
        "Send the intermediate certificates with the leaf (fullchain.pem).",
        host=None if host == session.mx else host,
    )


def _expiry(measurement: Measurement, options: JudgeOptions, session: Session, facts: TlsFacts) -> Iterator[Case]:
    """Opportunistic senders take an expired certificate too, the others do not; ``--cert-days`` draws the lines."""
    if facts.not_after is None:
        return
    left = _utc(facts.not_after) - measurement.started
    warning, critical = options.cert_days
    if left >= timedelta(days=max(warning, critical)):
        return
    expired = left <= timedelta(0)
    day = facts.not_after.date().isoformat()
    vouched = vouched_for(measurement, session.mx, facts)
    verdict = Verdict.CRITICAL if left < timedelta(days=critical) and not vouched else Verdict.WARNING
    what = f"that expired on {day}" if expired else f"that expires on {day}, in {left.days} days"
    yield Case(
        session,
        verdict,
        f"{verdict} {day}",
        lambda who, over: f"{who} shows a certificate {over} {what}.",
        (f"not after {facts.not_after.isoformat()}, SHA-256 {short(facts.sha256 or 'unknown', 64)}",),
        _DEPLOY,
    )


def _differ(measurement: Measurement, host: str) -> Iterator[Finding]:
    six, four = (certificates(measurement, host, family) for family in (Family.IPV6, Family.IPV4))
    if not six or not four or six.keys() == four.keys():
        return
    expired = all(_expired(measurement, facts) for facts in six.values())
    expired = expired and not any(_expired(measurement, facts) for facts in four.values())
    verdict = Verdict.CRITICAL if expired else Verdict.WARNING
    if is_pool(measurement, host):
        verdict = Verdict.OK
    yield Finding(
        "tls-cert-diff",
        verdict,
        Family.IPV6,
        host,
        f"{host} shows one certificate over IPv6 and another over IPv4"
        f"{'; the one over IPv6 has expired' if expired else ''}.",
        tuple(
            _line(session, session.tls)
            for family in Family
            for session in of(measurement, host, family)
            if session.tls is not None
        )[:8],
        _DEPLOY,
        "RFC 7672, RFC 8461",
    )


def _expired(measurement: Measurement, facts: TlsFacts) -> bool:
    return facts.not_after is not None and _utc(facts.not_after) <= measurement.started


def _utc(moment: datetime) -> datetime:
    """A certificate's times are UTC (RFC 5280 4.1.2.5), also where a saved measurement does not say so."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _line(session: Session, facts: TlsFacts) -> str:
    until = facts.not_after.date().isoformat() if facts.not_after is not None else "unknown"
    wrong = [
        word
        for word, bad in (("wrong name", facts.name_matches is False), ("not trusted", facts.trusted is False))
        if bad
    ]
    aside = f", {', '.join(wrong)}" if wrong else ""
    return (
        f"{session.family.label} [{session.address}]: SHA-256 {short(facts.sha256 or 'unknown', 64)}, until {until}, "
        f"issuer {short(facts.issuer or 'unknown', 80)}{aside}"
    )
