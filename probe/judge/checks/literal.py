"""An address literal in EHLO (--literal-check).

WHY
    A host without a name says its address in EHLO, and over IPv6 that takes a tag: [IPv6:2001:db8::1]. Some servers
    take IPv4 literals and refuse the tagged ones, or all; who has no name then gets no mail through. Most senders have
    one, so this is worth knowing and no more.

FINDS
ehlo-literal-support: whether the server takes our address literal in EHLO. A note either way; put off or cut off, it
    shows nothing: unknown.

FIX
    Postfix and Exim take literals as they come; look for rules of your own that do not:
        postconf smtpd_helo_restrictions   # check_helo_access; reject_unknown_helo_hostname refuses every literal
        exim -bP acl_smtp_helo acl_smtp_rcpt   # and in these lists: verify = helo, $sender_helo_name

SEE
    RFC 5321 4.1.3 and 4.1.4.
"""

from collections.abc import Iterator

from probe.judge.facts.trying import Shown, evidence, findings, held, nobody_asked, why
from probe.judge.wording import quote, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Session
from probe.model.words import Purpose, Stage, Verdict

_CODE = "ehlo-literal-support"
_SEE = "RFC 5321 4.1.3"


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What each host said to the literal."""
    yield from findings(_CODE, _SEE, [_shown(item) for item in held(measurement, Purpose.LITERAL)])
    yield from nobody_asked(measurement, Purpose.LITERAL, _CODE, _SEE)


def _shown(session: Session) -> Shown:
    step = session.step(Stage.EHLO)
    reply = step.reply if step is not None else None
    if step is not None and reply is not None and reply.code // 100 in {2, 5}:
        taken = reply.code // 100 == 2
        said = "" if taken else f"; it said: {quote(reply)}"
        words = "takes" if taken else "refuses"
        return Shown(
            session,
            Verdict.OK,
            words,
            lambda who, over: f"{who} {words} an address literal in EHLO {over}{said}.",
            (told(step),),
        )
    return Shown(
        session,
        Verdict.UNKNOWN,
        f"unknown {why(session)}",
        lambda who, over: f"Whether {who} takes an address literal {over} is not known: {why(session)}.",
        evidence(session),
        "Ask again later.",
    )
