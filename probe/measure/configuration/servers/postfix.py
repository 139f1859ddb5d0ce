"""Postfix: its own postconf is asked where there is one, else main.cf and master.cf are read by ourselves.

In: nothing (the machine's own Postfix), a directory, a main.cf, or the answer of ``postconf -n`` on standard input.
Out: the settings an audit looks at, each with what set it, the services, where they listen and which family they send
over. Wrong: ``UsageError`` for what is missing or no text, and with postconf's own words when it fails. postconf(1) is
told nothing that would change a file.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from probe.grammar import postfix_defaults, postfix_host
from probe.grammar.options import quoted_path
from probe.grammar.postfix_conf import Parameters, read_main, read_master
from probe.grammar.postfix_sockets import bindings, families
from probe.measure.configuration.proc import Proc
from probe.measure.configuration.program import Said, ask, found
from probe.measure.configuration.reading import STDIN, Found, lines_of, read_text, text_of
from probe.model import postfix
from probe.model.configuration import Configuration, Learned, Mta, Outgoing, Service, Setting
from probe.model.errors import UsageError

NAMES = (
    "mail_version", "compatibility_level", "inet_protocols", "inet_interfaces", "proxy_interfaces", "mynetworks",
    "mynetworks_style", "myhostname", "mydomain", "myorigin", "mydestination", "smtpd_banner", "mail_name", "relayhost",
    "smtp_address_preference", "smtp_bind_address", "smtp_bind_address6", "smtp_helo_name", "smtp_tls_security_level",
    "smtp_dns_support_level", "smtp_host_lookup", "smtpd_relay_restrictions", "smtpd_recipient_restrictions",
    "smtpd_client_restrictions", "smtpd_helo_restrictions", "smtpd_sender_restrictions", "smtpd_data_restrictions",
    "smtpd_end_of_data_restrictions", "smtpd_upstream_proxy_protocol", "postscreen_upstream_proxy_protocol",
    "postscreen_access_list", "postscreen_allowlist_interfaces", "postscreen_whitelist_interfaces",
    "postscreen_pipelining_enable", "postscreen_non_smtp_command_enable", "postscreen_bare_newline_enable",
    "content_filter", "smtpd_milters", "non_smtpd_milters", "smtpd_proxy_filter", "smtpd_sasl_path",
    "virtual_transport", "mailbox_transport", "local_transport", "default_transport", "queue_directory",
    "multi_instance_directories",
)  # fmt: skip
SHIPPED = """\
smtp inet n - - - - smtpd
smtp unix - - - - - smtp
relay unix - - - - - smtp
"""
"""What every master.cf has that anybody ships, as far as an audit asks; for a main.cf that stands alone."""

_DIRECTORIES = ("/etc/postfix", "/usr/local/etc/postfix", "/opt/local/etc/postfix")
_MAIN, _MASTER = "main.cf", "master.cf"
_TABLES = 20  # table files that are opened

Stdin = Callable[[], bytes]
Values = Mapping[tuple[str, str, str], str]
"""What a service's own setting comes to, by the name and type of the service and the name of the parameter."""


async def read(place: str | None, stdin: Stdin) -> Found:
    """The configuration at ``place``."""
    if place == STDIN:
        return _alone(text_of(stdin(), "standard input"), "-", Learned.GIVEN)
    if place is not None and _is_a_file(place):
        return _alone(read_text(place, "configuration"), place, Learned.READ)
    directory, program = await _directory(place), found("postconf")
    _must_be_there(directory, place)
    main = read_main(read_text(f"{directory}/{_MAIN}", "configuration"), f"{directory}/{_MAIN}")
    master = read_master(_master(directory), f"{directory}/{_MASTER}")
    problems = [*main.problems, *master.problems]
    try:
        asked = await _asked(program, directory, main, master) if program is not None else None
    except UsageError as error:
        if place is None or "inet_interfaces" not in str(error):
            raise
        problems.append(postfix.Problem(f"{directory}/{_MAIN}", f"here it fails, {error}", fatal=True))
        asked = None
    settings, values = asked or (tuple(_computed(Parameters(main, _defaults(main)))), {})
    services = tuple(_services(master, settings, values, Parameters(main, _defaults(main))))
    learned = Learned.ASKED if asked is not None else Learned.READ
    return _placed(_whole(directory, learned, settings, services, problems), directory, first=place is None)


