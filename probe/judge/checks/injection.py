"""Are commands from outside obeyed inside TLS (--injection-check)?

WHY
    STARTTLS turns a conversation that anybody on the way can write into into one that nobody can. A server that keeps
    what came in the clear behind STARTTLS obeys it once TLS stands, as if it had come from inside: somebody on the way
    can put his own commands in front of the client's and have mail and passwords delivered to himself. Found in 2011,
    mended nearly everywhere, and still there in filters and home-made servers. Only the owner may ask for this test;
    the command that is sent is NOOP.

FINDS
tls-command-injection: NOOP, sent in one segment with STARTTLS, was answered inside TLS. Critical. Dropped, or refused:
    a note. Anything else, a handshake that fails without a word among it, shows nothing: unknown.

FIX
    Bring the mail server up to date (Postfix never had it since 2.8), and take whatever stands before it out of port
    25: a filter or a firewall that speaks SMTP itself ("fixup", "inspect esmtp").

SEE
    CVE-2011-0411, RFC 3207 4.2, VU#555316.
"""

from collections.abc import Iterator

from probe.judge.facts.trying import Shown, evidence, findings, held, nobody_asked, why
from probe.judge.wording import quote, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Observation, Session
from probe.model.words import Failure, Purpose, Stage, Verdict

_CODE = "tls-command-injection"
_SEE = "CVE-2011-0411, RFC 3207 4.2"
_INJECTED = "NOOP"
_FIX = (
    "Bring the mail server up to date, and look for what stands before it on port 25:\n"
    "  postconf mail_version   # mended in 2.7.3, 2.6.9, 2.5.12 and 2.4.16; 2.8 and later never had it"
)


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What became of the command behind STARTTLS."""
    sessions = held(measurement, Purpose.INJECTION)
    yield from findings(_CODE, _SEE, [_shown(measurement, item) for item in sessions])
    yield from nobody_asked(measurement, Purpose.INJECTION, _CODE, _SEE)


def _shown(measurement: Measurement, session: Session) -> Shown:
    obeyed = next((step for step in session.steps if step.tls and step.command == _INJECTED), None)
    if obeyed is not None:
        return Shown(
            session,
            Verdict.CRITICAL,
            "obeyed",
            lambda who, over: (
                f"{who} obeys inside TLS {over} what came in the clear behind STARTTLS, so anybody on "
                "the way can slip commands in."
            ),
            (told(obeyed),),
            _FIX,
        )
    how = _harmless(measurement, session)
    if how is not None:
        return Shown(session, Verdict.OK, how, lambda who, over: f"{who} {how} {over}.", evidence(session))
    return Shown(
        session,
        Verdict.UNKNOWN,
        f"unknown {why(session)}",
        lambda who, over: f"Whether {who} obeys what comes behind STARTTLS {over} is not known: {why(session)}.",
        evidence(session),
        "Ask again, and read the transcript (--transcript) of the test.",
    )


def _harmless(measurement: Measurement, session: Session) -> str | None:
    """In words, what shows that nothing is obeyed; None where nothing shows it."""
    last = session.steps[-1]
    if session.failure is None and last.stage is Stage.EHLO and last.tls:
        return "drops what comes in the clear behind STARTTLS"
    if session.failure is None and last.failure is Failure.NOT_OFFERED:
        return "offers no STARTTLS behind which a command could hide"
    if last.stage is not Stage.STARTTLS or not _else_secure(measurement, session):
        return None
    if last.reply is not None and last.failure is Failure.REJECTED:
        return f"refuses STARTTLS with a command behind it ({quote(last.reply)})"
    if _alert(last):
        return "breaks the handshake off when a command stands before it"
    return None


def _alert(step: Observation) -> bool:
    """True where it was the server that ended the handshake, by saying so."""
    return step.failure is Failure.TLS_HANDSHAKE and " alert " in (step.detail or "")


def _else_secure(measurement: Measurement, session: Session) -> bool:
    """True where the same address spoke TLS when nothing stood behind STARTTLS."""
    return any(item.address == session.address and item.tls is not None for item in measurement.sessions)
