"""What an audit read, in rows: for each service and family what is effective, listening and published; the settings.

In: a report with a configuration, and how a format says foreign text. Out: rows and lines. Nothing raises.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from probe.model.configuration import Configuration, Learned, Mta
from probe.model.report import Opening, Report
from probe.report._shown.wording import Say, counted

HEADS = ("effective", "listening", "published")
NAMES = {Mta.POSTFIX: "Postfix", Mta.EXIM: "Exim", Mta.OPENSMTPD: "OpenSMTPD", Mta.SENDMAIL: "Sendmail"}
_MOST_SETTINGS, _MOST_ADDRESSES = 24, 4
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


@dataclass(frozen=True, slots=True)
class Open:
    """One service in one family; ``cells`` under ``HEADS`` hold an address a line: ``-`` for none, ``?`` where nobody
    looked, nothing where the DNS publishes no address.
    """

    service: str
    family: str
    cells: tuple[tuple[str, ...], ...]


def title(found: Configuration, say: Say) -> str:
    """Which server's, of which place, and how it was learned."""
    version = f"version {say(found.version, 20)}, " if found.version else ""
    place = "" if found.learned is Learned.GIVEN else f"{say(found.place, 160)}, "
    return f"{version}{place}{_LEARNED[found.learned]}"


def openings(report: Report, say: Say) -> list[Open]:
    """The table."""
    return [
        Open(
            say(item.service, 24),
            item.family.label,
            (_cell(item.effective, say), _cell(item.listening, say), _published(item, say)),
        )
        for item in report.openings
    ]


def _published(item: Opening, say: Say) -> tuple[str, ...]:
    return ("",) if item.published is None and item.port != 25 else _cell(item.published, say)


def _cell(texts: tuple[str, ...] | None, say: Say) -> tuple[str, ...]:
    if texts is None:
        return ("?",)
    return tuple(_ANY.get(text) or say(text, 45) for text in texts[:_MOST_ADDRESSES]) or ("-",)


def settings(found: Configuration, say: Say) -> Iterator[tuple[str, str, str]]:
    """The settings that decide: name, value, and what set it; defaults only where a reader would ask."""
    shown = [item for item in found.settings if item.name in _ALWAYS or (item.explicit and item.name in _WORTH)]
    for item in shown[:_MOST_SETTINGS]:
        yield item.name, say(item.value, 300) or "(empty)", say(_origin(item.origin), 120)


def remarks(found: Configuration, say: Say) -> Iterator[str]:
    """What was not looked at, what was declared, and what runs."""
    if found.apart:
        yield f"The machine was not looked at: {say(found.apart, 300)}."
    if found.published is None:
        yield "The DNS was not asked; --domain NAME asks it."
    if found.lan:
        yield f"Declared as own: {say(', '.join(found.lan), 300)} (--lan)"
    if found.services and found.machine is not None:
        process = f"process {found.machine.pid}" if found.machine.pid else "no process of it was found"
        yield f"{counted(len(found.services), 'service')} in master.cf; {process}"


def _origin(origin: str) -> str:
    return origin if origin == "default" else origin.rpartition("/")[2]
