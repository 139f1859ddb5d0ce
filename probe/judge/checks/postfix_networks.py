"""mynetworks: the clients that may send mail on to anybody.

WHY
    Whoever is inside mynetworks relays without a password. An IPv4 list is short and well known; its IPv6 half is often
    missing (local programs are turned away), written without brackets (Postfix takes it for a table and puts every
    client off), or as wide as the provider (an open relay for strangers).

FINDS
cfg-pf-mynetworks-brackets: an entry Postfix cannot read: IPv6 without brackets, bits set behind the prefix, a table of
    no known type. Clients that come as far as this entry get a temporary error in place of an answer.
cfg-pf-mynetworks-broad: a range that holds more than this machine and its own network: an open relay, said plainly. A
    warning asks whose a whole link is; a range declared by --lan is a note. mynetworks_style = subnet or class is told
    with what it trusts.
cfg-pf-mynetworks-missing: IPv4 is trusted where IPv6 is not: [::1] is not inside although 127.0.0.1 is, or, as a note,
    the IPv6 half of a network.
cfg-pf-mynetworks-style: a note that mynetworks_style does nothing, since mynetworks itself is set.

FIX
    Brackets around the address, the prefix behind them; nothing wider than what is yours:
        postconf -e 'mynetworks = 127.0.0.0/8 [::1]/128 [2001:db8:1:2::]/64'
        postfix reload

SEE
    postconf(5) mynetworks, mynetworks_style; IPV6_README; RFC 6177; SMTPD_ACCESS_README.
"""

from collections.abc import Iterator

from probe.judge.configuration.configured import postfix
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Everything in mynetworks, of the server and of its services."""
    configuration = postfix(measurement)
    if configuration is not None:
        from probe.judge.configuration.networks import networks_findings

        yield from networks_findings(configuration)
