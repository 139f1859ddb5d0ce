"""What an audit read: for each service and family what is effective, listening and published; and the settings.

In: a report with a configuration. Out: lines that fit the paper; none without a configuration. Every text of it comes
from files of somebody else and passes the paper.
"""

from collections.abc import Iterator

from probe.grammar.text import columns
from probe.model.configuration import Configuration, Learned, Mta
from probe.model.report import Opening, Report
from probe.report._shown.wording import counted
from probe.report.text.layout import Ink, Paper, pad

MOST_SETTINGS = 24
_NAMES = {Mta.POSTFIX: "Postfix", Mta.EXIM: "Exim", Mta.OPENSMTPD: "OpenSMTPD", Mta.SENDMAIL: "Sendmail"}
_HEADS = ("effective", "listening", "published")
_ANY = {"::": "all", "0.0.0.0": "all"}  # noqa: S104 - words of a configuration
_LEARNED = {
    Learned.ASKED: "asked of the server's own program",
    Learned.READ: "read from its file",
    Learned.GIVEN: "read from standard input",
}
_ALWAYS = ("inet_protocols", "inet_interfaces", "mynetworks", "mynetworks_style", "smtpd_banner", "relayhost")
_WORTH = frozenset(
    {"myhostname", "smtp_address_preference", "smtp_bind_address", "smtp_bind_address6", "smtpd_relay_restrictions",
     "smtp_tls_security_level", "proxy_interfaces"}
)  # fmt: skip


def configuration(report: Report, paper: Paper) -> Iterator[str]:
    """The section, a blank line before each of its parts."""
    found = report.measurement.configuration
    if found is None:
        return
    yield ""
    yield from paper.wrap(_title(found, paper), "  ", f"{_NAMES[found.mta]}: ", ink=Ink.STRONG)
    yield from _openings(report, paper)
    yield from _settings(found, paper)


def _title(found: Configuration, paper: Paper) -> str:
    version = f"version {paper.say(found.version, 20)}, " if found.version else ""
    place = "" if found.learned is Learned.GIVEN else f"{paper.say(found.place, 160)}, "
    return f"{version}{place}{_LEARNED[found.learned]}"


def _openings(report: Report, paper: Paper) -> Iterator[str]:
    """A row for each service and family; long cells break within their column."""
    if not report.openings:
        return
    names = [f"{paper.say(item.service, 24)}" for item in report.openings]
    first = max(7, *(columns(name) for name in names)) + 2
    wide = max((paper.width - first - 6 - 2) // 3, 12)
    head = " " * (first + 8) + "".join(pad(text, wide) for text in _HEADS)
    yield paper.ink(head.rstrip(), Ink.FAINT)
    before = ""
    for name, item in zip(names, report.openings, strict=True):
        label = f"  {pad('' if name == before else name, first)}{pad(item.family.label, 6)}"
        before = name
        yield from _row(label, [_cell(item, texts, paper) for texts in _columns(item)], wide, paper)


def _columns(item: Opening) -> tuple[tuple[str, ...] | None, ...]:
    return item.effective, item.listening, item.published


def _cell(item: Opening, texts: tuple[str, ...] | None, paper: Paper) -> list[str]:
    """The addresses of one cell: ``-`` for none, ``?`` where nobody looked."""
    if texts is None:
        return ["" if item.port != 25 and texts is item.published else "?"]
    return [_ANY.get(text) or paper.say(text, 45) for text in texts[:4]] or ["-"]


def _row(label: str, cells: list[list[str]], wide: int, paper: Paper) -> Iterator[str]:
    for number in range(max(map(len, cells))):
        parts = [cell[number] if number < len(cell) else "" for cell in cells]
        start = label if number == 0 else " " * columns(label)
        if any(columns(part) > wide - 1 for part in parts[:-1]) or columns(start + "".join(parts)) > paper.width:
            yield from paper.wrap(" | ".join(part or "-" for part in parts), " " * columns(label), start)
        else:
            yield (start + "".join(pad(part, wide) for part in parts)).rstrip()


def _settings(found: Configuration, paper: Paper) -> Iterator[str]:
    """The settings that decide, each with what set it; defaults only where a reader would ask."""
    shown = [
        item
        for item in found.settings
        if item.name in _ALWAYS or (item.explicit and item.name in _WORTH)
    ]  # fmt: skip
    if shown:
        yield ""
        yield paper.heading("Settings")
    for item in shown[:MOST_SETTINGS]:
        value = paper.say(item.value, 300) or "(empty)"
        yield from paper.wrap(f"{value}  [{_origin(item.origin)}]", "      ", f"  {item.name} = ")
    apart = f"The machine was not looked at: {found.apart}." if found.apart else ""
    unasked = "The DNS was not asked; --domain NAME asks it." if found.published is None else ""
    for line in filter(None, (apart, unasked)):
        yield from paper.wrap(line, "  ")
    if found.lan:
        yield from paper.wrap(f"Declared as own: {', '.join(found.lan)} (--lan)", "  ")
    if len(found.services) and found.machine is not None:
        yield from paper.wrap(
            f"{counted(len(found.services), 'service')} in master.cf; "
            f"{f'process {found.machine.pid}' if found.machine.pid else 'no process of it was found'}",
            "  ",
        )


def _origin(origin: str) -> str:
    return origin if origin == "default" else origin.rpartition("/")[2]
