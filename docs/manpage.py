"""The manual page, ``docs/probe6.1``, from the parsers of the command line. ``python -m docs.manpage`` writes it.

In: the pages of ``probe.cli.parts.pages``. Out: man(7) macros, which groff and mandoc read. An option that several
commands share is described with each: whoever reads a manual looks in one place.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from probe.cli.parts.pages import Item, Page, pages
from probe.model.version import VERSION

FILE = Path(__file__).parent / "probe6.1"
_DATE = "2026-11-23"  # when its words, not its options, were last looked over

_HEAD = f"""\
.TH PROBE6 1 {_DATE} "probe6 {VERSION}" "User Commands"
.SH NAME
probe6 \\- does mail over IPv6 work as mail over IPv4 does?
.SH SYNOPSIS
"""

_DESCRIPTION = """\
.SH DESCRIPTION
.B probe6
finds the MX hosts of a domain, holds an SMTP conversation with every address over both address families, sends a test
message where a mailbox is named, proves that it arrived, and sets the two families side by side.
.PP
.B probe6
.I TARGET
is
.B probe6 check
.IR TARGET .
No message is sent unless a mailbox is named on the command line.
.B check_probe6
is
.B probe6 check \\-\\-format nagios
for monitoring systems.
.SH TARGETS
"""

_TARGETS = (
    ("example.com", "The MX hosts of the domain, every address, up to RCPT for its postmaster."),
    ("user@example.com", "The same, and one test message over each family."),
    ("[mx1.example.com], [2001:db8::25], [192.0.2.25]:2525", "That host or address, up to STARTTLS; no MX look-up."),
    ("@FILE, -", "Targets from a file or standard input, one a line; never a message."),
)

_STATUS = (("0", "ok"), ("1", "warning"), ("2", "critical"), ("3", "unknown, or wrong usage: one line, standard error"))

_ENVIRONMENT = (
    ("PROBE6_IMAP_PASSWORD, PROBE6_SMTP_PASSWORD", "Passwords; they are never taken from the command line."),
    ("NO_COLOR", "When set and not empty, no color without --color always."),
    ("STATE_DIRECTORY, XDG_STATE_HOME", "Where the state between runs is kept, unless --state names a file."),
)

_TAIL = """\
.SH SEE ALSO
.BR postconf (5),
.BR swaks (1),
.BR check_v46 (1)
.PP
What a finding means, and how to mend it:
.B probe6 explain
.I CODE
"""


def page(every: Sequence[Page]) -> str:
    """The whole page."""
    lines = [
        _HEAD,
        "\n.br\n".join(f".B {_roff(item.usage)}" for item in every),
        "\n",
        _DESCRIPTION,
        *_pairs(_TARGETS),
        ".SH COMMANDS\n",
    ]
    for item in every:
        lines += [f".SS {_roff(item.name)}\n", f"{_text(item.summary)}.\n"]
        lines += [_option(option) for option in (*item.operands, *item.options) if option.name != "help"]
        lines += _examples(item)
    lines += [".SH EXIT STATUS\n", *_pairs(_STATUS), ".SH ENVIRONMENT\n", *_pairs(_ENVIRONMENT), _TAIL]
    return "".join(lines)


def _pairs(rows: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (f".TP\n.B {_roff(word)}\n{_text(meaning)}\n" for word, meaning in rows)


def _option(item: Item) -> str:
    value = f" \\fI{_roff(item.value)}\\fR" if item.value else ""
    names = ", ".join(f"\\fB{_roff(flag)}\\fR{value}" for flag in item.flags) or value.strip()
    return f".TP\n{names}\n{_text(item.help)}\n"


def _examples(item: Page) -> Iterable[str]:
    """The ending of the help as it stands, for its columns carry meaning."""
    head, _, rest = item.ending.partition("examples:\n")
    lines = [_text(line) for line in (head + rest).rstrip().splitlines()]
    return [".PP\nExamples:\n.PP\n.nf\n", *(f"{line or '.sp'}\n" for line in lines), ".fi\n"]


def _text(line: str) -> str:
    """A line of text; one that begins like a request is kept from being one."""
    said = _roff(line)
    return f"\\&{said}" if said[:1] in {".", "'"} else said


def _roff(text: str) -> str:
    """``text`` with what roff would read as its own taken at face value; a hyphen stays one that can be copied."""
    found = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq").replace("'", "\\(aq")
    return re.sub(r"[~^`]", lambda char: {"~": "\\(ti", "^": "\\(ha", "`": "\\(ga"}[char[0]], found)


if __name__ == "__main__":
    FILE.write_text(page(pages()), encoding="utf-8")
