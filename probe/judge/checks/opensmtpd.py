"""OpenSMTPD: does it listen and send over IPv6?

WHY
    "listen on" takes an interface, a name or an address. An IPv4 address, or a name that has no other, leaves IPv6
    closed; without any "listen on" the server takes mail from its own machine alone.

FINDS
cfg-opensmtpd: OpenSMTPD takes no mail over a family, or sends none over it. A note when it does both over both.

FIX
    Listen at all addresses of both families, and name a source of both or of none:
        listen on 0.0.0.0
        listen on ::

SEE
    smtpd.conf(5) listen on, src; OpenSMTPD issues 969 and 1289.
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
        Mta.OPENSMTPD,
        "cfg-opensmtpd",
        "In smtpd.conf, and then restart it:\n  listen on 0.0.0.0\n  listen on ::",
        "In smtpd.conf, addresses of both families behind src, or none:\n  src { 192.0.2.25, 2001:db8::25 }",
        "smtpd.conf(5)",
    )
