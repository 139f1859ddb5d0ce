"""What the mail host's own log says: our connection is in it, and what became of the message.

WHY
    Two addresses of one name may be two machines: an old server, a forgotten container, somebody else. From outside
    both look alike; a log that shows the connection over one family and not over the other tells them apart. And a
    250 after the message is a promise: the log says whether it was kept.

FINDS
log-connect-seen: the log that was named shows our connection; a note with the line. Critical when it shows the one over
    the other family and not this one: then this address is another machine's. A warning when the message arrived all
    the same. Unknown when the log shows nothing of us at all.
log-status-sent: the log follows the message to its end: a note when it was delivered or handed on, with its last line.
    Critical when it bounced, expired or was thrown away, a warning while it waits in a queue, and where a rule gave it
    another recipient over one family alone.

FIX
    Compare the addresses of the machine that writes the log with those that are published:
        ip -6 address show scope global
        dig +short AAAA mx1.example.com
    A message that waits, and why:
        postqueue -p

SEE
    RFC 5321 4.5.4.1 and 6.1 (who accepts a message answers for it), RFC 3463 (status codes).
"""

from collections.abc import Iterator

from probe.judge.facts.conversations import paths
from probe.judge.standing import attempt_of
from probe.judge.wording import address_subject, argument, over, short, subject
from probe.model.delivery import Attempt, LogTrace, WatchedLog
from probe.model.log import Fate, LogKind
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Session
from probe.model.words import Family, Purpose, Verdict

