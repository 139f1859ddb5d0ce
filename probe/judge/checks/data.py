"""The test message: accepted, refused, or gone.

WHY
    Some refusals come only after the message was sent, and a message can be accepted and then vanish into a quarantine.
    The same message is therefore sent over each family and looked for with the proofs that were named.

FINDS
data-rejected: the message was refused, or the connection broke while it was sent.
data-timeout: no reply came after the end of the message. Nobody knows whether it was taken; it is not sent again.
data-accept-then-lost: the message was accepted and did not arrive in time. Critical when the same proof found the
    message of the other family; else unknown, since the proof itself may look in the wrong place. Critical also when
    the server's log calls both delivered and the mailbox holds one of them: the other was delivered to somebody else.
    A rule of the server that holds the message or throws it away is quoted from the log; a warning where it holds what
    came over both families.

FIX
    Follow the queue id through the server's log (Postfix):
        journalctl -t postfix/smtpd -t postfix/cleanup -t postfix/qmgr -t postfix/local | grep QUEUE-ID
        postqueue -p
    A rule that holds the mail of some clients, discards it or sends it elsewhere stands in an access table, a header
    check or a milter:
        postconf -n | grep -E 'restrictions|_checks|_milters|_maps'

SEE
    RFC 5321 4.2.5 and 4.5.3.2.6, RFC 1047 (duplicates), RFC 7372.
"""

from collections.abc import Iterator

from probe.judge.facts.attribution import Deferral, deferral, held_against_us
from probe.judge.facts.conversations import ending, paths
from probe.judge.facts.mailboxes import passed_by, proof_works
from probe.judge.standing import attempt_of, bounced, weigh
from probe.judge.wording import Case, address_subject, argument, fold, over, quote, short, told
from probe.model.delivery import Arrival, Attempt, LogTrace
from probe.model.log import Daemon, Fate
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Observation, Session
from probe.model.words import Failure, Stage, Verdict

