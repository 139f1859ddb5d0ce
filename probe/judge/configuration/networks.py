"""Every list of trusted clients in a Postfix configuration, entry by entry: who may send mail on to anybody.

In: a ``Configuration`` of Postfix. Out: the findings of the check ``postfix_networks``, whose manual says what they
mean. It stands apart from its check so that a run without a configuration does not load the reader of mynetworks.
"""

from collections.abc import Iterator

from probe.address import classify, contains
from probe.grammar.mynetworks import Networks, Pattern, PatternKind, parse
from probe.judge.configuration.configured import is_loopback, mend, protocols, scopes, servers, shown, takes_mail
from probe.judge.configuration.trusted import LINK, Trust, trust
from probe.judge.wording import short
from probe.model.configuration import Configuration, Machine, Service, Setting
from probe.model.report import Finding
from probe.model.words import AddressClass, Family, Verdict

_BRIDGED = {AddressClass.PRIVATE, AddressClass.ULA}  # what container bridges are numbered from
_BROAD, _MISSING, _BRACKETS = "cfg-pf-mynetworks-broad", "cfg-pf-mynetworks-missing", "cfg-pf-mynetworks-brackets"
_SEE = "postconf(5) mynetworks"


def networks_findings(configuration: Configuration) -> Iterator[Finding]:
    """The list of the server and that of each service which has its own."""
    files = {name: "\n".join(lines) for name, lines in configuration.tables if name.startswith("/")}
    for service, setting in scopes(configuration, "mynetworks"):
        if service is not None and service not in servers(configuration):
            continue
        networks = parse(setting.value, files)
        yield from _unreadable(configuration, service, setting, networks)
        if service is None and not setting.explicit:
            yield from _by_style(configuration, networks)
        else:
            yield from _broad(configuration, service, setting, networks)
            yield from _missing(configuration, service, setting, networks)
        yield from _gateway(configuration, service, setting, networks)
    if configuration.setting("mynetworks") is None:
        yield from _by_style(configuration, parse(""))
    yield from _style_in_vain(configuration)


def _subject(service: Service | None) -> str:
    return "mynetworks" if service is None else f"mynetworks of {service.name}/{service.type}"


def _unreadable(
    configuration: Configuration, service: Service | None, setting: Setting, networks: Networks
) -> Iterator[Finding]:
    broken = [item for item in networks.patterns if item.kind is PatternKind.BROKEN]
    if not broken:
        return
    first = broken[0]
    mended = " ".join(_mended(item) for item in networks.patterns)
    yield Finding(
        _BRACKETS,
        Verdict.CRITICAL,
        Family.IPV6 if any(item.version in {None, 6} for item in broken) else Family.IPV4,
        _subject(service),
        f"Postfix cannot read {short(first.text, 80)} in mynetworks: {first.fault}; clients that are not found before "
        "it get a temporary error in place of an answer.",
        (shown(setting), *(f"{short(item.text, 80)}: {item.fault}" for item in broken[:8])),
        mend(configuration, f"mynetworks = {mended}", service=service),
        "IPV6_README",
    )


def _mended(pattern: Pattern) -> str:
    """The entry as it was meant."""
    sign = "!" if pattern.negated else ""
    if pattern.kind is not PatternKind.BROKEN:
        return sign + pattern.text
    from ipaddress import ip_network

    bare = pattern.text.replace("[", "").replace("]", "")
    try:
        meant = ip_network(bare, strict=False)
    except ValueError:
        return sign + pattern.text
    base = f"[{meant.network_address}]" if meant.version == 6 else str(meant.network_address)
    return f"{sign}{base}/{meant.prefixlen}"


def _broad(
    configuration: Configuration, service: Service | None, setting: Setting, networks: Networks
) -> Iterator[Finding]:
    for pattern, found in _ranges(configuration, networks):
        who = f"{found.who}." if found.verdict is not Verdict.WARNING else f"{found.who}?"
        lasting = "" if found.verdict is not Verdict.WARNING else (
            f"If it is, say so:\n  probe6 audit postfix --lan {pattern.network}\nElse trust this machine alone:\n"
        )  # fmt: skip
        command = mend(configuration, f"mynetworks = {_without(networks, pattern)}", service=service)
        yield Finding(
            _BROAD,
            found.verdict,
            Family.IPV6 if pattern.version == 6 else Family.IPV4,
            f"{_subject(service)} {pattern.text}",
            f"mynetworks holds {pattern.text}: {who}",
            (shown(setting), *_interfaces(configuration.machine)),
            None if found.verdict is Verdict.OK else lasting + _indented(command, to=bool(lasting)),
            _SEE,
        )


def _indented(command: str, *, to: bool) -> str:
    return "\n".join(f"  {line}" for line in command.splitlines()) if to else command


def _ranges(configuration: Configuration, networks: Networks) -> Iterator[tuple[Pattern, Trust]]:
    """The ranges that let clients in and that something is to be said of."""
    for pattern in networks.patterns:
        if pattern.kind is not PatternKind.NETWORK or pattern.network is None or pattern.negated:
            continue
        ends = pattern.network.network_address, pattern.network.broadcast_address
        if all(_taken_away(networks, str(end)) for end in ends):
            continue
        found = trust(pattern.network, configuration.machine, configuration.lan)
        if found is not None:
            yield pattern, found


def _taken_away(networks: Networks, address: str) -> bool:
    """Whether an earlier entry with an exclamation mark decides."""
    decided = networks.decide(address).pattern
    return decided is not None and decided.negated


