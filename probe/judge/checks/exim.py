"""Exim: does it listen and send over IPv6?

WHY
    One option, disable_ipv6, closes Exim to IPv6 both ways. local_interfaces is a list between colons unless it says
    otherwise, and an IPv6 address in it falls apart at every colon that is not doubled.

FINDS
cfg-exim: Exim takes no mail over a family, or sends none over it. A note when it does both over both.

FIX
    Both families, with a separator that IPv6 addresses do not hold:
        disable_ipv6 = false
        local_interfaces = <; ::0 ; 0.0.0.0

SEE
    Exim specification, chapters 13 and 14 (local_interfaces, disable_ipv6, dns_ipv4_lookup).
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
        Mta.EXIM,
        "cfg-exim",
        "In Exim's configuration, and then restart it:\n  disable_ipv6 = false\n  local_interfaces = <; ::0 ; 0.0.0.0",
        "In Exim's configuration:\n  disable_ipv6 = false\n  # and no dns_ipv4_lookup",
        "Exim specification 13, 14",
    )
