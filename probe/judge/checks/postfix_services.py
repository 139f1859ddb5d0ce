"""master.cf: what single services say otherwise than main.cf, for one family or for one address.

WHY
    A service in master.cf can be bound to one address and can override every parameter. That is where the families part
    unseen: port 25 is there twice, once per address, and only one of the two has postscreen, TLS or the restrictions.

FINDS
cfg-pf-mastercf-override: a service is bound to addresses of one family and none serves the other; two services of one
    port differ; a service sends over one family alone; or a service that takes mail overrides inet_protocols, which
    opens no socket.
cfg-proxy-protocol: the services of one port do not all expect the PROXY protocol, so one family fails behind a load
    balancer and the other without it.

FIX
    Give the services of one port the same settings, or use one service for all addresses:
        postconf -M smtp/inet='smtp inet n - y - - smtpd'
        postfix stop && postfix start

SEE
    master(5), postconf(1) -M and -P, postconf(5) smtpd_upstream_proxy_protocol, postscreen_upstream_proxy_protocol.
"""

from collections.abc import Iterator

from probe.judge.configuration.configured import (
    clients,
    effective,
    open_to_others,
    postfix,
    protocols,
    servers,
    shown,
    takes_mail,
    unset,
    weight,
)
from probe.model.configuration import Binding, Configuration, Service
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Family, Verdict

_PROXY = {"smtpd": "smtpd_upstream_proxy_protocol", "postscreen": "postscreen_upstream_proxy_protocol"}
_HARMLESS = frozenset({"syslog_name", "smtpd_client_connection_count_limit", "myhostname", "smtpd_banner"})


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Services against main.cf and against each other."""
    configuration = postfix(measurement)
    if configuration is None:
        return
    yield from _one_family(configuration)
    yield from _siblings(configuration)
    yield from _outgoing(configuration)
    yield from _without_effect(configuration)


def _one_family(configuration: Configuration) -> Iterator[Finding]:
    """A port whose services name addresses of one family only."""
    if not takes_mail(configuration):
        return
    wanted = protocols(configuration.value("inet_protocols", "all"))
    for port in dict.fromkeys(item.port for item in configuration.bindings):
        mine = [item for item in configuration.bindings if item.port == port]
        if not open_to_others(mine) or not all(_bound(item) for item in mine):
            continue
        for family in Family:
            if family in wanted and not open_to_others(item for item in mine if item.family is family):
                yield Finding(
                    "cfg-pf-mastercf-override",
                    weight(configuration, family) if port == 25 else Verdict.WARNING,
                    family,
                    f"port {port}",
                    f"master.cf binds port {port} to {_listed(mine)}, so nothing serves it over {family.label}.",
                    tuple(f"{item.origin}: {item.service}" for item in mine),
                    "Let one service listen at all addresses, in master.cf:\n"
                    f"  {port} inet n - y - - smtpd\n  postfix stop && postfix start",
                    "master(5)",
                )


def _bound(binding: Binding) -> bool:
    """Whether the service itself names the address."""
    return ":" in binding.service


def _listed(bindings: list[Binding]) -> str:
    return ", ".join(dict.fromkeys(address for item in bindings for address in item.addresses)) or "nothing"


def _siblings(configuration: Configuration) -> Iterator[Finding]:
    """Two services of one port, one per family, which do not say the same."""
    by_name = {service.name: service for service in servers(configuration)}
    ports: dict[int, dict[Family, Service]] = {}
    for binding in configuration.bindings:
        service = by_name.get(binding.service)
        if service is not None and _bound(binding) and open_to_others([binding]):
            ports.setdefault(binding.port, {}).setdefault(binding.family, service)
    for port, pair in ports.items():
        six, four = pair.get(Family.IPV6), pair.get(Family.IPV4)
        if six is None or four is None or six is four:
            continue
        unlike = list(_differences(configuration, six, four))
        proxy = [line for line in unlike if "upstream_proxy_protocol" in line]
        rest = [line for line in unlike if line not in proxy]
        if rest:
            yield _unlike("cfg-pf-mastercf-override", Verdict.WARNING, port, six, four, rest)
        if proxy:
            yield _unlike("cfg-proxy-protocol", Verdict.CRITICAL, port, six, four, proxy)


def _differences(configuration: Configuration, six: Service, four: Service) -> Iterator[str]:
    if six.command != four.command:
        yield f"program: IPv6 {six.command}, IPv4 {four.command}"
    names = dict.fromkeys(item.name for item in (*six.settings, *four.settings))
    for name in names:
        found = effective(configuration, six, name), effective(configuration, four, name)
        said = ["default" if item is None else item.value or "empty" for item in found]
        if said[0] != said[1] and name not in _HARMLESS and not name.endswith("_bind_address"):
            yield f"{name}: IPv6 {said[0]}, IPv4 {said[1]}"


def _unlike(code: str, verdict: Verdict, port: int, six: Service, four: Service, lines: list[str]) -> Finding:
    return Finding(
        code,
        verdict,
        Family.IPV6,
        f"port {port}",
        f"Port {port} has a service of its own for each family, and the two differ: {'; '.join(lines[:3])}.",
        (f"{six.origin}: {six.name} {six.command}", f"{four.origin}: {four.name} {four.command}", *lines[:8]),
        "Say the same in both lines of master.cf, or use one service for all addresses:\n"
        f"  {port} inet n - y - - {four.command}\n  postfix stop && postfix start",
        "master(5)",
    )


def _outgoing(configuration: Configuration) -> Iterator[Finding]:
    """Services that send over one family by their own word."""
    everywhere = protocols(configuration.value("inet_protocols", "all"))
    for service in clients(configuration):
        own = service.own("inet_protocols")
        if own is None or protocols(own.value) >= everywhere:
            continue
        for family in Family:
            if family in everywhere and family not in protocols(own.value):
                yield Finding(
                    "cfg-pf-mastercf-override",
                    Verdict.WARNING,
                    family,
                    f"{service.name}/{service.type}",
                    f"The service {service.name} sends nothing over {family.label} "
                    f"(-o inet_protocols={own.value}); if that is meant, it is the way to do it.",
                    (shown(own),),
                    unset(configuration, service, "inet_protocols"),
                    "postconf(5) smtp_address_preference",
                )


def _without_effect(configuration: Configuration) -> Iterator[Finding]:
    """inet_protocols of a service that takes mail: the sockets are master's, which reads main.cf."""
    everywhere = protocols(configuration.value("inet_protocols", "all"))
    for service in servers(configuration):
        own = service.own("inet_protocols")
        if own is None or protocols(own.value) == everywhere:
            continue
        yield Finding(
            "cfg-pf-mastercf-override",
            Verdict.WARNING,
            Family.IPV6,
            f"{service.name}/{service.type}",
            f"-o inet_protocols={own.value} of the service {service.name} opens and closes no socket; "
            "main.cf decides that, and the two disagree.",
            (shown(own), f"main.cf: inet_protocols = {configuration.value('inet_protocols', 'all')}"),
            unset(configuration, service, "inet_protocols"),
            "master(8), postconf(5) inet_protocols",
        )