_LINE = 500  # characters of a log line shown as evidence
_LINES = 8
_CALLS = frozenset({LogKind.CONNECT, LogKind.POSTSCREEN})
_SEE_CONNECT, _SEE_STATUS = "RFC 5321 4.5.4.1", "RFC 5321 6.1, RFC 3463"


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What each log shows of the conversations, then of the messages."""
    talks = [
        session
        for session in paths(measurement)
        if session.banner is not None
        and session.source is not None
        and not session.redirected
        and session.purpose is not Purpose.VIA
    ]
    for log in measurement.logs:
        if talks and log.blind is None:
            yield from _connections(measurement, log, talks)
    for attempt in measurement.attempts:
        for trace in attempt.traces:
            yield from _status(measurement, attempt, trace)


def _trace(measurement: Measurement, log: WatchedLog, session: Session) -> LogTrace | None:
    """What this log says of the message of a conversation, where it names it."""
    attempt = attempt_of(measurement, session)
    traces = attempt.traces if attempt is not None else ()
    return next((trace for trace in traces if trace.where == log.where and trace.fate is not None), None)


def _line(log: WatchedLog, session: Session) -> str | None:
    """The line that names our address."""
    return next((contact.line for contact in log.contacts if contact.client == session.source), None)


def _connections(measurement: Measurement, log: WatchedLog, talks: list[Session]) -> Iterator[Finding]:
    shown = {id(session) for session in talks if _line(log, session) or _trace(measurement, log, session)}
    for session in talks:
        line = _line(log, session)
        if line is not None:
            yield _seen(log, session, line)
        elif id(session) not in shown:
            twin = next((one for one in talks if id(one) in shown and _is_twin(measurement, log, one, session)), None)
            if twin is not None:
                yield _elsewhere(measurement, log, session, twin)
    messages = [attempt for attempt in measurement.attempts if attempt.accepted]
    if not shown and messages:
        yield _nothing(measurement, log, talks)


def _is_twin(measurement: Measurement, log: WatchedLog, one: Session, session: Session) -> bool:
    """True when ``one`` being in the log means that ``session`` had to be there too, were it the same machine.

    The same host over the other family. That this log is that host's is certain when it has the message under the id
    that the host named, or when no other host was talked to. Some daemons log no connection that brings no message.
    """
    if one.family is session.family or one.mx != session.mx or _translated(measurement, session):
        return False
    trace, attempt = _trace(measurement, log, one), attempt_of(measurement, one)
    named = trace is not None and attempt is not None and attempt.queue_id in trace.queue_ids
    if not named and {item.mx for item in paths(measurement)} != {session.mx}:
        return False
    taken = attempt_of(measurement, session)
    if trace is not None and taken is not None and taken.accepted:
        return True
    return any(contact.client == one.source and contact.kind in _CALLS for contact in log.contacts)


def _translated(measurement: Measurement, session: Session) -> bool:
    """Behind address translation for IPv4 nobody knows under which address we appear."""
    return session.family is Family.IPV4 and measurement.vantage_of(Family.IPV4).nat


def _seen(log: WatchedLog, session: Session, line: str) -> Finding:
    return Finding(
        "log-connect-seen",
        Verdict.OK,
        session.family,
        subject(session),
        f"{short(log.where, 80)} shows our connection {over(session.family)} from {session.source}.",
        (short(line, _LINE),),
        None,
        _SEE_CONNECT,
    )


def _elsewhere(measurement: Measurement, log: WatchedLog, session: Session, twin: Session) -> Finding:
    attempt = attempt_of(measurement, session)
    who = subject(session)
    verdict, aside = Verdict.CRITICAL, ""
    if attempt is not None and attempt.arrival is not None:
        verdict, aside = Verdict.WARNING, "; the message arrived all the same"
    elif log.gateways:
        verdict = Verdict.UNKNOWN
        aside = f", or we are hidden behind {log.gateways[0].client}, which is in it"
    line = _line(log, twin)
    if line is None:
        trace = _trace(measurement, log, twin)
        line = trace.lines[0] if trace is not None and trace.lines else "the message over the other family"
    return Finding(
        "log-connect-seen",
        verdict,
        session.family,
        who,
        f"{who} spoke to us {over(session.family)}, but {short(log.where, 80)} shows no connection from "
        f"{session.source}, while it has the one {over(twin.family)}: this address belongs to another machine{aside}.",
        (
            f"in the log: {short(line, _LINE)}",
            f"not in it: {session.source}, to [{session.address}] port {session.port}",
            *(f"in the log: {short(contact.line, _LINE)}" for contact in log.gateways[:2]),
        ),
        "On the machine that writes this log, look for the address; if it is not there, correct the record:\n"
        f"  ip address show | grep -F {argument(session.address, 'ADDRESS')}\n"
        f"  dig +short {argument(session.mx, 'HOST')} {'AAAA' if session.family is Family.IPV6 else 'A'}",
        _SEE_CONNECT,
    )


def _nothing(measurement: Measurement, log: WatchedLog, talks: list[Session]) -> Finding:
    what = f"{log.events} lines of mail daemons were read" if log.events else "no line of a mail daemon came"
    return Finding(
        "log-connect-seen",
        Verdict.UNKNOWN,
        None,
        measurement.target.name,
        f"{short(log.where, 80)} shows none of our connections; it may be another machine's log.",
        (what, *(f"not in it: {one.source}, to {subject(one)}" for one in talks[:_LINES])),
        "Name the log that the mail host itself writes:\n  postconf maillog_file; ls -l /var/log/mail.log\n"
        "or follow its journal: --proof journal:",
        _SEE_CONNECT,
    )


def _alone(measurement: Measurement, attempt: Attempt, trace: LogTrace) -> bool:
    """True when a rule sent this message to another recipient, and not the one over the other family."""
    others = [it for it in measurement.attempts if it.family is attempt.family.other and it.mx == attempt.mx]
    seen = [told for it in others for told in it.traces if told.where == trace.where and told.fate is Fate.DELIVERED]
    return trace.redirected is not None and bool(seen) and not any(told.redirected for told in seen)


def _status(measurement: Measurement, attempt: Attempt, trace: LogTrace) -> Iterator[Finding]:
    who, label = address_subject(attempt.mx, attempt.address), attempt.family.label
    reason = f": {short(trace.reason)}" if trace.reason else ""
    fix: str | None = None
    match trace.fate:
        case Fate.DELIVERED if _alone(measurement, attempt, trace):
            verdict = Verdict.WARNING
            said = f"was given another recipient by a rule, the one over {attempt.family.other.label} was not: "
            said += short(trace.redirected or "", 300)
            fix = "See why the rule means what comes over this family:\n  postconf -n | grep -E 'restrictions|_checks'"
        case Fate.DELIVERED if trace.relayed is not None:
            verdict, said = Verdict.OK, f"was handed on to {short(trace.relayed, 120)}"
        case Fate.DELIVERED:
            verdict, said = Verdict.OK, "was delivered into a mailbox"
        case Fate.FAILED:
            verdict, said = Verdict.CRITICAL, f"was accepted and then given up{reason}"
            fix = "Mend what the last line names, so that such mail is refused at once or delivered."
        case Fate.DEFERRED:
            verdict, said = Verdict.WARNING, f"was accepted and waits in the queue{reason}"
            fix = "Mend what the last line names; then, in Postfix:\n  postqueue -p\n  postqueue -f"
        case _:
            return
    given_up = trace.fate is not Fate.DELIVERED
    if verdict is not Verdict.OK and given_up and attempt.arrival is not None and attempt.arrival.relayed is None:
        verdict, said = Verdict.OK, f"{said}, for another recipient: it arrived"  # an alias with several addresses
    yield Finding(
        "log-status-sent",
        verdict,
        attempt.family,
        who,
        f"The message over {label} through {who} {said.rstrip('.')}.",
        tuple(short(line, _LINE) for line in trace.lines[-_LINES:]),
        fix,
        _SEE_STATUS,
    )
