"""What the name servers said themselves, the way to them over IPv6, and the state of DNSSEC: for who wants all of it.

In: a measurement. Out: lines that fit the paper; none where nobody was asked.
"""

from collections.abc import Iterator

from probe.model.measurement import Measurement
from probe.report._shown.nameservers import told_by_servers
from probe.report.text.layout import Paper

_INDENT = "        "


def name_servers(measurement: Measurement, paper: Paper) -> Iterator[str]:
    """The section, with a blank line and its heading before it."""
    said = list(told_by_servers(measurement, paper.say))
    if not said:
        return
    yield ""
    yield paper.heading("Name servers")
    for depth, line in said:
        yield from paper.wrap(line, _INDENT, "    " if depth else "  ")
