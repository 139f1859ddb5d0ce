"""Commands sent together, where the server offers that (PIPELINING).

WHY
    Most mail servers send the envelope in one go when the other side offers PIPELINING. A firewall that reads one
    command a packet, or a proxy that loses what comes behind the first line, then breaks every mail of theirs, while a
    test by hand, one command at a time, finds nothing. Such a box often stands in front of one family alone.

FINDS
ehlo-pipelining-broken: PIPELINING is offered, and commands sent together failed where the same commands got through one
    at a time, on a second connection. Looked for with --pipelining auto only.

FIX
    Switch the inspection of SMTP off in the firewall (Cisco ASA):
        policy-map global_policy
         class inspection_default
          no inspect esmtp
    Until then let the server offer PIPELINING no more (Postfix):
        postconf -e 'smtpd_discard_ehlo_keywords = pipelining, silent-discard'
        postfix reload

SEE
    RFC 2920 3.1 and 3.2, postconf(5) smtpd_discard_ehlo_keywords and smtp_pix_workarounds.
"""

from collections.abc import Iterator

from probe.judge.facts.conversations import ending, paths
from probe.judge.facts.grouping import broken_group
from probe.judge.wording import Case, fold, short, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Session
from probe.model.words import Verdict

_FIX = (
    "Look for a firewall or proxy that inspects SMTP in front of this server, and switch that off. Until then:\n"
    "  postconf -e 'smtpd_discard_ehlo_keywords = pipelining, silent-discard'\n"
    "  postfix reload"
)


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What became of the groups."""
    pairs = ((session, broken_group(measurement, session)) for session in paths(measurement))
    cases = [_broken(alone, together) for alone, together in pairs if together is not None]
    yield from fold(measurement, "ehlo-pipelining-broken", "RFC 2920 3.1, 3.2", cases)


def _broken(alone: Session, together: Session) -> Case:
    fault = short(together.group_fault or "")
    end, alike = ending(together), ending(alone)
    evidence = [f"sent together: {', '.join(together.group)}"]
    evidence += [told(end)] if end is not None else []
    evidence.append(f"one at a time: {told(alike)}" if alike is not None else "one at a time: all was taken")
    return Case(
        alone,
        Verdict.WARNING,
        "broken",
        lambda who, over: f"{who} offers PIPELINING and fails when commands come together {over}; {fault}.",
        tuple(evidence),
        _FIX,
    )
