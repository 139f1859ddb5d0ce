"""The two families of one MX host side by side, a row per stage; rows in which they differ stand out.

In: a report and one of its MX hosts. Out: HTML. The n-th address of one family stands beside the n-th of the other.
"""

from collections.abc import Iterator, Mapping
from itertools import zip_longest

from probe.model.dns import MxHost
from probe.model.report import Comparison, Report
from probe.model.words import Family, Parity, Verdict
from probe.report._shown.cells import EMPTY, NOT_REACHED, Cell, Row, absent, column, differences
from probe.report._shown.senders import machines
from probe.report.html.markup import SIGNS, Pen

MOST_PAIRS = 16
_PARITY = {
    Parity.EQUAL: "ok",
    Parity.UNTESTABLE: "unknown",
    Parity.NO_MAIL: "plain",
    Parity.IPV6_BROKEN: "critical",
    Parity.IPV4_BROKEN: "critical",
    Parity.BOTH_BROKEN: "critical",
}
_WORDS = {Verdict.OK: "ok", Verdict.UNKNOWN: "unknown", Verdict.WARNING: "take care", Verdict.CRITICAL: "failed"}


def table(report: Report, host: MxHost, pen: Pen) -> Iterator[str]:
    """The table of ``host``."""
    comparison = next((item for item in report.comparisons if item.host == host.host), None)
    yield '<table role="table">'
    yield from _caption(host, comparison, pen)
    heads = "".join(f'<th scope="col" role="columnheader" class="family {it}">{it.label}</th>' for it in Family)
    yield f'<thead role="rowgroup"><tr role="row"><td role="cell"></td>{heads}</tr></thead>'
    pairs = list(zip_longest(host.of(Family.IPV6), host.of(Family.IPV4)))
    for number, pair in enumerate(pairs[:MOST_PAIRS] or [(None, None)]):
        left, right = (
            column(report, host, item) if item else {} if number else {Row.ADDRESS: absent(report, host, family)}
            for item, family in zip(pair, Family, strict=True)
        )
        yield '<tbody role="rowgroup">'
        yield from _rows(left, right, None if number else comparison, pen)
        yield "</tbody>"
    yield "</table>"
    if comparison is not None and comparison.identity is not None:
        yield f'<p class="soft machines">machines: {pen.say(machines(comparison.identity), 400)}</p>'
    if len(pairs) > MOST_PAIRS:
        yield f'<p class="soft">and {len(pairs) - MOST_PAIRS} more addresses</p>'


def _caption(host: MxHost, comparison: Comparison | None, pen: Pen) -> Iterator[str]:
    kind = "MX" if host.implicit or host.preference is not None else "Host"
    more = ["no MX record"] if host.implicit else []
    more += [f"preference {host.preference}"] if host.preference is not None and not host.implicit else []
    more += [f"alias of {pen.say(name, 120)}" for name in host.cnames[:2]]
    parity = ""
    if comparison is not None:
        parity = f'<span class="badge {_PARITY.get(comparison.parity, "warning")}">{comparison.parity}</span>'
    name = f"<h3>{kind} {pen.say(host.host, 160)}</h3>"
    yield f'<caption>{name}{parity} <span class="soft">{", ".join(more)}</span></caption>'


def _rows(
    left: Mapping[Row, Cell], right: Mapping[Row, Cell], comparison: Comparison | None, pen: Pen
) -> Iterator[str]:
    for row in Row:
        if row not in left and row not in right:
            continue
        one, other = (cells.get(row, NOT_REACHED if cells else EMPTY) for cells in (left, right))
        told = differences(comparison, row)
        differs = row is not Row.CLASS and (_apart(one, other) or bool(told))
        mark = ' class="differs"' if differs else ""
        name = f"{row}{' ≠' if differs else ''}"
        cells = _cell(one, pen) + _cell(other, pen)
        yield f'<tr role="row"{mark}><th scope="row" role="rowheader">{name}</th>{cells}</tr>'
        for item in told[:6] if one.verdict is other.verdict else ():
            if item.ipv6 not in one.text or item.ipv4 not in other.text:
                label = pen.say(item.what, 60)
                said = "".join(f'<td role="cell">{pen.say(text, 160)}</td>' for text in (item.ipv6, item.ipv4))
                yield f'<tr role="row" class="differs"><th scope="row" role="rowheader">{label}</th>{said}</tr>'


def _apart(left: Cell, right: Cell) -> bool:
    return None not in {left.verdict, right.verdict} and left.verdict is not right.verdict


def _cell(cell: Cell, pen: Pen) -> str:
    if cell.verdict is None:
        return f'<td role="cell" class="none">{pen.say(cell.text, 160)}</td>'
    sign = f'<span class="sign" role="img" aria-label="{_WORDS[cell.verdict]}">{SIGNS[cell.verdict]}</span>'
    timing = f'<span class="soft">{pen.say(cell.timing, 40)}</span>' if cell.timing else ""
    return f'<td role="cell" class="{cell.verdict}">{sign} {pen.say(cell.text, 200)}{timing}</td>'
