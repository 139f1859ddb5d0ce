"""The conversations as they were spoken, like a chat: when, who, what.

In: a report. Out: lines that fit the paper. ``C:`` is us, ``S:`` the server, ``*`` a note of ours; ``~`` before them
marks what ran inside TLS; times are seconds since the first line.
"""

from collections.abc import Iterator

from probe.grammar.privacy import message_lines
from probe.model.report import Report
from probe.model.smtp import Session
from probe.report.text.layout import Ink, Paper

MOST_LINES = 400
WHO = {"C": "C:", "S": "S:"}
INKS = {"C": Ink.STRONG, "S": Ink.PLAIN}


def transcripts(report: Report, paper: Paper) -> Iterator[str]:
    """Every conversation of the measurement, then those with references, then the tests its owner asked for."""
    for session in report.measurement.conversations:
        yield ""
        yield from _session(session, paper)


def _session(session: Session, paper: Paper) -> Iterator[str]:
    how = ", commands together" if session.group else ""
    title = f"Transcript: {session.address} port {session.port} ({session.mx}, {session.purpose}{how})"
    yield paper.heading(title, paper.width)
    start = session.transcript[0].at if session.transcript else 0.0
    hidden = message_lines(session.transcript) if paper.redact else frozenset()
    for index, line in enumerate(session.transcript[:MOST_LINES]):
        who = WHO.get(line.who, "* ")
        lead = f"{line.at - start:8.3f} {'~' if line.tls else ' '} {who} "
        text = "(message text hidden)" if index in hidden else line.text
        ink = INKS.get(line.who, Ink.FAINT)
        yield from paper.wrap(text, " " * 14, lead, ink=ink, limit=1200)
    if len(session.transcript) > MOST_LINES:
        yield f"         and {len(session.transcript) - MOST_LINES} more lines"
    if not session.transcript:
        yield "         nothing was said"
