"""Does a stranger get mail for another domain taken (--relay-check)?

WHY
    Networks that may relay were often written down when there was IPv4 alone. With IPv6 come a whole /32 in mynetworks,
    or a container that sees every IPv6 client as its own gateway: the server is then an open relay over IPv6 alone,
    tests over IPv4 pass, and it is found by spammers first. Only the owner may ask for this test. It asks each host
    once over each family, with RCPT and a mailbox of the tester's own elsewhere; no message is sent.

    That a domain is yours you say by --owned DOMAIN or "owned" in a configuration. Or the domain says so: a TXT record
    made of the domain and of your --contact, which is of use to nobody else. Without it the run ends in a line that
    shows the record:
        _probe6.example.com. TXT "probe6-owner=..."

FINDS
relay-open: the mailbox elsewhere was accepted: critical, and named with its family where it is one alone. Accepted at
    RCPT, that is; a server may still throw the mail away. Refused because it is elsewhere: a note. Any other answer
    (later, a filter, our sender, no such domain) shows nothing: unknown. So does a yes to --trusted-source.
relay-test-domain-choice: the mailbox elsewhere is a bad one to ask for, so nobody was asked: its domain cannot be
    found, or the servers under test are its mail hosts too. Unknown.

FIX
    Let only those in that you know (Postfix, Exim, OpenSMTPD, Sendmail):
        postconf -e 'mynetworks = 127.0.0.0/8 [::1]/128'
        postconf -e 'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination'
        hostlist relay_from_hosts = <; 127.0.0.1 ; ::1
        match from any for domain <domains> action "local"
        Connect:IPv6:2001:db8    RELAY       # strike such lines from the access map
    In a container, let it see where clients come from (Docker: "ip6tables": true, userland-proxy off).

SEE
    RFC 5321 3.6 and 7.9, postconf(5) mynetworks, smtpd_relay_restrictions.
"""

import re
from collections.abc import Iterator, Sequence

from probe.grammar.mailbox_words import says_unknown
from probe.judge.facts.attribution import Blame, blame
from probe.judge.facts.refusal_words import GREY, NO_RELAY, said
from probe.judge.facts.trying import Shown, evidence, findings, held, nobody_asked, why
from probe.judge.wording import quote, short, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Observation, Reply, Session
from probe.model.words import Family, Purpose, Stage, Verdict

