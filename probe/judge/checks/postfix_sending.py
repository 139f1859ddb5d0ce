"""How Postfix sends: over which family, from which address, through which host.

WHY
    Receivers judge a sender by its address: without a reverse name, or from an address the SPF record does not name,
    mail over IPv6 is refused where the same mail over IPv4 is taken. A preference for one family makes every trouble of
    that family a trouble of all mail.

FINDS
cfg-pf-address-preference: smtp_address_preference is ipv6 or ipv4. One family is then tried first at every host, and
    with few addresses tried in all, the other may never be.
cfg-pf-source: the address mail would be sent from has no reverse name that leads back, is not this machine's, or cannot
    pass the domain's SPF record, which names IPv4 addresses alone.
out-bind-implicit: the only address of a family in inet_interfaces is the one Postfix sends from as well, and the
    machine has another network interface with an address of that family, where it is of no use. A note.
cfg-pf-relayhost: relayhost is an IPv6 address without brackets, or has addresses of no family that Postfix may use. A
    note says over which family it can be reached.

FIX
    Leave the choice to chance, which spreads it over both families; name the address that has a reverse name:
        postconf -e 'smtp_address_preference = any' 'smtp_bind_address6 = 2001:db8::25'
        postfix reload

SEE
    postconf(5) smtp_address_preference, smtp_bind_address6, relayhost; RFC 7208 5.6; RFC 8601 2.7.3.
"""

from collections.abc import Iterator

from probe.address import canonical, classify, family_of, literal, reverse_name
from probe.judge.configuration.configured import announced, clients, mend, postfix, protocols, scopes, shown
from probe.judge.wording import short
from probe.model.configuration import Configuration, Setting, Source
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import AddressClass, Family, Verdict

_BINDS = {Family.IPV6: "smtp_bind_address6", Family.IPV4: "smtp_bind_address"}
_MAY_NAME_IPV6 = ("ip6:", "a", "mx", "include:", "exists:", "ptr", "redirect=", "all")


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """The way out."""
    configuration = postfix(measurement)
    if configuration is None:
        return
    yield from _preference(configuration)
    yield from _bound(configuration)
    relayhost = configuration.setting("relayhost")
    if relayhost is not None and relayhost.value:
        yield from _relayhost(configuration, relayhost)
        return  # then it is the relay's addresses that receivers see
    for source in configuration.sources:
        yield from _source(configuration, source)
        yield from _implicit(measurement, configuration, source)


def _preference(configuration: Configuration) -> Iterator[Finding]:
    for service, setting in scopes(configuration, "smtp_address_preference"):
        if setting.value not in set(Family) or (service is not None and service not in clients(configuration)):
            continue
        first = Family(setting.value)
        yield Finding(
            "cfg-pf-address-preference",
            Verdict.WARNING,
            first,
            "smtp_address_preference" if service is None else f"{service.name}/{service.type}",
            f"Postfix tries {first.label} first at every host; when {first.label} is in trouble anywhere on the way, "
            "all mail waits for it.",
            (shown(setting),),
            mend(configuration, "smtp_address_preference = any", service=service),
            "postconf(5) smtp_address_preference",
        )


def _bound(configuration: Configuration) -> Iterator[Finding]:
    """An address to send from that is not this machine's: every delivery over the family then fails or ignores it."""
    machine = configuration.machine
    here = {item.address for item in machine.prefixes} if machine is not None else set()
    for family, name in _BINDS.items():
        for service, setting in scopes(configuration, name):
            try:
                address = canonical(setting.value)
            except ValueError:
                continue
            wrong = family_of(address) is not family
            if not wrong and (not here or address in here or address in {"::", "0.0.0.0"}):  # noqa: S104 - words
                continue
            why = f"is no {family.label} address" if wrong else "is no address of this machine"
            yield Finding(
                "cfg-pf-source",
                Verdict.CRITICAL if wrong else Verdict.WARNING,
                family,
                name if service is None else f"{name} of {service.name}/{service.type}",
                f"{name} = {address} {why}, so Postfix cannot send from there.",
                (shown(setting),),
                mend(configuration, f"{name} =", service=service),
                f"postconf(5) {name}",
            )


def _source(configuration: Configuration, source: Source) -> Iterator[Finding]:
    family = source.family
    if not any(family in item.families for item in configuration.outgoing):
        return
    if source.fcrdns is False:
        name = source.ptr[0] if source.ptr else configuration.value("myhostname", "mx1.example.com")
        what = (
            f"the reverse name {short(source.ptr[0], 80)}, which does not lead back"
            if source.ptr
            else "no reverse name"
        )
        rrtype = "AAAA" if family is Family.IPV6 else "A"
        yield Finding(
            "cfg-pf-source",
            Verdict.WARNING,
            family,
            f"[{source.address}]",
            f"Mail over {family.label} would leave from {source.address}, which has {what}; many receivers refuse it.",
            (f"source {source.address} ({source.because})", f"PTR {', '.join(source.ptr) or 'none'}"),
            _better(configuration, source)
            or f"{reverse_name(source.address)}. PTR {name}.\n{name}. {rrtype} {source.address}",
            "RFC 8601 2.7.3",
        )
    if family is Family.IPV6 and configuration.spf is not None and _names_ipv4_alone(configuration.spf[1]):
        domain, record = configuration.spf
        yield Finding(
            "cfg-pf-source",
            Verdict.WARNING,
            family,
            f"SPF of {short(domain, 80)}",
            f"Mail over IPv6 would leave from {source.address}, which the SPF record of {short(domain, 80)} cannot "
            "pass: it names IPv4 addresses alone.",
            (f"{short(domain, 80)} TXT {short(record)}", f"source {source.address} ({source.because})"),
            f'{domain}. TXT "{_with_ipv6(record, source.address)}"',
            "RFC 7208 5.6",
        )


