"""Bounces: the mail host took the message, and then it came back.

WHY
    A server that accepts a message and refuses it afterwards sends a report to the return path, which is often forged:
    backscatter. And a message that comes back over one family alone shows what the conversation itself did not.
    The probe looks for reports when it has a return path (--from) and a proof watches that mailbox.

FINDS
data-accept-then-bounce: the message was accepted and a report says that it failed. Critical when it did so over one
    family alone; else a warning. A report that it is delayed is a note.

FIX
    Refuse at SMTP time what will not be delivered, over both families:
        postconf smtpd_recipient_restrictions   # and put reject_unverified_recipient at its end

SEE
    RFC 5321 6.1, RFC 3464.
"""

from collections.abc import Iterator

from probe.judge.standing import bounced
from probe.judge.wording import address_subject, argument, short
from probe.model.bounce import Action, Bounce, BouncedRecipient
from probe.model.delivery import Attempt
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Verdict

CODE = "data-accept-then-bounce"
_SEE = "RFC 5321 6.1, RFC 3464"


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What came back."""
    families = {attempt.family for attempt in measurement.attempts if bounced(attempt)}
    for attempt in measurement.attempts:
        if attempt.bounce is not None:
            yield from _told(attempt, attempt.bounce, alone=len(families) == 1)


def _told(attempt: Attempt, bounce: Bounce, *, alone: bool) -> Iterator[Finding]:
    who, label = address_subject(attempt.mx, attempt.address), attempt.family.label
    worst = next((one for one in bounce.recipients if one.action is bounce.action), None)
    reporter = f" {short(bounce.reporting_mta, 120)} reports" if bounce.reporting_mta else " a report says"
    why = _why(worst)
    evidence = (*_facts(bounce, worst), f"token {attempt.token}")
    if bounced(attempt):
        sentence = f"{who} accepted the message over {label}, and it came back:{reporter}{why}."
        verdict = Verdict.CRITICAL if alone else Verdict.WARNING
        fix = (
            "Let the host refuse at SMTP time what will not be delivered; its log says why this was not:\n"
            f"  journalctl | grep -F {argument(attempt.queue_id or attempt.token, 'QUEUE-ID')}"
        )
        yield Finding(CODE, verdict, attempt.family, who, sentence, evidence, fix, _SEE)
    elif bounce.action is Action.DELAYED:
        sentence = f"The message over {label} is delayed behind {who}:{reporter}{why}."
        yield Finding(CODE, Verdict.OK, attempt.family, who, sentence, evidence, None, _SEE)


def _why(one: BouncedRecipient | None) -> str:
    """Who refused it, over which family, and in which words."""
    if one is None:
        return " nothing more"
    server = one.remote_mta or one.address
    at = f" at {short(server, 120)}" if server else ""
    at += f" over {one.family.label}" if one.family is not None else ""
    said = one.diagnostic or one.status
    return f" a failure{at}: {short(said, 200)}" if said else f" a failure{at}"


def _facts(bounce: Bounce, one: BouncedRecipient | None) -> Iterator[str]:
    if one is not None and one.recipient:
        yield f"recipient {short(one.recipient, 120)}, {one.action}{f', status {one.status}' if one.status else ''}"
    if one is not None and one.address:
        yield f"refused by {one.address}"
    if bounce.explanation:
        yield f"it says: {short(bounce.explanation, 300)}"