async def _directory(place: str | None) -> str:
    """The directory that is meant. Without a word, the one postconf was built for, or was told by its environment."""
    if place is not None:
        return _around(place)
    told = os.environ.get("MAIL_CONFIG")
    if told:
        return told
    program = found("postconf")
    if program is None:
        return _usual()
    said = await ask(program, "-d", "-h", "config_directory")
    lines = said.out.splitlines()
    if said.status != 0 or not lines:
        raise _failed(said)
    return lines[0].strip()


def _usual() -> str:
    return next((item for item in _DIRECTORIES if (Path(item) / _MAIN).exists()), _DIRECTORIES[0])


def _failed(said: Said) -> UsageError:
    """What postconf complained of, in its own words."""
    return UsageError(f"postconf: {said.complaint.rpartition('postconf: ')[2]}")


def _is_a_file(place: str) -> bool:
    """A file that is no directory's main.cf: settings that stand alone."""
    return not Path(place).is_dir() and Path(place).name != _MAIN


def _around(place: str) -> str:
    """The directory that is meant by a directory, or by the main.cf in it."""
    path = Path(place).absolute()
    return str(path if path.is_dir() else path.parent)


def _must_be_there(directory: str, place: str | None) -> None:
    if (Path(directory) / _MAIN).exists():
        return
    hint = "" if place is not None else "; name a directory, a main.cf, or - for the answer of postconf -n"
    raise UsageError(f"configuration {quoted_path(place or directory)}: no main.cf there{hint}")


def _master(directory: str) -> str:
    """master.cf, or what is shipped where there is none or it is closed to us."""
    return read_text(f"{directory}/{_MASTER}", "configuration") if Path(directory, _MASTER).exists() else SHIPPED


def _alone(text: str, place: str, learned: Learned) -> Found:
    """Settings without a directory of their own: nothing can be asked, and they run nowhere we know."""
    name = "standard input" if place == STDIN else place
    main, master = read_main(text, name), read_master(SHIPPED, "default")
    if not main.assignments:
        raise UsageError(f"configuration {quoted_path(name)}: no setting in it; a main.cf, or what postconf -n says")
    parameters = Parameters(main, _defaults(main))
    settings = tuple(_computed(parameters))
    services = tuple(_services(master, settings, {}, parameters))
    configuration = _whole(place, learned, settings, services, main.problems)
    return Found(configuration, own=False, origin=configuration.value("myorigin") or None)


def _defaults(main: postfix.MainFile) -> dict[str, str]:
    """Of the version the file itself names, or the newest we know; without what Postfix takes from its machine."""
    said = next((item.value for item in reversed(main.assignments) if item.name == "mail_version"), "")
    version = postfix_defaults.version_of(said)
    return postfix_defaults.defaults(version) if version else postfix_defaults.defaults()


def _computed(parameters: Parameters) -> Iterator[Setting]:
    """The settings as we read them. What nobody can know without the machine is left out."""
    for name in NAMES:
        raw = parameters.raw(name)
        if raw is None and name == "mydomain" and parameters.explicit("myhostname"):
            raw = postfix_host.mydomain(parameters.value("myhostname"))
        if raw is not None:
            value = parameters.value(name) if parameters.raw(name) is not None else raw
            yield Setting(name, value, raw, parameters.origin(name), parameters.explicit(name))


async def _asked(
    program: str, directory: str, main: postfix.MainFile, master: postfix.MasterFile
) -> tuple[tuple[Setting, ...], Values]:
    """What postconf says of main.cf and of the services. It fails where inet_interfaces names what this machine has
    not, which says nothing of files that were brought here from another.
    """
    return await _asked_settings(program, directory, main), await _asked_services(program, directory, master)


async def _asked_settings(program: str, directory: str, main: postfix.MainFile) -> tuple[Setting, ...]:
    """The settings as postconf tells them; where they stand in the file is our own reading."""
    said = await ask(program, "-c", directory, "-x", *NAMES)
    if said.status != 0:
        raise _failed(said)
    values = {item.name: item.value for item in read_main(said.out, "postconf").assignments}
    own = Parameters(main)
    return tuple(
        Setting(name, values[name], own.raw(name) or "", own.origin(name), own.explicit(name))
        for name in NAMES
        if name in values
    )


