"""postscreen: the doorkeeper of Postfix, which looks at strangers before the mail server does.

WHY
    postscreen talks to clients it does not know yet in the mail server's place. It offers less than the server, and
    after its deeper tests it cannot hand the conversation on, so it puts off every recipient once, however good the
    client is. Each family is a stranger of its own. Who compares a stranger's conversation over IPv6 with that of a
    known client over IPv4 finds differences that are none.

FINDS
rcpt-postscreen-deep: postscreen put us off after it had tested us. A note: the same address is let in when it comes
    back.
ehlo-caps-postscreen: the server offered more to an address that postscreen knows than to one it was still testing. A
    note, and no difference between the families.

FIX
    Nothing needs mending. To spare strangers the second visit, leave the tests after the greeting off:
        postconf -e 'postscreen_pipelining_enable = no' 'postscreen_non_smtp_command_enable = no'
        postconf -e 'postscreen_bare_newline_enable = no'

SEE
    postscreen(8), POSTSCREEN_README "tests after the 220 SMTP server greeting".
"""

from collections.abc import Iterator, Sequence

from probe.judge.facts.conversations import ending, hosts, of, paths, replaced
from probe.judge.facts.normal import capabilities, observed, screened
from probe.judge.wording import Case, fold, short, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Observation, Session
from probe.model.words import Stage, Verdict

_SEE = "postscreen(8)"
_PUTS_OFF = 450


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Where postscreen answered in the server's place."""
    cases = [case for session in paths(measurement) for case in _tested(measurement, session)]
    yield from fold(measurement, "rcpt-postscreen-deep", _SEE, cases)
    for host in hosts(measurement):
        yield from _richer(host, [one for mine in of(measurement, host) for one in _all(measurement, mine)])


def _all(measurement: Measurement, session: Session) -> tuple[Session, ...]:
    return (*replaced(measurement, session), session)


def _tested(measurement: Measurement, session: Session) -> Iterator[Case]:
    """A recipient put off in postscreen's words, in the last conversation or in one before it."""
    for one in _all(measurement, session):
        last = one.steps[-1] if one.steps else None
        if last is None or last.stage is not Stage.RCPT or last.reply is None:
            continue
        if not screened(one) or last.reply.code != _PUTS_OFF:
            continue
        yield _put_off(session, last, let_in=one is not session and ending(session) is None)


def _put_off(session: Session, last: Observation, *, let_in: bool) -> Case:
    comes = "let us in when we came back" if let_in else "lets this address in when it comes back"
    return Case(
        session,
        Verdict.OK,
        "let in" if let_in else "tested",
        lambda who, over: f"postscreen of {who} tested us {over}, put us off as it does with strangers, and {comes}.",
        (told(last),),
        None if let_in else "To come back in the same run: --greylist 60",
    )


def _richer(host: str, sessions: Sequence[Session]) -> Iterator[Finding]:
    """What postscreen offers beside what the server behind it does."""
    few = [(one, capabilities(one.capabilities)) for one in sessions if screened(one) and one.capabilities]
    many = [(one, found) for one in sessions if (found := observed(one, tls=False))]
    for stranger, offered in few:
        for known, found in many:
            more = sorted(found.keys() - offered.keys())
            if more:
                yield Finding(
                    "ehlo-caps-postscreen",
                    Verdict.OK,
                    None,
                    host,
                    f"postscreen answers strangers in the place of {host} and offers them less; that is no difference "
                    "between the families.",
                    (
                        f"[{stranger.address}] a stranger still: {short(' '.join(sorted(offered)))}",
                        f"[{known.address}] known: {short(' '.join(sorted(found)))}",
                    ),
                    None,
                    _SEE,
                )
                return
