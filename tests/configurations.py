"""Builders for tests of an audit: a dual-stack Postfix in good order on its machine, and small changes that break it.

``postfix(main)`` reads ``main`` as a main.cf, so that what is tested is what a person writes; ``healthy()`` is a
server that listens, is published and has a reverse name for each family.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from probe.grammar.postfix_conf import Parameters, read_main, read_master
from probe.grammar.postfix_defaults import defaults
from probe.grammar.postfix_sockets import bindings, families
from probe.model.configuration import (
    Binding,
    Configuration,
    Learned,
    Listener,
    Machine,
    Mta,
    Outgoing,
    Prefix,
    Published,
    Service,
    Setting,
    Source,
)
from probe.model.dns import Resolved
from probe.model.measurement import SCHEMA, Measurement
from probe.model.settings import Settings, Target, TargetKind
from probe.model.words import Family, Outcome

V6, V4 = Family.IPV6, Family.IPV4
STARTED = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
MX1 = "mx1.example.com"
MAIN = """\
compatibility_level = 3.6
myhostname = mx1.example.com
mydestination =
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
"""
DEBIAN = """\
smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)
biff = no
append_dot_mydomain = no
readme_directory = no
compatibility_level = 3.6
smtpd_tls_cert_file=/etc/ssl/certs/ssl-cert-snakeoil.pem
smtpd_tls_security_level=may
smtp_tls_security_level=may
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
myhostname = host.example.com
alias_maps = hash:/etc/aliases
myorigin = /etc/mailname
mydestination = $myhostname, host.example.com, localhost
relayhost =
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
mailbox_size_limit = 0
recipient_delimiter = +
inet_interfaces = all
inet_protocols = all
"""
MASTER = """\
smtp inet n - y - - smtpd
smtp unix - - y - - smtp
relay unix - - y - - smtp
"""
NAMES = {"localhost": ("127.0.0.1", "::1"), MX1: ("192.0.2.25", "2001:db8:25::25")}
LISTENERS = (Listener("::", 25, V6, "master", 99), Listener("0.0.0.0", 25, V4, "master", 99))
PREFIXES = (
    Prefix("lo", "::1", 128, V6),
    Prefix("eth0", "2001:db8:25::25", 64, V6),
    Prefix("eth0", "fe80::25", 64, V6),
    Prefix("lo", "127.0.0.1", 8, V4),
    Prefix("eth0", "192.0.2.25", 24, V4),
)
PUBLISHED = (
    Published(MX1, "myhostname", V6, Outcome.ANSWER, ("2001:db8:25::25",)),
    Published(MX1, "myhostname", V4, Outcome.ANSWER, ("192.0.2.25",)),
    Published(MX1, "mx", V6, Outcome.ANSWER, ("2001:db8:25::25",)),
    Published(MX1, "mx", V4, Outcome.ANSWER, ("192.0.2.25",)),
)
SOURCES = (
    Source(V6, "2001:db8:25::25", "routing", (MX1,), True),
    Source(V4, "192.0.2.25", "routing", (MX1,), True),
)
IPV4_ALONE = tuple(
    replace(item, outcome=Outcome.NO_DATA, addresses=()) if item.family is V6 else item for item in PUBLISHED
)


def machine(**changes: Any) -> Machine:
    """A machine with both families and a running Postfix."""
    whole = Machine(
        listeners=LISTENERS,
        prefixes=PREFIXES,
        kernel=(("conf/all/disable_ipv6", "0"), ("conf/default/disable_ipv6", "0"), ("bindv6only", "0")),
        pid=99,
        started=STARTED - timedelta(days=3),
        localhost=("127.0.0.1", "::1"),
        gateways=("2001:db8:25::1", "192.0.2.1"),
    )
    return replace(whole, **changes)


def postfix(main: str = MAIN, master: str = MASTER, **changes: Any) -> Configuration:
    """A Postfix configuration that stands alone, as read from a file."""
    file = read_main(main)
    parameters = Parameters(file, defaults((3, 7)))
    settings = tuple(
        Setting(name, parameters.value(name), parameters.raw(name) or "", parameters.origin(name), explicit=explicit)
        for name in dict.fromkeys([*defaults((3, 7)), *(item.name for item in file.assignments)])
        for explicit in [parameters.explicit(name)]
    )
    services = tuple(_service(file, item) for item in read_master(master).services)
    protocols, interfaces = parameters.value("inet_protocols"), parameters.value("inet_interfaces")
    inet = [(item.name, item.origin) for item in services if item.type == "inet"]
    outgoing = [item for item in services if item.type == "unix" and item.command == "smtp"]
    whole = Configuration(
        mta=Mta.POSTFIX,
        place="main.cf",
        learned=Learned.READ,
        version="3.7.11",
        settings=settings,
        services=services,
        bindings=tuple(bindings(inet, protocols, interfaces, NAMES)),
        outgoing=tuple(
            Outgoing(item.name, families(own.value if (own := item.own("inet_protocols")) else protocols), item.origin)
            for item in outgoing
        ),
        problems=file.problems,
        apart="it is not the configuration of a server of this machine",
    )
    return replace(whole, **changes)


def _service(file: Any, item: Any) -> Service:
    own = Parameters(file, defaults((3, 7)), item)
    origin = f"{item.file}:{item.line}"
    said = tuple(Setting(it.name, own.value(it.name), it.value, origin, explicit=True) for it in item.options)
    return Service(item.name, item.type, item.command, origin, said, item.chroot == "y")


def here(main: str = MAIN, master: str = MASTER, **changes: Any) -> Configuration:
    """The same as the configuration of a running, published server of this machine."""
    whole = postfix(
        main, master, learned=Learned.ASKED, place="/etc/postfix", apart=None, machine=machine(), published=PUBLISHED,
        sources=SOURCES, spf=("example.com", "v=spf1 mx -all"),
    )  # fmt: skip
    return replace(whole, **changes)


def other(mta: Mta, *bound: Binding, outgoing: tuple[Outgoing, ...] = (), **changes: Any) -> Configuration:
    """Another mail server's configuration."""
    whole = Configuration(mta, f"/etc/{mta}", Learned.READ, bindings=bound, outgoing=outgoing)
    return replace(whole, **changes)


def audited(configuration: Configuration) -> Measurement:
    """The measurement of an audit."""
    return Measurement(
        schema=SCHEMA,
        probe6="0.1.0",
        target=Target(f"{configuration.mta} {configuration.place}", TargetKind.CONFIGURATION, configuration.place),
        started=STARTED,
        elapsed=0.1,
        settings=Settings(),
        resolved=Resolved(None),
        configuration=configuration,
    )


def healthy() -> Measurement:
    """All well."""
    return audited(here())
