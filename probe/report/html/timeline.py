"""Conversations drawn: a time line each in SVG, its steps by name beneath, and what was said behind a click.

In: a report, the conversations with one MX host. Out: HTML, IPv6 left and IPv4 right. All of them share one scale, so
that the slower family is seen to be slower; those that hung until a time-out share another, or the rest would be dots.
Positions are percentages: the drawing fits a phone without its text shrinking.
"""

from collections.abc import Iterator, Sequence

from probe.grammar.privacy import message_lines
from probe.model.report import Report
from probe.model.smtp import Observation, Session
from probe.model.words import Failure, Family, Stage
from probe.report._shown.wording import counted, seconds
from probe.report.html.markup import Pen

MOST_TALKS = 24
MOST_LINES = 400
_NARROWEST = 0.8  # per cent: what took no time is seen too
_HEIGHT, _BAR = 34, 14  # px
_WHO = {"C": ("c", "C:"), "S": ("s", "S:")}
_MILD = frozenset({"not-offered"})


def conversations(report: Report, talks: Sequence[Session], pen: Pen) -> Iterator[str]:
    """The drawings of ``talks``, in two columns."""
    scales = {
        hung: max((_length(it) for it in talks if _hung(it) is hung), default=0.0) or 1.0 for hung in (True, False)
    }
    yield '<div class="pair">'
    for family in Family:
        mine = [talk for talk in talks if talk.family is family]
        if mine or family in report.measurement.settings.families:
            yield f'<div class="stack {family}">'
            yield from (line for talk in mine[:MOST_TALKS] for line in _figure(talk, scales[_hung(talk)], pen))
            if len(mine) > MOST_TALKS:
                yield f'<p class="soft">and {len(mine) - MOST_TALKS} more</p>'
            if not mine:
                yield f'<p class="card soft"><span class="family">{family.label}</span> no conversation</p>'
            yield "</div>"
    yield "</div>"


def _figure(talk: Session, scale: float, pen: Pen) -> Iterator[str]:
    what = f"{talk.purpose}, " if talk.purpose != "check" else ""
    ended = f"{talk.reached}: {talk.failure}" if talk.failure else f"ok up to {talk.reached}"
    yield '<figure class="card">'
    yield (
        f'<figcaption><span class="family">{talk.family.label}</span> <code>{pen.say(talk.address, 60)}</code>'
        f'<span class="soft">{what}{pen.say(ended, 60)}, {seconds(_length(talk))}</span></figcaption>'
    )
    yield from _drawing(talk, scale, pen)
    yield '<ul class="steps">'
    for step in talk.steps:
        failed = step.failure is not None and step.failure not in _MILD
        key = "failed" if failed else step.stage
        name = f"{step.stage} in TLS" if step.tls and step.stage is Stage.EHLO else str(step.stage)
        name += " (with others)" if step.grouped else ""
        said = f" {step.failure}".replace("-", " ") if step.failure else ""
        yield f'<li class="{key}"><i class="key-{key}"></i>{name}{said} {seconds(step.elapsed)}</li>'
    yield "</ul>"
    yield from _transcript(talk, pen)
    yield "</figure>"


def _drawing(talk: Session, scale: float, pen: Pen) -> Iterator[str]:
    label = pen.say(f"Time line of the conversation with {talk.address}: {seconds(_length(talk))}", 160)
    yield f'<svg role="img" aria-label="{label}" height="{_HEIGHT}">'
    yield f'<line class="rail" x1="0" x2="100%" y1="{_BAR / 2 + 3}" y2="{_BAR / 2 + 3}"/>'
    for step in talk.steps:
        start, width = _place(talk, step, scale)
        failed = step.failure is not None and step.failure not in _MILD
        title = f"<title>{step.stage} {seconds(step.elapsed)}</title>"
        kind = "failed" if failed else step.stage
        size = f'x="{start:.2f}%" y="3" width="{width:.2f}%" height="{_BAR}" rx="2"'
        yield f'<rect class="bar-{kind}" {size}>{title}</rect>'
    yield f'<text x="0" y="{_HEIGHT - 3}">0</text>'
    yield f'<text x="50%" y="{_HEIGHT - 3}" text-anchor="middle">{seconds(scale / 2)}</text>'
    yield f'<text x="100%" y="{_HEIGHT - 3}" text-anchor="end">{seconds(scale)}</text></svg>'


def _place(talk: Session, step: Observation, scale: float) -> tuple[float, float]:
    """Left edge and width in per cent, always inside the drawing."""
    width = min(max(step.elapsed / scale * 100, _NARROWEST), 100.0)
    start = min(max((step.started - _start(talk)) / scale * 100, 0.0), 100.0 - width)
    return start, width


def _hung(talk: Session) -> bool:
    return any(step.failure in {Failure.TIMEOUT, Failure.DEADLINE} for step in talk.steps)


def _start(talk: Session) -> float:
    return min((step.started for step in talk.steps), default=talk.started)


def _length(talk: Session) -> float:
    """From the first step to the end of the last."""
    return max((step.started + step.elapsed for step in talk.steps), default=0.0) - _start(talk) if talk.steps else 0.0


def _transcript(talk: Session, pen: Pen) -> Iterator[str]:
    if not talk.transcript:
        return
    hidden = message_lines(talk.transcript) if pen.redact else frozenset()
    start = talk.transcript[0].at
    yield f"<details><summary>Transcript, {counted(len(talk.transcript), 'line')}</summary>"
    yield '<ol class="chat mono">'
    for index, line in enumerate(talk.transcript[:MOST_LINES]):
        kind, who = _WHO.get(line.who, ("n", "*"))
        text = "(message text hidden)" if index in hidden else pen.say(line.text, 1200)
        lock = ' title="inside TLS"' if line.tls else ""
        yield f'<li class="{kind}"><time>{line.at - start:.3f}</time><b{lock}>{who}</b><span>{text}</span></li>'
    if len(talk.transcript) > MOST_LINES:
        yield f'<li class="n"><time></time><b></b><span>and {len(talk.transcript) - MOST_LINES} more</span></li>'
    yield "</ol></details>"
