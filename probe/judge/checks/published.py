"""What a server opens, held against what the DNS says of it.

WHY
    A family that is open and not published waits for nobody; an address that is published and not this machine's takes
    the mail elsewhere. Both look right from either side alone.

FINDS
cfg-not-published: the server listens in a family, this machine has a global address of it, and the DNS publishes none,
    while it publishes the other family. A note where the published addresses are not this machine's: that is right
    behind a NAT, a load balancer, or for another machine's mail.

FIX
    Publish both families for the same name:
        mx1.example.com. AAAA 2001:db8::25

SEE
    RFC 5321 5.1, RFC 3974.
"""

from collections.abc import Iterator

from probe.address import classify
from probe.judge.configuration.configured import announced, open_to_others, own_names, takes_mail
from probe.model.configuration import Configuration, Machine
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import AddressClass, Family, Verdict

_CODE = "cfg-not-published"
_PUBLIC = {AddressClass.GLOBAL, AddressClass.DOCUMENTATION}


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Each family of a server that takes mail from others."""
    configuration = measurement.configuration
    if configuration is None or configuration.machine is None or not takes_mail(configuration):
        return
    for family in Family:
        if not open_to_others(item for item in configuration.bindings if item.family is family):
            continue
        published = announced(configuration, family)
        own = _addresses(configuration.machine, family)
        if published == () and own and announced(configuration, family.other):
            yield _missing(configuration, family, own)
        elif published and own and not set(published) & set(own):
            yield _elsewhere(configuration, family, published, own)


def _addresses(machine: Machine, family: Family) -> list[str]:
    """The addresses of the machine that others could reach."""
    return [item.address for item in machine.prefixes if item.family is family and classify(item.address) in _PUBLIC]


def _missing(configuration: Configuration, family: Family, own: list[str]) -> Finding:
    name = _name(configuration)
    rrtype = "AAAA" if family is Family.IPV6 else "A"
    return Finding(
        _CODE,
        Verdict.WARNING,
        family,
        name,
        f"The server is open over {family.label}, and the DNS publishes no {family.label} address for {name}; nobody "
        "comes that way.",
        (f"DNS: {name} {rrtype} none", f"this machine: {', '.join(own[:4])}"),
        f"{name}. {rrtype} {own[0]}",
        "RFC 3974",
    )


def _elsewhere(configuration: Configuration, family: Family, published: tuple[str, ...], own: list[str]) -> Finding:
    name = _name(configuration)
    return Finding(
        _CODE,
        Verdict.OK,
        family,
        name,
        f"The {family.label} addresses published for {name} are not this machine's; right behind a NAT or a load "
        "balancer, else mail goes elsewhere.",
        (f"DNS: {name} {', '.join(published[:4])}", f"this machine: {', '.join(own[:4])}"),
        None,
        "RFC 5321 5.1",
    )


def _name(configuration: Configuration) -> str:
    names = [item.name for item in own_names(configuration)]
    return names[0] if names else configuration.value("myhostname", "mx1.example.com")
