"""inet_protocols and inet_interfaces: the two settings that open Postfix to a family.

WHY
    Postfix speaks IPv6 only when inet_protocols says so, and takes mail over IPv6 only when inet_interfaces leaves it
    an IPv6 address. The first also decides which addresses are looked up and which family mail goes out over. Both are
    read when the main process starts: a reload does not open a socket.

FINDS
cfg-pf-inet-protocols: a family is left out of inet_protocols. Critical where the DNS publishes an address of it, or was
    not asked; a warning where it publishes none.
cfg-pf-inet-interfaces: inet_interfaces leaves no address of a family that inet_protocols has, or names one that this
    machine or the DNS does not know. A server that takes mail from itself alone is a note.

FIX
    Open both families, then stop and start; upstream's main.cf and old upgrades write inet_protocols = ipv4:
        postconf -e 'inet_protocols = all' 'inet_interfaces = all'
        postfix stop && postfix start

SEE
    postconf(5) inet_protocols, inet_interfaces; Postfix RELEASE_NOTES 2.9; IPV6_README.
"""

from collections.abc import Iterator

from probe.address import canonical, family_of
from probe.judge.configuration.configured import (
    SMTP,
    announced,
    is_loopback,
    mend,
    open_to_others,
    own_names,
    postfix,
    protocols,
    servers,
    shown,
    takes_mail,
    weight,
    words,
)
from probe.model.configuration import Configuration, Setting
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Family, Verdict


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """The families that Postfix is told to use."""
    configuration = postfix(measurement)
    if configuration is None:
        return
    setting = configuration.setting("inet_protocols")
    if setting is not None:
        yield from _protocols(configuration, setting)
    setting = configuration.setting("inet_interfaces")
    if setting is not None and servers(configuration):
        yield from _interfaces(configuration, setting)


def _protocols(configuration: Configuration, setting: Setting) -> Iterator[Finding]:
    said = protocols(setting.value)
    for family in Family:
        if family in said or (not said and family is Family.IPV4):
            continue
        addresses = announced(configuration, family)
        told = f", while the DNS publishes {', '.join(addresses[:3])}" if addresses else ""
        means = f"it takes no mail over {family.label}, looks up no {family.label} address and sends nothing over it"
        if not takes_mail(configuration):
            means = f"it sends nothing over {family.label} and looks up no {family.label} address"
        yield Finding(
            "cfg-pf-inet-protocols",
            weight(configuration, family),
            family,
            "inet_protocols",
            f"Postfix leaves {family.label} out (inet_protocols = {setting.value or 'nothing'}){told}; {means}.",
            (shown(setting), *dict.fromkeys(_published(configuration, family))),
            mend(configuration, "inet_protocols = all", restart=True),
            "postconf(5) inet_protocols",
        )


def _interfaces(configuration: Configuration, setting: Setting) -> Iterator[Finding]:
    said = words(setting.value)
    if not takes_mail(configuration):
        yield from _nobody(configuration, setting)
        return
    yield from _strangers(configuration, setting, said)
    for family in Family:
        if said == ["all"] or _by_service(configuration) or _leaves_open(configuration, said, family):
            continue
        others = ", ".join(word for word in said if not is_loopback(word)) or "nothing"
        yield Finding(
            "cfg-pf-inet-interfaces",
            weight(configuration, family),
            family,
            "inet_interfaces",
            f"inet_interfaces leaves Postfix no {family.label} address to take mail at: it names {others}.",
            (shown(setting), *dict.fromkeys(_published(configuration, family))),
            mend(configuration, "inet_interfaces = all", restart=True),
            "postconf(5) inet_interfaces",
        )


def _leaves_open(configuration: Configuration, said: list[str], family: Family) -> bool:
    """Whether others find an address of ``family``. Of a family that inet_protocols leaves out only the addresses that
    are written out are known, so a name counts as one.
    """
    if family in protocols(configuration.value("inet_protocols", "all")):
        return open_to_others(item for item in configuration.bindings if item.family is family)
    for word in said:
        try:
            if family_of(canonical(word)) is family and not is_loopback(word):
                return True
        except ValueError:
            return True
    return family is Family.IPV4  # IPv4 that is off by choice is told by inet_protocols


def _by_service(configuration: Configuration) -> bool:
    """True when master.cf itself says where port 25 listens, so that inet_interfaces does not count there."""
    return all(":" in service.name for service in servers(configuration))


def _nobody(configuration: Configuration, setting: Setting) -> Iterator[Finding]:
    """A machine that takes mail from itself alone. Contradicted only by an MX record that leads to it."""
    mx = [item for item in own_names(configuration) if item.role == "mx" and item.addresses]
    if _somebody_else_listens(configuration):
        mx = []
    names = ", ".join(dict.fromkeys(item.name for item in mx))
    if names:
        sentence = f"Postfix takes mail from this machine alone, but MX records lead mail to it ({names})."
    else:
        sentence = "Postfix takes mail from this machine alone; that is right for one that only sends."
    yield Finding(
        "cfg-pf-inet-interfaces",
        Verdict.CRITICAL if names else Verdict.OK,
        None,
        "inet_interfaces",
        sentence,
        (shown(setting), *(f"DNS: {item.name} {', '.join(item.addresses)}" for item in mx)),
        mend(configuration, "inet_interfaces = all", restart=True) if names else None,
        "postconf(5) inet_interfaces",
    )


def _somebody_else_listens(configuration: Configuration) -> bool:
    """A proxy or filter on port 25, which passes mail on to Postfix."""
    machine = configuration.machine
    return machine is not None and any(
        item.port == SMTP and not is_loopback(item.address) and item.process not in {None, "master"}
        for item in machine.listeners
    )


def _strangers(configuration: Configuration, setting: Setting, said: list[str]) -> Iterator[Finding]:
    """Addresses Postfix cannot bind to: of a family that is off, or of another machine."""
    machine = configuration.machine
    here = {item.address for item in machine.prefixes} if machine is not None else set()
    allowed = protocols(configuration.value("inet_protocols", "all"))
    for word in said:
        try:
            address = canonical(word)
        except ValueError:
            continue
        family = family_of(address)
        if family not in allowed:
            why = f"is of a family that inet_protocols leaves out, so Postfix does not start: it finds no {address}"
        elif here and address not in here and address not in {"::", "0.0.0.0"}:  # noqa: S104 - words, not binds
            why = "is no address of this machine, so Postfix cannot listen there and does not start"
        else:
            continue
        yield Finding(
            "cfg-pf-inet-interfaces",
            Verdict.CRITICAL,
            family,
            f"inet_interfaces [{address}]",
            f"The address {address} in inet_interfaces {why}.",
            (shown(setting), f"inet_protocols = {configuration.value('inet_protocols', 'all')}"),
            mend(configuration, "inet_interfaces = all", restart=True),
            "postconf(5) inet_interfaces",
        )


def _published(configuration: Configuration, family: Family) -> Iterator[str]:
    for item in own_names(configuration):
        if item.family is family:
            rrtype = "AAAA" if family is Family.IPV6 else "A"
            yield f"DNS: {item.name} {rrtype} {', '.join(item.addresses) or item.outcome}"