def _without(networks: Networks, wide: Pattern) -> str:
    kept = [f"{'!' if item.negated else ''}{item.text}" for item in networks.patterns if item is not wide]
    return " ".join(kept if any("::1]" in item for item in kept) else [*kept, "[::1]/128"])


def _interfaces(machine: Machine | None) -> Iterator[str]:
    for item in machine.prefixes if machine is not None else ():
        if item.family is Family.IPV6 and not is_loopback(item.address) and not item.address.startswith("fe80:"):
            yield f"{item.device}: {item.address}/{item.length}"


def _by_style(configuration: Configuration, networks: Networks) -> Iterator[Finding]:
    """What the style makes of the interfaces, where nobody wrote a list."""
    style = configuration.setting("mynetworks_style")
    if style is None or style.value not in {"subnet", "class"}:
        return
    if configuration.machine is None:
        networks = parse("")  # the networks would be those of the machine that was asked, not of the one this is for
    shared = [item for item in networks.patterns if _is_shared(item)]
    asked = [item for item in shared if not _is_declared(item, configuration.lan)]
    if shared and not asked:
        return
    trusted = [item.text for item in asked]
    over_ipv4 = bool(asked) and all(item.version == 4 for item in asked)
    why = "" if style.explicit else ", the default below compatibility_level 2,"
    told = f": {', '.join(trusted[:6])}" if trusted else ", an IPv6 network of many machines included"
    yield Finding(
        _BROAD,
        Verdict.WARNING,
        Family.IPV4 if over_ipv4 else Family.IPV6,
        "mynetworks_style",
        f"mynetworks_style = {style.value}{why} trusts every machine in the networks this one is attached to{told}; "
        "are all of them yours?",
        (shown(style), f"mynetworks = {short(' '.join(item.text for item in networks.patterns)) or 'not known'}"),
        mend(configuration, "mynetworks_style = host"),
        "postconf(5) mynetworks_style",
    )


def _is_declared(pattern: Pattern, lan: tuple[str, ...]) -> bool:
    network = pattern.network
    return network is not None and any(
        contains(item, str(network.network_address)) and contains(item, str(network.broadcast_address)) for item in lan
    )


def _is_shared(pattern: Pattern) -> bool:
    network = pattern.network
    return network is not None and network.num_addresses > 1 and not is_loopback(str(network.network_address))


def _missing(
    configuration: Configuration, service: Service | None, setting: Setting, networks: Networks
) -> Iterator[Finding]:
    if Family.IPV6 not in protocols(configuration.value("inet_protocols", "all")):
        return
    if networks.decide("::1").error or networks.decide("127.0.0.1").error:
        return  # told already
    if networks.contains("127.0.0.1") and networks.contains("::1") is False:
        yield Finding(
            _MISSING,
            Verdict.WARNING,
            Family.IPV6,
            _subject(service),
            "Programs of this machine may send mail on over 127.0.0.1 but not over ::1, and localhost is often ::1.",
            (shown(setting),),
            mend(configuration, f"mynetworks = {setting.raw or setting.value} [::1]/128", service=service),
            _SEE,
        )
    half = [item for item in networks.patterns if _is_lan(item)]
    if half and takes_mail(configuration) and not _trusts_ipv6(networks):
        yield Finding(
            _MISSING,
            Verdict.OK,
            Family.IPV6,
            f"{_subject(service)} {half[0].text}",
            f"Clients in {half[0].text} may send mail on over IPv4; the same clients may not over IPv6, for which "
            "mynetworks holds this machine alone.",
            (shown(setting),),
            mend(
                configuration, f"mynetworks = {setting.raw or setting.value} [2001:db8:1:2::]/{LINK}", service=service
            ),
            _SEE,
        )


def _is_lan(pattern: Pattern) -> bool:
    return pattern.version == 4 and not pattern.negated and _is_shared(pattern)


def _trusts_ipv6(networks: Networks) -> bool:
    """Whether anything but this machine is trusted over IPv6, or may be by a table."""
    unread = any(item.kind in {PatternKind.TABLE, PatternKind.FILE, PatternKind.NAME} for item in networks.patterns)
    return unread or any(
        item.version == 6 and item.network is not None and not is_loopback(str(item.network.network_address))
        and not str(item.network).startswith("::ffff:")
        for item in networks.patterns
    )  # fmt: skip


def _gateway(
    configuration: Configuration, service: Service | None, setting: Setting, networks: Networks
) -> Iterator[Finding]:
    """In a container, what comes through a proxy of the host comes from the gateway: the whole world does."""
    machine = configuration.machine
    if machine is None or not machine.container:
        return
    for gateway in machine.gateways:
        if classify(gateway) in _BRIDGED and networks.contains(gateway):
            yield Finding(
                _BROAD,
                Verdict.CRITICAL,
                Family.IPV6,
                f"{_subject(service)} {gateway}",
                f"mynetworks holds {gateway}, the gateway of this container: an open relay, since clients whose "
                "address the host's proxy takes away, those of IPv6 first of all, come from there.",
                (shown(setting), f"default route: via {gateway}"),
                mend(configuration, "mynetworks = 127.0.0.0/8 [::1]/128", service=service),
                _SEE,
            )


def _style_in_vain(configuration: Configuration) -> Iterator[Finding]:
    style, networks = configuration.setting("mynetworks_style"), configuration.setting("mynetworks")
    if style is None or networks is None or not (style.explicit and networks.explicit):
        return
    yield Finding(
        "cfg-pf-mynetworks-style",
        Verdict.OK,
        None,
        "mynetworks_style",
        f"mynetworks_style = {style.value} does nothing here: mynetworks is set, and that alone counts.",
        (shown(style), shown(networks)),
        None,
        "postconf(5) mynetworks_style",
    )
