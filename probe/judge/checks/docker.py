"""Ports that Docker publishes for a mail server in a container.

WHY
    For a container without an IPv6 address Docker answers IPv6 clients itself: a proxy takes the connection and opens a
    new one from the bridge's gateway. The mail server sees every IPv6 client as that one IPv4 address: SPF fails, the
    world shares one limit, and where the gateway is trusted, the server is an open relay.

FINDS
cfg-docker-userland: a mail port is published over IPv6 for a container that has no IPv6 address.

FIX
    Give the container's network IPv6, or publish the port over IPv4 alone:
        docker network create --ipv6 mail
        docker run --publish 0.0.0.0:25:25 IMAGE

SEE
    Docker, "Use IPv6 networking" and "userland-proxy"; docker-mailserver issue 1405.
"""

from collections.abc import Iterator

from probe.address import family_of, literal
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Family, Verdict

_MAIL = frozenset({25, 465, 587})


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Docker's proxies on the machine of the configuration."""
    configuration = measurement.configuration
    machine = configuration.machine if configuration is not None else None
    for item in machine.forwards if machine is not None else ():
        if item.port not in _MAIL or family_of(item.address) is not Family.IPV6:
            continue
        if family_of(item.container) is Family.IPV6:
            continue
        yield Finding(
            "cfg-docker-userland",
            Verdict.CRITICAL,
            Family.IPV6,
            f"{literal(item.address)}:{item.port}",
            f"Docker takes connections to port {item.port} over IPv6 and passes them on to {item.container} over IPv4; "
            "the mail server sees the bridge's gateway in place of every IPv6 client.",
            (f"docker-proxy {literal(item.address)}:{item.port} -> {item.container}",),
            f"Publish the port over IPv4 alone, or give the container's network IPv6:\n"
            f"  docker run --publish 0.0.0.0:{item.port}:{item.port} IMAGE\n"
            "  docker network create --ipv6 mail",
            "docker-mailserver#1405",
        )