_OUR_CHOICE = frozenset({Failure.DEADLINE, Failure.NOT_TRIED})
_HELD, _DISCARDED = "held: ", "discarded: "
_ASIDE = (_HELD, _DISCARDED)
_RULE = "  postconf -n | grep -E 'restrictions|_checks|_milters|_maps'"
_LINES = 8  # of a log that show where a message went
_LOG = "  journalctl | grep -F {what}"


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What became of the message after DATA."""
    refused: list[Case] = []
    unanswered: list[Case] = []
    for session in paths(measurement):
        end = ending(session)
        if end is None or end.stage is not Stage.DATA:
            continue
        attempt = attempt_of(measurement, session)
        if attempt is not None and attempt.accepted is None:
            unanswered.append(_unanswered(session, end, attempt))
        elif end.failure not in _OUR_CHOICE and not _put_off(measurement, session, end):
            refused.append(_refused(measurement, session, end))
    yield from fold(measurement, "data-rejected", "RFC 5321 4.2.5, RFC 7372", refused)
    yield from fold(measurement, "data-timeout", "RFC 5321 4.5.3.2.6, RFC 1047", unanswered)
    for attempt in measurement.attempts:
        lost = attempt.accepted and attempt.failure is Failure.NOT_ARRIVED
        if lost and not bounced(attempt) and not _log_tells(attempt):
            yield _lost(measurement, attempt)
        elif (boxes := passed_by(measurement, attempt)) and attempt.arrival is not None:
            yield _elsewhere(attempt, attempt.arrival, boxes)


def _log_tells(attempt: Attempt) -> bool:
    """True when a mail log shows what became of it: then nothing is lost, and ``log-status-sent`` says it.

    What was thrown away is lost all the same: nobody is told.
    """
    ended = any(trace.fate in {Fate.FAILED, Fate.DEFERRED} for trace in attempt.traces)
    return ended and _set_aside(attempt) is None


def _set_aside(attempt: Attempt) -> LogTrace | None:
    """The log that shows a rule which held the message or threw it away."""
    return next((it for it in attempt.traces if it.reason and it.reason.startswith(_ASIDE)), None)


def _put_off(measurement: Measurement, session: Session, end: Observation) -> bool:
    """Greylisting and limits have findings of their own."""
    if end.failure is not Failure.DEFERRED:
        return False
    return deferral(measurement, session, end) in {Deferral.GREYLISTED, Deferral.RATE}


def _unanswered(session: Session, end: Observation, attempt: Attempt) -> Case:
    found = "; nobody knows whether it was taken"
    if attempt.arrival is not None:
        found = "; it arrived all the same"
    elif attempt.failure is Failure.NOT_ARRIVED:
        found = "; it did not arrive in time"
    return Case(
        session,
        Verdict.WARNING,
        "unanswered",
        lambda who, over: f"{who} does not answer after the end of the message {over}{found}.",
        (told(end), f"token {attempt.token}"),
        "Look for the token in the server's log before anything is sent again; a content filter may be slow, or large "
        f"packets may be lost:\n{_LOG.format(what=attempt.token)}",
    )


def _refused(measurement: Measurement, session: Session, end: Observation) -> Case:
    verdict = weigh(measurement, session, end)
    if end.reply is None:
        what = "does not answer" if end.failure is Failure.TIMEOUT else "hangs up"
        said = f"; {short(end.detail)}" if end.detail else ""
        sentence = f"{what} while the message is sent"
    else:
        ours = held_against_us(measurement, session.family, end.reply) is not None
        said = f"; it said: {quote(end.reply)}"
        sentence = "puts off the message" if end.failure is Failure.DEFERRED else "refuses the message"
        said = f", which may be this probe's own fault{said}" if ours else said
    return Case(
        session,
        verdict,
        f"{end.failure} {end.reply.code if end.reply else ''} {verdict}",
        lambda who, over: f"{who} {sentence} {over}{said}",
        (told(end),),
        "Look in the log of the server and of its content filter for this client:\n"
        + _LOG.format(what=session.source or "PROBE-ADDRESS"),
    )


def _last_lines(attempt: Attempt, most: int = 1) -> tuple[str, ...]:
    """The last that each log says of it."""
    return tuple(f"log: {short(line, 400)}" for trace in attempt.traces for line in trace.lines[-most:])


def _lost(measurement: Measurement, attempt: Attempt) -> Finding:
    aside = _set_aside(attempt)
    if aside is not None:
        return _by_a_rule(measurement, attempt, aside)
    sure = proof_works(measurement, attempt)
    where = ", ".join(short(name, 80) for name in attempt.watched) or "no proof"
    queue_id = short(attempt.queue_id, 80) if attempt.queue_id else None
    who = address_subject(attempt.mx, attempt.address)
    named = f" as {queue_id}" if queue_id else ""
    doubt = "" if sure else "; whether the proof looks in the right place was not shown in this run"
    onward = next((f"; it was handed on to {short(it.relayed, 120)}" for it in attempt.traces if it.relayed), "")
    return Finding(
        "data-accept-then-lost",
        Verdict.CRITICAL if sure else Verdict.UNKNOWN,
        attempt.family,
        who,
        f"{who} accepted the message {over(attempt.family)}{named}, and it did not arrive in time{onward}{doubt}.",
        (f"accepted{named}, token {attempt.token}", f"watched: {where}", *_last_lines(attempt)),
        "Follow it through the server's log, quarantine included:\n"
        + _LOG.format(what=argument(queue_id or attempt.token, "QUEUE-ID")),
        "RFC 5321 4.2.5",
    )


def _by_a_rule(measurement: Measurement, attempt: Attempt, trace: LogTrace) -> Finding:
    """Held or thrown away: the log names the rule."""
    who, reason = address_subject(attempt.mx, attempt.address), trace.reason or ""
    named = f" as {short(attempt.queue_id, 80)}" if attempt.queue_id else ""
    if reason.startswith(_DISCARDED):
        verdict, what = Verdict.CRITICAL, "threw it away"
        fix = f"Refuse what is not wanted (REJECT) instead of throwing it away, and see whom the rule means:\n{_RULE}"
    else:
        verdict = Verdict.CRITICAL if proof_works(measurement, attempt) else Verdict.WARNING
        what = "holds it until somebody lets it go"
        fix = _let_go(measurement, attempt, trace)
    return Finding(
        "data-accept-then-lost",
        verdict,
        attempt.family,
        who,
        f"{who} accepted the message {over(attempt.family)}{named} and {what}; {short(trace.where, 80)} says: "
        f"{short(reason.removeprefix(_HELD).removeprefix(_DISCARDED), 300).rstrip('.')}.",
        (f"accepted{named}, token {attempt.token}", *(f"log: {short(line, 400)}" for line in trace.lines[-_LINES:])),
        fix,
        "RFC 5321 4.2.5",
    )


def _let_go(measurement: Measurement, attempt: Attempt, trace: LogTrace) -> str:
    """How the software that wrote this log is told to go on with a message."""
    name = argument(attempt.queue_id or next(iter(trace.queue_ids), ""), "QUEUE-ID")
    if any(Daemon.EXIM in log.daemons for log in measurement.logs if log.where == trace.where):
        return (
            f"Thaw it, and see which ACL or filter freezes what comes over this family:\n  exim -bp\n  exim -Mt {name}"
        )
    return (
        "Let it go, and mend the rule that holds what comes over this family (postqueue marks it with an !):\n"
        f"  postqueue -p\n  postsuper -H {name}\n{_RULE}"
    )


def _elsewhere(attempt: Attempt, arrival: Arrival, boxes: tuple[str, ...]) -> Finding:
    """Delivered, says the log, and not where the other one went."""
    who, where = address_subject(attempt.mx, attempt.address), ", ".join(short(name, 80) for name in boxes)
    named = f"as {short(attempt.queue_id, 80)}, " if attempt.queue_id else ""
    return Finding(
        "data-accept-then-lost",
        Verdict.CRITICAL,
        attempt.family,
        who,
        f"{who} accepted the message {over(attempt.family)} and delivered it elsewhere: {short(arrival.where, 80)} "
        f"calls it delivered, and it is not in {where}, where the other message of this run is.",
        (f"accepted {named}token {attempt.token}", f"not found in: {where}", *_last_lines(attempt, _LINES)),
        "See which rule changes the recipient or the way for this client: an access table, a header check, a milter, a "
        "filter of the mailbox:\n"
        f"{_RULE}\n" + _LOG.format(what=argument(attempt.queue_id or attempt.token, "QUEUE-ID")),
        "RFC 5321 4.2.5",
    )
