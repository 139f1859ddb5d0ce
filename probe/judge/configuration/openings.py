"""Three columns for each service and family of a configuration: what it says, what listens, what the DNS publishes.

In: a measurement. Out: ``Opening``s in the order of the configuration, IPv6 before IPv4; none without a configuration.
"""

from collections.abc import Iterator

from probe.judge.configuration.configured import SMTP, WILDCARD, announced
from probe.model.configuration import Binding, Configuration, Listener
from probe.model.measurement import Measurement
from probe.model.report import Opening
from probe.model.words import Family

_APART = {"master", "smtpd"}  # Postfix and OpenSMTPD, whose sockets for IPv6 take nothing else
_APART_UNLESS_WANTED = {"exim", "exim4"}


def openings(measurement: Measurement) -> tuple[Opening, ...]:
    """The table of a configuration."""
    found = measurement.configuration
    return tuple(_rows(found)) if found is not None else ()


def _rows(configuration: Configuration) -> Iterator[Opening]:
    ports: dict[int, str] = {}
    for binding in configuration.bindings:
        ports.setdefault(binding.port, binding.service)
    if configuration.bindings or configuration.published is not None:
        ports.setdefault(SMTP, "smtp")
    for port, service in ports.items():
        for family in Family:
            mine = [item for item in configuration.bindings if item.port == port and item.family is family]
            yield Opening(
                service,
                port,
                family,
                intended(mine),
                listening(configuration, port, family),
                announced(configuration, family) if port == SMTP else None,
            )


def intended(bindings: list[Binding]) -> tuple[str, ...]:
    """The addresses of some bindings, each once; names of which no address is known stand for themselves."""
    return tuple(dict.fromkeys(text for item in bindings for text in (*item.addresses, *item.unknown)))


def listeners(configuration: Configuration, port: int, family: Family) -> list[Listener]:
    """The sockets of one port and family. An IPv6 socket for all addresses takes IPv4 too unless it is told not to:
    Postfix and OpenSMTPD always tell it, Exim for the ``::0`` of its settings but not for a bare ``::`` there or on its
    command line, others leave that to the kernel's ``bindv6only``.
    """
    machine = configuration.machine
    if machine is None:
        return []
    found = [item for item in machine.listeners if item.port == port and item.family is family]
    if found or family is Family.IPV6 or dict(machine.kernel).get("bindv6only") == "1":
        return found
    both = [item for item in machine.listeners if item.port == port and item.address == WILDCARD[Family.IPV6]]
    wanted = any(item.port == port and item.family is family for item in configuration.bindings)
    return [item for item in both if item.process not in (_APART if wanted else _APART | _APART_UNLESS_WANTED)]


def listening(configuration: Configuration, port: int, family: Family) -> tuple[str, ...] | None:
    """The addresses of the sockets; None when nobody looked."""
    if configuration.machine is None:
        return None
    return tuple(dict.fromkeys(item.address for item in listeners(configuration, port, family)))
