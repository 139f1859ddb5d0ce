"""Where a message ends (--smuggling-check).

WHY
    A message ends with a dot on a line of its own, between two CR LF. A server that takes LF alone for a line's end
    too ends a message where the server that sent it did not: what follows is then a second message, which somebody
    outside wrote into the first, and which bears the good name of the server that sent it. SPF passes for it. Only the
    owner may ask for this test. It sends up to four messages over each family to the mailbox that was named; in each
    stands such a dot, and behind it NOOP. A server that obeys NOOP has ended the message there: nothing more is needed
    to show it, and no second message is made.

FINDS
smuggling-eod: a dot between other line ends than CR LF ended the message. Critical; the finding names the ends. That
    none of them did, or that such a message is refused, is a note. What was put off or cut off shows nothing: unknown.

FIX
    Let only CR LF end a message (Postfix 3.5.24, 3.6.14, 3.7.10, 3.8.5 and later; Exim 4.97.1; Sendmail 8.18):
        postconf -e 'smtpd_forbid_bare_newline = normalize'
        postconf -e 'smtpd_forbid_bare_newline_exclusions = $mynetworks'
        postfix reload
    The release before each of these knows "yes" alone, and its smtpd stops at any other word.

SEE
    CVE-2023-51764, CVE-2023-51765, CVE-2023-51766, VU#302671, RFC 5321 2.3.8 and 4.1.1.4.
"""

from collections.abc import Iterator

from probe.judge.facts.trying import Shown, evidence, findings, held, nobody_asked, why
from probe.judge.wording import told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Session
from probe.model.words import Purpose, Stage, Verdict

_CODE = "smuggling-eod"
_SEE = "CVE-2023-51764, RFC 5321 2.3.8, 4.1.1.4"
_MARKER = "NOOP"
_FIX = (
    "Let only CR LF end a message (Postfix 3.5.24, 3.6.14, 3.7.10, 3.8.5 and later; bring others up to date):\n"
    "  postconf -e 'smtpd_forbid_bare_newline = normalize'\n"
    "  postconf -e 'smtpd_forbid_bare_newline_exclusions = $mynetworks'\n"
    "  postfix reload"
)


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What ended a message, over each family."""
    sessions = held(measurement, Purpose.SMUGGLING)
    places = dict.fromkeys((item.address, item.family) for item in sessions)
    shown = [_shown([item for item in sessions if item.address == place]) for place, _ in places]
    yield from findings(_CODE, _SEE, shown)
    yield from nobody_asked(measurement, Purpose.SMUGGLING, _CODE, _SEE)


def _shown(sessions: list[Session]) -> Shown:
    """All attempts at one address; the last one decides, for it was the reason to stop."""
    last = sessions[-1]
    tried = ", ".join(name for name in map(_sequence, sessions) if name is not None)
    if any(step.stage is Stage.DATA and step.command == _MARKER for step in last.steps):
        ends = _sequence(last)
        return Shown(
            last,
            Verdict.CRITICAL,
            f"ended {ends}",
            lambda who, over: (
                f"{who} takes {ends} for the end of a message {over}, so a second one can be smuggled in "
                "behind it under another server's good name."
            ),
            evidence(last),
            _FIX,
        )
    if last.failure is not None:
        return Shown(
            last,
            Verdict.UNKNOWN,
            f"unknown {why(last)}",
            lambda who, over: f"What ends a message at {who} {over} is not known: {why(last)}.",
            evidence(last),
            "Ask again later, and look into the mailbox for what became of the messages.",
        )
    return Shown(
        last,
        Verdict.OK,
        "none",
        lambda who, over: f"{who} ends a message {over} at none of {tried}.",
        tuple(told(step) for item in sessions for step in item.steps[-1:]),
    )


def _sequence(session: Session) -> str | None:
    """The line ends that were tried in this conversation, where it came to that."""
    found = (step.command for step in session.steps if step.stage is Stage.DATA)
    return next((command for command in found if command and command.startswith("<")), None)
