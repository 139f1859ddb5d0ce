"""What the checks of a configuration share: the words of a setting, where it stands, whom it concerns, what mends it.

In: a ``Configuration``. Out: texts and verdicts. A configuration that says nothing about a parameter says the default.
"""

import re
from collections.abc import Iterable, Iterator

from probe.address import canonical, classify
from probe.judge.wording import short
from probe.model.configuration import Binding, Configuration, Mta, Published, Service, Setting
from probe.model.measurement import Measurement
from probe.model.words import AddressClass, Family, Verdict

WILDCARD = {Family.IPV6: "::", Family.IPV4: "0.0.0.0"}  # noqa: S104 - a word of a configuration, nothing is bound
SMTP = 25
RESTART = "postfix{instance} stop && postfix{instance} start"
RELOAD = "postfix{instance} reload"
_PUBLIC_PORTS = frozenset({25, 465, 587})
_SAFE = re.compile(r"[A-Za-z0-9@%+=:,./_-]+")
_SHARED_PLACES = frozenset({"/etc/postfix", "/usr/local/etc/postfix"})


def postfix(measurement: Measurement) -> Configuration | None:
    """The configuration, when it is Postfix's."""
    found = measurement.configuration
    return found if found is not None and found.mta is Mta.POSTFIX else None


def words(value: str) -> list[str]:
    """A list as Postfix writes it: words between blanks or commas."""
    return [word for word in re.split(r"[\s,]+", value) if word]


def shown(setting: Setting) -> str:
    """A setting as evidence: where it stands, what it says, what that comes to."""
    written = f"{setting.origin}: {setting.name} = {short(setting.raw or setting.value)}".rstrip()
    if setting.raw and setting.raw != setting.value:
        return f"{written} (in effect: {short(setting.value) or 'empty'})"
    return written


def scopes(configuration: Configuration, name: str) -> Iterator[tuple[Service | None, Setting]]:
    """A parameter of the whole server, then that of each service which has its own."""
    everywhere = configuration.setting(name)
    if everywhere is not None:
        yield None, everywhere
    for service in configuration.services:
        own = service.own(name)
        if own is not None:
            yield service, own


def effective(configuration: Configuration, service: Service, name: str) -> Setting | None:
    """A parameter as one service has it."""
    return service.own(name) or configuration.setting(name)


def servers(configuration: Configuration) -> list[Service]:
    """The services that take mail over the network."""
    return [item for item in configuration.services if item.type == "inet" and item.command in {"smtpd", "postscreen"}]


def clients(configuration: Configuration) -> list[Service]:
    """The services that send mail out."""
    return [item for item in configuration.services if item.type == "unix" and item.command == "smtp"]


def protocols(value: str) -> set[Family]:
    """The families that a value of inet_protocols names."""
    said = {word.lower() for word in words(value)}
    return {family for family in Family if family.value in said or "all" in said}


def is_loopback(address: str) -> bool:
    """Whether nobody but the machine itself can reach it."""
    try:
        return classify(canonical(address)) is AddressClass.LOOPBACK
    except ValueError:
        return False


def open_to_others(bindings: Iterable[Binding]) -> bool:
    """Whether anybody but the machine itself is let in."""
    return any(
        item.unknown or any(not is_loopback(address) for address in item.addresses)
        for item in bindings
        if item.port in _PUBLIC_PORTS
    )


def takes_mail(configuration: Configuration) -> bool:
    """False for a null client, which sends and takes mail from nobody but itself. A server whose settings leave it no
    address at all is none: it was to take mail.
    """
    return open_to_others(configuration.bindings) or (not configuration.bindings and bool(servers(configuration)))


def own_names(configuration: Configuration) -> tuple[Published, ...]:
    """What the DNS says of this server: its own name, and the MX hosts that are this machine."""
    published = configuration.published or ()
    machine = configuration.machine
    here = {item.address for item in machine.prefixes} if machine is not None else set()
    myhostname = configuration.value("myhostname").rstrip(".").lower()
    own = {item.name for item in published if item.role == "myhostname"} | {myhostname}
    mx = [item for item in published if item.role == "mx"]
    own |= {item.name for item in mx if not here.isdisjoint(item.addresses)}
    if machine is None and own.isdisjoint(item.name for item in mx):
        own |= {item.name for item in mx}  # the operator says that it is for this domain, and nothing says otherwise
    return tuple(item for item in published if item.role in {"myhostname", "mx"} and item.name in own)


def announced(configuration: Configuration, family: Family) -> tuple[str, ...] | None:
    """The addresses the DNS publishes for this server; None when it was not asked, or did not tell."""
    if configuration.published is None:
        return None
    mine = [item for item in own_names(configuration) if item.family is family]
    found = tuple(dict.fromkeys(address for item in mine for address in item.addresses))
    return None if not found and any(item.outcome.inconclusive for item in mine) else found


def weight(configuration: Configuration, family: Family) -> Verdict:
    """How bad it is that mail over ``family`` is not taken: nobody tries where nothing is published."""
    if announced(configuration, family) == () or not takes_mail(configuration):
        return Verdict.WARNING
    return Verdict.CRITICAL


def instance(configuration: Configuration) -> str:
    """`` -c DIR`` for what is not the machine's first instance, ready to stand behind a command."""
    place = configuration.place.removesuffix("/main.cf").rstrip("/")
    if not place.startswith("/") or place in _SHARED_PLACES or place.endswith(".cf"):
        return ""
    return f" -c {place if _SAFE.fullmatch(place) else quoted(place)}"


def mend(configuration: Configuration, *settings: str, restart: bool = False, service: Service | None = None) -> str:
    """The commands that change settings: of main.cf, or of one service in master.cf."""
    where = instance(configuration)
    if service is None:
        lines = [f"postconf{where} -e {' '.join(map(quoted, settings))}"]
    else:
        lines = [f"postconf{where} -P {quoted(f'{service.name}/{service.type}/{it}')}" for it in settings]
    lines.append((RESTART if restart else RELOAD).format(instance=where))
    return "\n".join(lines)


def unset(configuration: Configuration, service: Service, name: str) -> str:
    """The commands that take a service's own setting away."""
    where = instance(configuration)
    return f"postconf{where} -PX {quoted(f'{service.name}/{service.type}/{name}')}\n{RELOAD.format(instance=where)}"


def quoted(text: str) -> str:
    """One word for a shell."""
    return "'" + text.replace("'", "'\\''") + "'"
