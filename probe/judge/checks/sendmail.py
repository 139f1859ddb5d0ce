"""Sendmail: does it listen and send over IPv6?

WHY
    Each DAEMON_OPTIONS opens one family, IPv4 unless it says Family=inet6, and Debian's sendmail.mc opens the local
    machine only until somebody changes it.

FINDS
cfg-sendmail: Sendmail takes no mail over a family, or sends none over it. A note when it does both over both.

FIX
    One line for each family in sendmail.mc, then make the .cf and restart:
        DAEMON_OPTIONS(`Family=inet, Name=MTA-v4, Port=smtp')dnl
        DAEMON_OPTIONS(`Family=inet6, Name=MTA-v6, Port=smtp')dnl

SEE
    Sendmail cf/README, DAEMON_OPTIONS and CLIENT_OPTIONS.
"""

from collections.abc import Iterator

from probe.judge.configuration.both_ways import both_ways
from probe.model.configuration import Mta
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Both ways."""
    yield from both_ways(
        measurement,
        Mta.SENDMAIL,
        "cfg-sendmail",
        "In sendmail.mc, and then make and restart it:\n  DAEMON_OPTIONS(`Family=inet, Name=MTA-v4, Port=smtp')dnl\n"
        "  DAEMON_OPTIONS(`Family=inet6, Name=MTA-v6, Port=smtp')dnl",
        "In sendmail.mc, one line for each family that mail may leave over:\n  CLIENT_OPTIONS(`Family=inet6')dnl",
        "cf/README DAEMON_OPTIONS",
    )
