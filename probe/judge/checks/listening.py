"""What a mail server is told to open, held against the sockets of its machine.

WHY
    A configuration is a wish. What counts is the socket: a server that was not stopped and started since its settings
    changed, an address that another program holds, or a unit that binds the port itself, and the family is closed
    although every file says that it is open.

FINDS
cfg-listen-sockets: the configuration opens a family, and nothing listens there; or another program does.
cfg-pf-restart: nothing listens in a family that Postfix is told to open, and the files were changed after it was
    started: it still runs with what they said before. A reload does not change that.

FIX
    Stop and start the server, and look at the sockets:
        postfix stop && postfix start
        ss -Hltnp 'sport = :25'

SEE
    postconf(5) inet_protocols and inet_interfaces (stop and start), master(8), ss(8).
"""

from collections.abc import Iterator

from probe.address import literal
from probe.judge.configuration.configured import RESTART, SMTP, WILDCARD, announced, instance
from probe.judge.configuration.openings import intended, listeners
from probe.model.configuration import Binding, Configuration, Listener, Machine, Mta
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Family, Verdict

_OWN = {
    Mta.POSTFIX: {"master"},
    Mta.EXIM: {"exim4", "exim"},
    Mta.OPENSMTPD: {"smtpd"},
    Mta.SENDMAIL: {"sendmail-mta", "sendmail"},
}
_STARTS = {
    Mta.EXIM: "systemctl restart exim4",
    Mta.OPENSMTPD: "systemctl restart opensmtpd",
    Mta.SENDMAIL: "systemctl restart sendmail",
}
_SKEW = 2.0  # seconds: a file written while the server starts was read by it
_BRIDGES = {"docker-proxy", "systemd", "init", "launchd", "xinetd", "inetd"}  # they listen for somebody else


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Every service and family."""
    configuration = measurement.configuration
    if configuration is None or configuration.machine is None:
        return
    machine = configuration.machine
    ports = dict.fromkeys(item.port for item in configuration.bindings)
    if ports and not any(listeners(configuration, port, family) for port in ports for family in Family):
        yield _not_running(configuration, list(ports))
        return
    for port in ports:
        for family in Family:
            mine = [item for item in configuration.bindings if item.port == port and item.family is family]
            found = listeners(configuration, port, family)
            missing = _missing(mine, found)
            if missing:
                yield _closed(configuration, machine, mine, found, missing)
            elif mine:
                yield from _strangers(configuration, mine, found)


def _missing(mine: list[Binding], found: list[Listener]) -> list[str]:
    """The addresses that are to be open and are not."""
    has = {item.address for item in found}
    if not has.isdisjoint(WILDCARD.values()):
        return []
    return [address for item in mine for address in item.addresses if address not in has]


def _not_running(configuration: Configuration, ports: list[int]) -> Finding:
    name = configuration.mta.value.capitalize()
    return Finding(
        "cfg-listen-sockets",
        Verdict.WARNING,
        None,
        f"port {ports[0]}",
        f"{name} does not run here: nothing listens on port {', '.join(map(str, ports))} in either family.",
        tuple(f"configured: {item.service} {item.family.label} {', '.join(intended([item]))}"
              for item in configuration.bindings),
        _start(configuration),
        "master(8)",
    )  # fmt: skip


def _closed(
    configuration: Configuration, machine: Machine, mine: list[Binding], found: list[Listener], missing: list[str]
) -> Finding:
    binding, family = mine[0], mine[0].family
    stale = _changed_since(configuration, machine)
    where = "any address" if WILDCARD[family] in missing else ", ".join(missing)
    heard = [item.address for item in found]
    published = announced(configuration, family) if binding.port == SMTP else None
    sentence = f"{binding.service} is to listen over {family.label} at {where}, port {binding.port}, and nothing does"
    if stale:
        sentence = (
            f"{sentence}; Postfix was started before its files were changed and still runs with what they said then"
        )
    elif published:
        sentence = f"{sentence}; mail to {', '.join(published[:3])} is refused"
    evidence = [f"{binding.origin}: {binding.service} {family.label}", f"sockets: {', '.join(heard) or 'none'}"]
    if stale and machine.started is not None:
        evidence.append(f"started {machine.started:%Y-%m-%d %H:%M:%S} UTC")
        evidence += stale
    return Finding(
        "cfg-pf-restart" if stale else "cfg-listen-sockets",
        Verdict.WARNING if published == () else Verdict.CRITICAL,
        family,
        f"{binding.service} port {binding.port}",
        f"{sentence}.",
        tuple(evidence),
        _start(configuration) if stale else f"{_start(configuration)}\nss -Hltnp 'sport = :{binding.port}'",
        "postconf(5) inet_protocols",
    )


def _changed_since(configuration: Configuration, machine: Machine) -> list[str]:
    """The files that were changed after the server was started."""
    if machine.started is None or configuration.mta is not Mta.POSTFIX:
        return []
    return [
        f"{item.path} changed {item.changed:%Y-%m-%d %H:%M:%S} UTC"
        for item in machine.files
        if (item.changed - machine.started).total_seconds() > _SKEW
    ]


def _strangers(configuration: Configuration, mine: list[Binding], found: list[Listener]) -> Iterator[Finding]:
    """Another program at the place of the server's own. Who holds a socket is known to root alone."""
    others = [it for it in found if it.process and it.process not in _OWN[configuration.mta] | _BRIDGES]
    own = [it for it in found if it.process in _OWN[configuration.mta] or it.process is None]
    if not others or own:
        return
    binding, family = mine[0], mine[0].family
    names = ", ".join(sorted({item.process or "" for item in others}))
    yield Finding(
        "cfg-listen-sockets",
        Verdict.WARNING,
        family,
        f"{binding.service} port {binding.port}",
        f"Port {binding.port} belongs to {names} over {family.label}, not to the server whose settings these are.",
        tuple(f"socket: {literal(item.address)}:{item.port} {item.process} {item.pid}" for item in others),
        f"ss -Hltnp 'sport = :{binding.port}'",
        "ss(8)",
    )


def _start(configuration: Configuration) -> str:
    if configuration.mta is Mta.POSTFIX:
        return RESTART.format(instance=instance(configuration))
    return _STARTS[configuration.mta]
