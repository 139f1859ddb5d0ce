"""Scenarios of submission and IMAP beside port 25 (``--services``)."""

from probe.lab.faults import Behaviour, Mail, PathFault
from probe.lab.scenario import V6, Host, Scenario, pair
from probe.lab.zones import HOME, MX4, MX6
from probe.model.words import Verdict

_NAMED = HOME + "_submission._tcp.example.com. 3600 IN SRV 0 1 587 mx1.example.com.\n"


def _submission(ipv6: Behaviour) -> tuple[Host, ...]:
    return (*pair(), Host(MX6, ipv6, port=587), Host(MX4, Mail(), port=587))


SERVICES = (
    Scenario(
        name="services-healthy",
        title="submission answers alike over both families, where DNS says",
        zone=_NAMED,
        hosts=_submission(Mail()),
        services=True,
        notes=frozenset({"submission-family"}),
    ),
    Scenario(
        name="services-none",
        title="a mail host without submission and IMAP, and nobody says that it has them",
        services=True,
    ),
    Scenario(
        name="submission-refused-v6",
        title="submission listens on IPv4 alone, though its host has an IPv6 address",
        zone=_NAMED,
        hosts=_submission(PathFault.REFUSED),
        services=True,
        findings=frozenset({("submission-family", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="submission-bare-v6",
        title="submission offers no TLS over IPv6",
        zone=_NAMED,
        hosts=_submission(Mail(certificate=None)),
        services=True,
        findings=frozenset({("submission-family", V6)}),
        verdict=Verdict.WARNING,
    ),
)