def _implicit(measurement: Measurement, configuration: Configuration, source: Source) -> Iterator[Finding]:
    """Bound without being asked (postconf(5) inet_interfaces), on a machine with more than one way out."""
    machine = configuration.machine
    if source.because != "inet_interfaces" or machine is None:
        return
    mine = {item.device for item in machine.prefixes if item.address == source.address}
    others = [
        item
        for item in machine.prefixes
        if item.family is source.family
        and item.device not in mine
        and classify(item.address, measurement.settings.treat_global) is AddressClass.GLOBAL
    ]
    if not mine or not others:
        return
    name, every = _BINDS[source.family], "::" if source.family is Family.IPV6 else "0.0.0.0"  # noqa: S104 -- a word
    yield Finding(
        "out-bind-implicit",
        Verdict.OK,
        source.family,
        "inet_interfaces",
        f"inet_interfaces has one {source.family.label} address, so Postfix sends all mail over {source.family.label} "
        f"from {source.address}, also where the way leads through {short(others[0].device, 40)}.",
        (
            f"source {source.address} ({source.because})",
            *(f"{short(item.device, 40)} has {item.address}/{item.length}" for item in others[:4]),
        ),
        mend(configuration, f"{name} = {every}"),
        "postconf(5) inet_interfaces",
    )


def _better(configuration: Configuration, source: Source) -> str | None:
    """The command that sends from the published address, where this machine has that too."""
    machine = configuration.machine
    here = {item.address for item in machine.prefixes} if machine is not None else set()
    known = [item for item in announced(configuration, source.family) or () if item in here and item != source.address]
    return mend(configuration, f"{_BINDS[source.family]} = {known[0]}") if known else None


def _names_ipv4_alone(record: str) -> bool:
    """True where no term can ever match an IPv6 client with a pass; when in doubt, False."""
    terms = [term.lstrip("+").lower() for term in record.split()[1:] if term[:1] not in {"-", "~", "?"}]
    return any(term.startswith("ip4:") for term in terms) and not any(term.startswith(_MAY_NAME_IPV6) for term in terms)


def _with_ipv6(record: str, address: str) -> str:
    head, blank, tail = record.partition(" ")
    return f"{head}{blank}ip6:{address} {tail}"


def _relayhost(configuration: Configuration, setting: Setting) -> Iterator[Finding]:
    bare = setting.value.strip()
    try:
        unbracketed = not bare.startswith("[") and family_of(canonical(bare)) is Family.IPV6
    except ValueError:
        unbracketed = False
    if unbracketed:
        yield Finding(
            "cfg-pf-relayhost", Verdict.CRITICAL, Family.IPV6, "relayhost",
            f"relayhost = {bare} is an IPv6 address without brackets, which Postfix takes for a host and a port.",
            (shown(setting),), mend(configuration, f"relayhost = [{canonical(bare)}]"), "postconf(5) relayhost",
        )  # fmt: skip
        return
    families = _reached(configuration, bare)
    if families is None:
        sentence = f"All mail leaves through {short(bare, 80)}; the reverse names that count are those of that host."
        yield _note(setting, sentence, None)
        return
    usable = {family for item in configuration.outgoing for family in item.families}
    if not configuration.outgoing:
        usable = protocols(configuration.value("inet_protocols", "all"))
    both = families & usable
    if not both:
        has = " and ".join(item.label for item in Family if item in families) or "no"
        yield Finding(
            "cfg-pf-relayhost", Verdict.CRITICAL, None, "relayhost",
            f"No mail can leave: {short(bare, 80)} has {has} addresses, and Postfix sends over "
            f"{' and '.join(item.label for item in Family if item in usable) or 'nothing'}.",
            (shown(setting), *_looked_up(configuration)),
            mend(configuration, "inet_protocols = all", restart=True), "postconf(5) relayhost",
        )  # fmt: skip
        return
    over = " and ".join(item.label for item in Family if item in both)
    only = " alone" if len(both) == 1 else ""
    yield _note(setting, f"All mail leaves through {short(bare, 80)}, which can be reached over {over}{only}.",
                configuration)  # fmt: skip


def _note(setting: Setting, sentence: str, configuration: Configuration | None) -> Finding:
    evidence = (shown(setting), *(_looked_up(configuration) if configuration is not None else ()))
    return Finding("cfg-pf-relayhost", Verdict.OK, None, "relayhost", sentence, evidence, None, "postconf(5) relayhost")


def _reached(configuration: Configuration, value: str) -> set[Family] | None:
    """The families of the relay's addresses; None when they are not known."""
    inner = value[1:].partition("]")[0] if value.startswith("[") else value
    try:
        return {family_of(literal(inner))}
    except ValueError:
        pass
    mine = [item for item in configuration.published or () if item.role == "relayhost"]
    if not mine or any(item.outcome.inconclusive and not item.addresses for item in mine):
        return None
    return {item.family for item in mine if item.addresses}


def _looked_up(configuration: Configuration) -> Iterator[str]:
    for item in configuration.published or ():
        if item.role == "relayhost":
            rrtype = "AAAA" if item.family is Family.IPV6 else "A"
            yield f"DNS: {item.name} {rrtype} {', '.join(item.addresses) or item.outcome}"
