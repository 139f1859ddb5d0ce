"""Filters, policy servers and mailboxes on the same machine, reached by the name localhost or by an address.

WHY
    localhost is ::1, or 127.0.0.1, or both, as /etc/hosts says; the daemon behind the port listens on one of them. A
    filter that cannot be reached defers all mail, over both families, and nothing says IPv6 in the log.

FINDS
cfg-localhost-family: a setting names a local port that nothing listens on in any family Postfix would try, although the
    daemon is there in the other one. A note where Postfix tries one family in vain before the other.

FIX
    Name the address the daemon listens on:
        postconf -e 'smtpd_milters = inet:127.0.0.1:8891'

SEE
    hosts(5); postconf(5) smtpd_milters, content_filter, check_policy_service; RFC 6761 6.3.
"""

import re
from collections.abc import Iterator

from probe.address import canonical, family_of
from probe.judge.configuration.configured import is_loopback, mend, postfix, protocols, scopes, shown
from probe.judge.wording import short
from probe.model.configuration import Configuration, Machine, Service, Setting
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Family, Verdict

_NAMES = (
    "content_filter", "smtpd_milters", "non_smtpd_milters", "smtpd_proxy_filter", "smtpd_client_restrictions",
    "smtpd_helo_restrictions", "smtpd_sender_restrictions", "smtpd_relay_restrictions", "smtpd_recipient_restrictions",
    "smtpd_data_restrictions", "smtpd_end_of_data_restrictions", "smtpd_sasl_path", "virtual_transport",
    "mailbox_transport", "local_transport", "default_transport", "relayhost",
)  # fmt: skip
_PLACE = re.compile(r"(\[[^\]\s]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})(?![0-9:.])")


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Every local place that a setting names."""
    configuration = postfix(measurement)
    if configuration is None or configuration.machine is None:
        return
    for name in _NAMES:
        for service, setting in scopes(configuration, name):
            for host, port in _places(setting.value):
                yield from _held_against(configuration, configuration.machine, service, setting, host, port)


def _places(value: str) -> Iterator[tuple[str, int]]:
    for match in _PLACE.finditer(value):
        host, port = match[1].strip("[]").lower(), int(match[2])
        if host == "localhost" or is_loopback(host):
            yield host, port


def _held_against(
    configuration: Configuration, machine: Machine, service: Service | None, setting: Setting, host: str, port: int
) -> Iterator[Finding]:
    open_over = {item.family for item in machine.listeners if item.port == port}
    if not open_over:
        return  # the daemon does not run at all, which is no matter of families
    tried = _families(configuration, machine, host)
    reached = tried & open_over
    subject = f"{setting.name} {host}:{port}"
    if service is not None:
        subject = f"{subject} of {service.name}/{service.type}"
    sockets = [f"{item.address} port {port}" for item in machine.listeners if item.port == port]
    evidence = (shown(setting), f"sockets: {', '.join(sockets[:4])}", f"localhost: {', '.join(machine.localhost)}")
    if reached:
        if tried - reached and host == "localhost":
            lost = next(iter(tried - reached))
            yield Finding(
                "cfg-localhost-family", Verdict.OK, lost, subject,
                f"localhost is also an {lost.label} address, and port {port} is closed there; Postfix gets through "
                "over the other family, sometimes after a vain attempt.",
                evidence, None, "hosts(5)",
            )  # fmt: skip
        return
    family = next(iter(open_over))
    literal = "[::1]" if family is Family.IPV6 else "127.0.0.1"
    tries = " and ".join(item.label for item in Family if item in tried) or "no address"
    value = (setting.raw or setting.value).replace(f"{host}:{port}", f"{literal}:{port}")
    yield Finding(
        "cfg-localhost-family",
        Verdict.CRITICAL,
        family.other,
        subject,
        f"{setting.name} leads to {short(host, 60)} port {port} over {tries}, and the daemon there listens over "
        f"{family.label} alone; mail is deferred.",
        evidence,
        mend(configuration, f"{setting.name} = {value}", service=service),
        "hosts(5)",
    )


def _families(configuration: Configuration, machine: Machine, host: str) -> set[Family]:
    """The families Postfix would try: those of the host, less the ones it may not use."""
    try:
        found = {family_of(canonical(host))}
    except ValueError:
        found = {family_of(item) for item in machine.localhost} or set(Family)
    return found & protocols(configuration.value("inet_protocols", "all"))