async def _asked_services(program: str, directory: str, master: postfix.MasterFile) -> Values:
    """What the services' own settings come to: ``submission/inet/smtpd_tls_security_level = encrypt``."""
    if not any(service.options for service in master.services):
        return {}
    said = await ask(program, "-c", directory, "-P", "-x")
    if said.status != 0:
        raise _failed(said)
    values = {}
    for line in said.out.splitlines():
        key, _, value = line.partition(" = ")
        match key.rsplit("/", 2):
            case [service, kind, name]:
                values[service, kind, name.strip()] = value.strip()
    return values


def _services(
    master: postfix.MasterFile,
    settings: tuple[Setting, ...],
    values: Values,
    everywhere: Parameters,
) -> Iterator[Service]:
    """The services; a chroot that is not said is y before compatibility_level 1 (master(5))."""
    level = next((item.value for item in settings if item.name == "compatibility_level"), "0")
    locked = (postfix_defaults.version_of(f"{level}.0") or (0, 0)) < (1, 0)
    for item in master.services:
        own = Parameters(everywhere.main, everywhere.defaults, item)
        origin = "default" if item.file == "default" else f"{item.file}:{item.line}"
        yield Service(
            name=item.name,
            type=item.type,
            command=item.command.rpartition("/")[2],
            origin=origin,
            settings=tuple(
                Setting(said.name, values.get((item.name, item.type, said.name), own.value(said.name)), said.value,
                        origin, explicit=True)
                for said in item.options
            ),
            chroot=item.chroot == "y" or (item.chroot == "-" and locked),
        )  # fmt: skip


def _whole(
    place: str,
    learned: Learned,
    settings: tuple[Setting, ...],
    services: tuple[Service, ...],
    problems: Iterable[postfix.Problem],
) -> Configuration:
    known = {item.name: item.value for item in settings}
    protocols, interfaces = known.get("inet_protocols", "all"), known.get("inet_interfaces", "all")
    inet = [(item.name, item.origin) for item in services if item.type == "inet" and _takes_mail(item)]
    return Configuration(
        mta=Mta.POSTFIX,
        place=place,
        learned=learned,
        version=known.get("mail_version") or None,
        settings=settings,
        services=services,
        bindings=tuple(bindings(inet, protocols, interfaces, {})),
        outgoing=tuple(_outgoing(services, protocols)),
        problems=tuple(problems),
        tables=tuple(_tables(settings, services)),
        instances=tuple(known.get("multi_instance_directories", "").replace(",", " ").split()),
    )


def _takes_mail(service: Service) -> bool:
    return service.command in {"smtpd", "postscreen"}


def _outgoing(services: Iterable[Service], protocols: str) -> Iterator[Outgoing]:
    for item in services:
        if item.type == "unix" and item.command == "smtp":
            own = item.own("inet_protocols")
            yield Outgoing(item.name, families(own.value if own is not None else protocols), item.origin)


def _tables(settings: Iterable[Setting], services: Iterable[Service]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The files behind mynetworks and postscreen's lists, where they may be read: plain text, and nothing is run."""
    values = [item.value for item in settings if item.name in {"mynetworks", "postscreen_access_list"}]
    values += [own.value for item in services if (own := item.own("mynetworks")) is not None]
    wanted = [word for value in values for word in value.replace(",", " ").split()]
    for name in [word.lstrip("!") for word in dict.fromkeys(wanted)][:_TABLES]:
        path = name.removeprefix("cidr:")
        if path.startswith("/"):
            lines = lines_of(path)
            if lines is not None:
                yield name, lines


def _placed(configuration: Configuration, directory: str, *, first: bool) -> Found:
    """Whose it is: the machine's own, or that of a server that runs from this directory."""
    queue = configuration.value("queue_directory", "/var/spool/postfix")
    pid = _master_process(queue)
    return Found(
        configuration,
        own=first or pid is not None or directory.rstrip("/") in _DIRECTORIES,
        pid=pid,
        files=(f"{directory}/{_MAIN}", f"{directory}/{_MASTER}"),
        chroot=queue,
        origin=configuration.value("myorigin") or None,
    )


def _master_process(queue: str, proc: Proc | None = None) -> int | None:
    """The process that the lock of the queue names, if it is there, is master(8), and sees our network."""
    proc = proc or Proc()
    try:
        pid = int(Path(queue, "pid", "master.pid").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if proc.name(pid) == "master" else None
