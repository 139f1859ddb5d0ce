"""The way through a submission server (--via): relaying, login, and the safety of the password.

WHY
    A submission server takes mail for the whole world from those it knows: hosts in a list of networks, or users who
    log in. Such lists were often written when there was IPv4 alone. Then the same machine may send over IPv4 and is
    turned away over IPv6, and a mail program that prefers IPv6 cannot send at all.

FINDS
relay-denied: the server does not take this machine's mail for other domains. Critical, over one family or over both.
submission-auth: the login is refused or not offered. Critical; unknown when the server puts it off.
submission-tls: there is no verified TLS, so the password was not sent. Critical; unknown when the server puts it off.

FIX
    Add the IPv6 range of your network to the others, in brackets (Postfix), or let clients log in:
        postconf -e "mynetworks = $(postconf -h mynetworks) [2001:db8:9::]/64"
        postfix reload
    Against a refused login, see what the two services were told (Postfix, Dovecot):
        postconf -P | grep -E 'submissions?/inet/smtpd_(sasl|client|relay)'
        doveadm auth test USER

SEE
    RFC 6409 4.3 (submission), RFC 4954 (AUTH), RFC 8314 3 (TLS), postconf(5) mynetworks, smtpd_relay_restrictions.
"""

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from probe.judge.facts.conversations import ending, is_address, of, paths
from probe.judge.facts.submitting import Refusal, refusal
from probe.judge.wording import Case, argument, fold, quote, short, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Observation, Session
from probe.model.words import Failure, Family, Stage, Verdict

_SEE = {
    Refusal.RELAY: ("relay-denied", "RFC 6409 4.3, postconf(5) mynetworks"),
    Refusal.LOGIN: ("submission-auth", "RFC 4954"),
    Refusal.UNSAFE: ("submission-tls", "RFC 8314 3, RFC 4954 4"),
}


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Why the submission server did not take the message."""
    cases: dict[Refusal, list[Case]] = {kind: [] for kind in _SEE}
    for session in paths(measurement):
        end = ending(session)
        kind = refusal(measurement, session, end) if end is not None else None
        if end is None or kind is None:
            continue
        match kind:
            case Refusal.RELAY:
                case = _relay(measurement, session, end)
            case Refusal.LOGIN:
                case = _login(session, end)
            case Refusal.UNSAFE:
                case = _unsafe(session, end)
        cases[kind].append(case)
    for kind, (code, see) in _SEE.items():
        yield from fold(measurement, code, see, cases[kind])


def _relay(measurement: Measurement, session: Session, end: Observation) -> Case:
    other = session.family.other
    taken = any(item.reached is Stage.DATA and ending(item) is None for item in of(measurement, session.mx, other))
    aside = f", while over {other.label} it takes it" if taken else ""
    said = quote(end.reply) if end.reply is not None else ""
    return Case(
        session,
        Verdict.CRITICAL,
        "relay",
        lambda who, over: f"{who} does not relay for this machine {over}{aside}; it said: {said}",
        (told(end), f"our source {session.source or 'unknown'}"),
        "Add this machine's range to those the server relays for (Postfix), or log in:\n"
        f'  postconf -e "mynetworks = $(postconf -h mynetworks) {_network(session)}"\n'
        "  postfix reload\n"
        f"  probe6 {argument(measurement.target.text, 'MAILBOX')} --via smtp://USER@{argument(session.mx, 'HOST')}:587",
    )


def _network(session: Session) -> str:
    """What to write into mynetworks: an IPv6 range stands in brackets there, its length behind them."""
    if session.source is None or not is_address(session.source):
        return "[IPV6-RANGE]/64" if session.family is Family.IPV6 else "IPV4-RANGE/24"
    if session.family is Family.IPV6:
        return f"[{ip_network(f'{session.source}/64', strict=False).network_address}]/64"
    return str(ip_address(session.source))


def _login(session: Session, end: Observation) -> Case:
    if end.reply is None:
        what, said = "offers no login that this probe knows", f"; {short(end.detail)}" if end.detail else ""
    else:
        what = "puts off the login" if end.failure is Failure.DEFERRED else "refuses the login"
        said = f"; it said: {quote(end.reply)}"
    return Case(
        session,
        _verdict(end),
        f"{end.failure} {end.reply.code if end.reply else ''}",
        lambda who, over: f"{who} {what} {over}{said}",
        (told(end),),
        "Check user and password (PROBE6_SMTP_PASSWORD, --secret); over one family alone, look for rules on the "
        "client's address (Postfix, Dovecot):\n"
        "  postconf -P | grep -E 'submissions?/inet/smtpd_(sasl|client)'\n"
        "  doveadm auth test USER",
    )


def _unsafe(session: Session, end: Observation) -> Case:
    why = quote(end.reply) if end.reply is not None else short(end.detail or str(end.failure))
    place = f"[{session.address}]" if session.family is Family.IPV6 else session.address
    return Case(
        session,
        _verdict(end),
        f"{end.failure} {why}",
        lambda who, over: f"{who} was not given the password {over}, since TLS could not be relied on; {why}",
        (told(end),),
        "Offer STARTTLS with a certificate for the name that clients are told, and its whole chain:\n"
        "  postconf -e 'smtpd_tls_security_level = may' 'smtpd_tls_chain_files = /etc/ssl/mail.pem'\n"
        f"  openssl s_client -starttls smtp -connect {place}:{session.port} -verify_hostname "
        f"{argument(session.mx, 'HOST')}\n"
        "An authority of your own is named by --ca.",
    )


def _verdict(end: Observation) -> Verdict:
    return Verdict.UNKNOWN if end.failure is Failure.DEFERRED else Verdict.CRITICAL
