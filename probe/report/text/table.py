"""The side-by-side table: one MX host, IPv6 left and IPv4 right, a row per stage, a mark where they differ.

In: a report and one of its MX hosts. Out: lines that fit the paper. The n-th address of one family stands beside the
n-th of the other; a pair that behaves like the first pair takes one line. ``!=`` is a difference that means something,
``~`` one that does not, ``=`` none; no mark where one side never got there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from probe.grammar.text import columns
from probe.model.dns import Address, MxHost
from probe.model.report import Comparison, Identity, Report
from probe.model.smtp import Observation
from probe.model.words import Family, Parity, Stage, Verdict
from probe.report._shown.cells import EMPTY, NOT_REACHED, Cell, Row, absent, column, differences, row_of, sessions_with
from probe.report._shown.senders import machines
from probe.report._shown.wording import seconds
from probe.report.text.layout import INKS, Ink, Paper, pad

LABEL, MARK, INDENT = 12, 4, 2
MOST_PAIRS = 16


@dataclass(frozen=True, slots=True)
class Grid:
    """The columns of one table."""

    paper: Paper
    ipv6: int
    ipv4: int

    def line(self, label: str, left: Cell, mark: str, right: Cell, ink: Ink = Ink.PLAIN) -> str:
        """One row of the table; what does not fit is cut."""
        marks = {"!=": Ink.BAD, "~": Ink.FAINT, "=": Ink.FAINT}
        return (
            " " * INDENT
            + self.paper.ink(pad(self.paper.say(label, LABEL - 1), LABEL), ink)
            + self._cell(left, self.ipv6)
            + self.paper.ink(f"{mark:^{MARK}}", marks.get(mark, Ink.PLAIN))
            + self._cell(right, self.ipv4)
        ).rstrip()

    def _cell(self, cell: Cell, width: int) -> str:
        ink = Ink.FAINT if cell.verdict is None else Ink.PLAIN if cell.verdict is Verdict.OK else INKS[cell.verdict]
        return self.paper.ink(pad(self.paper.say(cell.shown, width), width), ink)


def table(report: Report, host: MxHost, paper: Paper, *, verbose: int = 0) -> Iterator[str]:
    """The lines for ``host``: its name, its addresses in pairs, and with ``verbose`` the time each step took."""
    comparison = next((item for item in report.comparisons if item.host == host.host), None)
    yield from _title(host, comparison, paper)
    grid = _grid(host, paper)
    heads = (Cell(family.label) for family in Family)
    yield paper.ink(grid.line("", next(heads), "", next(heads)), Ink.STRONG)
    pairs = list(zip_longest(host.of(Family.IPV6), host.of(Family.IPV4)))
    shown: tuple[Mapping[Row, Cell], Mapping[Row, Cell]] | None = None
    for pair in pairs[:MOST_PAIRS] or [(None, None)]:
        left, right = (
            column(report, host, item) if item else {} if shown else {Row.ADDRESS: absent(report, host, family)}
            for item, family in zip(pair, Family, strict=True)
        )
        if shown:
            yield ""
        if shown and _alike(shown, (left, right)):
            yield grid.line(Row.ADDRESS, left.get(Row.ADDRESS, EMPTY), "", right.get(Row.ADDRESS, EMPTY))
            yield grid.line("", _as_first(left), "", _as_first(right))
            continue
        yield from _block(grid, left, right, comparison, alone=len(pairs) < 2)
        shown = shown or (left, right)
    if len(pairs) > MOST_PAIRS:
        yield f"  and {len(pairs) - MOST_PAIRS} more: --format json shows all"
    if verbose:
        if comparison is not None and comparison.identity is not None:
            yield from _machines(comparison.identity, paper)
        for address in host.addresses:
            yield from _timings(report, host, address, paper)


def _title(host: MxHost, comparison: Comparison | None, paper: Paper) -> Iterator[str]:
    name = " -> ".join(f"{item:.80}" for item in (host.host, *host.cnames[:2]))
    if host.implicit:
        name += "  (no MX record)"
    elif host.preference is not None:
        name += f"  preference {host.preference}"
    parity = comparison.parity if comparison else None
    ink = Ink.GOOD if parity is Parity.EQUAL else Ink.STRONG
    room = paper.width - len(parity or "") - 2
    title = paper.say(f"{'MX' if host.implicit or host.preference is not None else 'Host'} {name}", room)
    yield paper.ink(pad(title, room), Ink.STRONG) + "  " + paper.ink(parity, ink) if parity else title


def _grid(host: MxHost, paper: Paper) -> Grid:
    """Half the room each, but an IPv6 address is never cut."""
    room = paper.width - INDENT - LABEL - MARK
    longest = max((columns(paper.say(item.address, 45)) + 2 for item in host.of(Family.IPV6)), default=0)
    ipv6 = min(max(room // 2, longest), room - len("255.255.255.255 *"))
    return Grid(paper, ipv6, room - ipv6)


def _alike(first: tuple[Mapping[Row, Cell], ...], these: tuple[Mapping[Row, Cell], ...]) -> bool:
    """True when each family of this pair that is there at all behaves as in the first pair."""

    def behaviour(cells: Mapping[Row, Cell]) -> list[tuple[Row, str, Verdict | None]]:
        return [(row, cell.text, cell.verdict) for row, cell in cells.items() if row is not Row.ADDRESS]

    return all(not mine or behaviour(mine) == behaviour(one) for one, mine in zip(first, these, strict=True))


def _as_first(cells: Mapping[Row, Cell]) -> Cell:
    return Cell("as the first", None) if cells else EMPTY


def _block(
    grid: Grid, left: Mapping[Row, Cell], right: Mapping[Row, Cell], comparison: Comparison | None, *, alone: bool
) -> Iterator[str]:
    for row in Row:
        if row not in left and row not in right:
            continue
        one, other = (cells.get(row, NOT_REACHED if cells else EMPTY) for cells in (left, right))
        if row is Row.CLASS:
            one, other = left.get(row, EMPTY), right.get(row, EMPTY)
        mark = _mark(row, one, other, comparison, alone=alone)
        yield grid.line(row, one, mark, other, Ink.STRONG if mark == "!=" else Ink.PLAIN)
        if mark == "!=" and one.verdict is other.verdict:
            yield from _details(grid, row, one, other, comparison)


def _mark(row: Row, left: Cell, right: Cell, comparison: Comparison | None, *, alone: bool) -> str:
    if row is Row.CLASS:
        return ""
    if row is Row.ADDRESS:
        # Two addresses always differ; what can be unequal is that there is one.
        return "!=" if Verdict.OK in {left.verdict, right.verdict} and _odd(left, right) else ""
    if left.verdict is None or right.verdict is None:
        return ""
    if left.verdict is not right.verdict:
        return "!="
    if left.text == right.text:
        return "!=" if alone and differences(comparison, row) else "="
    if differences(comparison, row) or left.verdict is not Verdict.OK:
        return "!="
    noted = comparison is not None and any(item.note and row_of(item) is row for item in comparison.differences)
    return "~" if noted else "="


def _odd(left: Cell, right: Cell) -> bool:
    return left.verdict is not right.verdict and None not in {left.verdict, right.verdict}


def _details(grid: Grid, row: Row, left: Cell, right: Cell, comparison: Comparison | None) -> Iterator[str]:
    """What differs, where the cells alone do not show it."""
    shown = (grid.paper.say(left.shown, grid.ipv6), grid.paper.say(right.shown, grid.ipv4))
    for item in differences(comparison, row)[:6]:
        if item.ipv6 not in shown[0] or item.ipv4 not in shown[1]:
            label = f"  {item.what}"
            if columns(label) >= LABEL:
                yield " " * INDENT + grid.paper.say(label, grid.ipv6)
                label = ""
            yield grid.line(label, Cell(item.ipv6), "", Cell(item.ipv4))


def _machines(identity: Identity, paper: Paper) -> Iterator[str]:
    yield from paper.wrap(machines(identity), "    ", "  machines: ")


def _timings(report: Report, host: MxHost, address: Address, paper: Paper) -> Iterator[str]:
    for session in sessions_with(report, host, address.address):
        steps = ", ".join(
            f"{_step_name(step)} {seconds(step.elapsed)}"
            f"{f' (up to {seconds(step.delay)} our own)' if step.delay else ''}"
            for step in session.steps
        )
        yield from paper.wrap(f"{session.address} ({session.purpose}): {steps}", "    ", "  ")


def _step_name(step: Observation) -> str:
    if step.grouped:
        return f"{step.stage} (with others)"
    return f"{step.stage} in TLS" if step.tls and step.stage is Stage.EHLO else str(step.stage)
