"""Replies that break the form of SMTP, and what a server should not offer in the clear.

WHY
    A reply that is not quite SMTP still works with most clients and then fails with one. Lines that nobody asked for
    put a client out of step, so that it takes one answer for another; they come from proxies and filters that speak in
    the server's place, often on one family alone.

FINDS
ehlo-command-desync: replies with codes that do not agree, replies nobody asked for, or line ends that are not CRLF. A
    note for octets or lengths that a client can live with.
auth-on-25: passwords are asked for on port 25 before TLS, where anybody on the way can read them.
size-diff: the largest message the server takes differs between the families. A note.

FIX
    Look for what stands between: a firewall that inspects SMTP, a proxy, a filter; and bring the server up to date.
    Passwords only inside TLS, and not on port 25 at all (Postfix):
        postconf -e smtpd_tls_auth_only=yes
        postconf -M smtp/inet   # no -o smtpd_sasl_auth_enable=yes here; it belongs to submission

SEE
    RFC 5321 2.3.8 and 4.2, RFC 4954 9, RFC 8314 3.3, RFC 1870.
"""

from collections.abc import Iterator

from probe.judge.facts.conversations import hosts, of, paths
from probe.judge.facts.normal import capability_gaps, observed
from probe.judge.wording import Case, fold, short, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Session
from probe.model.words import Family, Verdict

_SERIOUS = {
    "mixed-codes": "lines of one reply have different codes",
    "unasked-reply": "a reply came that answers nothing",
    "bare-lf": "a line ends in LF alone",
    "nul": "a line holds a NUL",
}
_ODD = {
    "bare-cr": "a line holds a CR",
    "eight-bit": "a line holds octets above 127",
    "control": "a line holds control characters",
    "long-line": "a line is longer than 512 octets",
}
_IN_CLEAR = frozenset({"PLAIN", "LOGIN"})
_MAIL_EXCHANGE = 25


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What is odd about the words of the server."""
    cases = [case for session in paths(measurement) for case in _out_of_form(session)]
    yield from fold(measurement, "ehlo-command-desync", "RFC 5321 2.3.8, 4.2", cases)
    cases = [case for session in paths(measurement) for case in _password_in_clear(session)]
    yield from fold(measurement, "auth-on-25", "RFC 4954 9, RFC 8314 3.3", cases)
    for host in hosts(measurement):
        yield from _sizes(measurement, host)


def _out_of_form(session: Session) -> Iterator[Case]:
    """One case for a conversation, as bad as its worst reply."""
    odd = [step for step in session.steps if step.reply is not None and {*_SERIOUS, *_ODD} & {*step.reply.facts}]
    facts = {fact for step in odd if step.reply is not None for fact in step.reply.facts}
    words = [word for fact, word in (_SERIOUS | _ODD).items() if fact in facts]
    if not words:
        return
    serious = bool(facts & _SERIOUS.keys())
    yield Case(
        session,
        Verdict.WARNING if serious else Verdict.OK,
        " ".join(sorted(facts)),
        lambda who, over: f"Replies of {who} {over} are not in the form of SMTP: {'; '.join(words)}.",
        tuple(f"{told(step)} [{', '.join(step.reply.facts)}]" for step in odd[:6] if step.reply is not None),
        "Look for a firewall, proxy or filter that speaks in the server's place, and switch its SMTP inspection off.",
    )


def _password_in_clear(session: Session) -> Iterator[Case]:
    offered = observed(session, tls=False)
    asked = sorted(_IN_CLEAR & (offered or {}).get("AUTH", frozenset()))
    if not asked or session.port != _MAIL_EXCHANGE:
        return
    line = next(item for item in session.capabilities if item.upper().startswith("AUTH"))
    yield Case(
        session,
        Verdict.WARNING,
        " ".join(asked),
        lambda who, over: f"{who} takes passwords in the clear {over}: AUTH {' '.join(asked)} is offered before TLS.",
        (f"EHLO -> 250 {short(line, 120)}",),
        "Postfix:\n  postconf -e smtpd_tls_auth_only=yes\n"
        "Exim: auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}\n"
        "Sendmail: define(`confAUTH_OPTIONS', `p')\nOpenSMTPD: listen on ... tls-require auth",
    )


def _sizes(measurement: Measurement, host: str) -> Iterator[Finding]:
    gap = next((item for item in capability_gaps(measurement, host, tls=False) if item.keyword == "SIZE"), None)
    if gap is None or not all(of(measurement, host, family) for family in Family):
        return
    yield Finding(
        "size-diff",
        Verdict.OK,
        None,
        host,
        f"{host} takes messages of another size over IPv6 than over IPv4.",
        (f"SIZE: IPv6 {short(gap.ipv6, 40)}, IPv4 {short(gap.ipv4, 40)}",),
        None,
        "RFC 1870",
    )