_SEE = "RFC 5321 3.6, 7.9"
_CLOSED = re.compile(
    NO_RELAY.pattern + r"|unable to relay|relay(ing)?[ -](is )?(not|denied|disallowed|forbidden)|(not|no|don'?t|never) "
    r"(an? )?(open )?relay|not (in|one of) (my|our) (list|domains)|allowed rcpthosts|user not local|not a local "
    r"(domain|user)|(not|n't) (accept|handle|host)\w* (mail|e-?mail|messages)? ?(for|to) (this|that|the) "
    r"(domain|recipient)|non-accepted domain|^invalid recipient",
    re.IGNORECASE,
)
_VERIFIED = re.compile(r"verif|call-?out|undeliverable|greylist|host \S+ said", re.IGNORECASE)
_ABOUT_US = frozenset({Blame.LISTED, Blame.REVERSE, Blame.HELO, Blame.SENDER})
_FIX = (
    "Let only the networks in that you know, and nobody else relay (Postfix):\n"
    "  postconf -n mynetworks mynetworks_style smtpd_relay_restrictions\n"
    "  postconf -e 'mynetworks = 127.0.0.0/8 [::1]/128'\n"
    "  postconf -e "
    "'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination'\n"
    "  postfix reload\n"
    "Exim: relay_from_hosts; OpenSMTPD: the match rules; Sendmail: RELAY in the access map. In a container, see that "
    "it is told the clients' own addresses."
)
_AGAIN = "Ask again later, or with a mailbox of another domain (--relay-to ADDR) or another sender (--from ADDR)."
_INSIDE = "Run the test from a network the servers do not know, without --trusted-source."


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What each host said to the mailbox elsewhere."""
    trials = measurement.trials
    foreign = trials.foreign if trials is not None else None
    if foreign is not None and foreign.trouble is not None:
        yield _bad_choice(measurement, foreign.mailbox, foreign.trouble)
        return
    sessions = held(measurement, Purpose.RELAY)
    yield from findings("relay-open", _SEE, [_shown(measurement, item, sessions) for item in sessions])
    yield from nobody_asked(measurement, Purpose.RELAY, "relay-open", _SEE)


def _bad_choice(measurement: Measurement, mailbox: str, trouble: str) -> Finding:
    return Finding(
        "relay-test-domain-choice",
        Verdict.UNKNOWN,
        None,
        measurement.target.name,
        f"Relaying to {short(mailbox)} was not tried, for the answer would prove nothing: {short(trouble)}.",
        (f"the mailbox elsewhere: {short(mailbox)}",),
        "Name a mailbox of yours in a domain whose mail goes elsewhere:\n  --relay-to ADDR",
        "RFC 5321 3.6, postconf(5) reject_unknown_recipient_domain",
    )


def _shown(measurement: Measurement, session: Session, every: Sequence[Session]) -> Shown:
    step = session.step(Stage.RCPT)
    if step is not None and step.reply is not None:
        if step.reply.code // 100 == 2:
            return _taken(measurement, session, step, every)
        if closed(step.reply):
            said_no = quote(step.reply)
            return Shown(
                session,
                Verdict.OK,
                "closed",
                lambda who, over: f"{who} does not relay for strangers {over}; it said: {said_no}.",
                (told(step),),
            )
    return Shown(
        session,
        Verdict.UNKNOWN,
        f"unknown {why(session)}",
        lambda who, over: f"Whether {who} relays for strangers {over} is not known: {why(session)}.",
        evidence(session),
        _AGAIN,
    )


def _taken(measurement: Measurement, session: Session, step: Observation, every: Sequence[Session]) -> Shown:
    if measurement.settings.trusted_source:
        return Shown(
            session,
            Verdict.UNKNOWN,
            "trusted",
            lambda who, over: (
                f"{who} relays {over} for this machine, which it is said to know: of strangers this shows nothing."
            ),
            (told(step),),
            _INSIDE,
        )
    other = [item for item in every if item.mx == session.mx and item.family is not session.family]
    beside = _beside(other, session.family.other)

    def sentence(who: str, over: str) -> str:
        alone = f"; {beside}" if beside and "and" not in over else ""
        return (
            f"{who} accepts at RCPT, {over}, mail from a stranger for another domain{alone}. No message was sent, so "
            "what becomes of one is not known; that of an open relay goes out."
        )

    return Shown(session, Verdict.CRITICAL, "open", sentence, (told(step),), _FIX)


def _beside(others: Sequence[Session], family: Family) -> str:
    """What the other family said, where that is known."""
    replies = [step.reply for item in others if (step := item.step(Stage.RCPT)) is not None]
    if replies and all(reply is not None and closed(reply) for reply in replies):
        return f"over {family.label} it does not"
    return ""


def closed(reply: Reply) -> bool:
    """True for a refusal because the mailbox is elsewhere, and not for anything that could end or be mended.

    A denial may be a 4xx: Postfix's own default is 454 (postconf(5) smtpd_relay_restrictions). A server that knows of
    no such mailbox takes no mail for it either, unless it asked the mailbox's own host, as an open relay may do too.
    """
    text = said(reply)
    if reply.code // 100 not in {4, 5} or reply.code == 421 or GREY.search(text):
        return False
    if blame(reply) in _ABOUT_US:
        return False
    if _CLOSED.search(text.removeprefix(f"{reply.enhanced} ")):
        return True
    return says_unknown(reply) and not _VERIFIED.search(text)
