"""A DNS of its own, from the root down: NSD for the root, for com and for the domains, all signed, and Unbound.

    prober 2001:db8:9::9 198.51.100.9 (Unbound on loopback) --- dnshost, which has all the servers' addresses

``build`` puts it up; ``obstacle`` tells why this machine cannot. The domains below com, and what is odd about each:

    example   signed, nothing is odd; the mail host of all the others is in it
    unsigned  not signed
    v4ns      its name servers have no IPv6 address
    deadv6    the IPv6 addresses of its name servers answer nothing
    bogus     its signatures ended a month ago
    stale     behind the IPv6 address of its name server stands an old copy
"""

import contextlib
import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import dns.dnssec
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec

from tests.real.nameserver import serve
from tests.real.namespaces import SEARCH_PATH, Machine, cable, command, machine
from tests.real.world import DOCUMENTATION, PROBE6, PROBER4, PROBER6, directory
from tests.real.world import obstacle as world_obstacle

HUB6, HUB4 = "2001:db8:9::1", "198.51.100.1"
ROOT6, ROOT4 = "2001:db8:a::1", "192.0.2.1"
TOP6, TOP4 = "2001:db8:b::1", "192.0.2.2"
ONE6, ONE4 = "2001:db8:c::1", "203.0.113.53"
TWO6, TWO4 = "2001:db8:d::1", "203.0.113.54"
DEAD6 = ("2001:db8:dead::1", "2001:db8:dead::2")
MAIL6, MAIL4 = "2001:db8:25::25", "192.0.2.25"

RESOLV_CONF = "nameserver 127.0.0.1\nnameserver ::1\n"
ZONE = """$ORIGIN {origin}
$TTL 3600
@ SOA ns1.example.com. hostmaster.example.com. 1 7200 1800 604800 60
"""
UNBOUND = """
server:
    username: ""
    chroot: ""
    directory: "{directory}"
    pidfile: "{directory}/unbound.pid"
    logfile: "{directory}/unbound.log"
    use-syslog: no
    do-daemonize: no
    interface: 127.0.0.1
    interface: ::1
    root-hints: "{directory}/root.hints"
    trust-anchor-file: "{directory}/root.key"
    module-config: "validator iterator"
    ede: yes
remote-control:
    control-enable: no
"""


class Signing(StrEnum):
    """What a domain's zone has of signatures."""

    NONE = "none"
    GOOD = "good"
    ENDED = "ended"
    BROKEN = "broken"  # those of TLSA records alone: other records stand there than were signed


# Of each domain: the addresses of ns1 and ns2.
SERVERS = {
    "example": ((ONE6, ONE4), (TWO6, TWO4)),
    "unsigned": ((ONE6, ONE4), (TWO6, TWO4)),
    "v4ns": ((ONE4,), (TWO4,)),
    "deadv6": ((DEAD6[0], ONE4), (DEAD6[1], TWO4)),
    "bogus": ((ONE6, ONE4), (TWO6, TWO4)),
    "stale": ((TWO6, ONE4),),
}
SIGNED = {"example": Signing.GOOD, "bogus": Signing.ENDED}


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain below com: its records beside SOA and NS, where its name servers are, how it is signed."""

    records: str
    servers: tuple[tuple[str, ...], ...] = ((ONE6, ONE4), (TWO6, TWO4))
    signing: Signing = Signing.NONE


def obstacle() -> str | None:
    """Why this cannot be made on this machine; None when it can."""
    if command("unbound") is None:
        return "missing Debian packages: unbound"
    return world_obstacle()


@dataclass(frozen=True, slots=True)
class Tree:
    """The running DNS. ``hub`` is the machine of the name servers, ``place`` a directory that goes with it all."""

    prober: Machine
    hub: Machine
    hints: Path
    place: Path

    def probe6(self, *arguments: str, hints: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run the installed command as far as names go; no mail host is there to be called."""
        common = ("--until", "resolve", "--treat-global", DOCUMENTATION, "--root-hints", hints or self.hints)
        return self.prober.run(PROBE6, *arguments, *common, check=False, timeout=120)


def _servers(domain: str, servers: tuple[tuple[str, ...], ...]) -> str:
    """The NS records of a domain, with the addresses of its servers: its own, and glue in the zone above."""
    lines = []
    for number, addresses in enumerate(servers, 1):
        lines.append(f"{domain}.com. NS ns{number}.{domain}.com.")
        lines += [f"ns{number}.{domain}.com. {'AAAA' if ':' in one else 'A'} {one}" for one in addresses]
    return "\n".join(lines) + "\n"


def _records(domain: str, mail: str = "mx1.example.com.") -> str:
    hosts = f"mx1 A {MAIL4}\nmx1 AAAA {MAIL6}\n" if domain == "example" else ""
    return f"@ MX 10 {mail}\n" + hosts


DOMAINS = {name: Domain(_records(name), servers, SIGNED.get(name, Signing.NONE)) for name, servers in SERVERS.items()}
OLDER = {"stale": Domain(_records("stale", "mx.old.example.com."), SERVERS["stale"])}


def _text(name: str, domain: Domain) -> str:
    return ZONE.format(origin=f"{name}.com.") + _servers(name, domain.servers) + domain.records


def _signed(origin: str, text: str, *, until: datetime) -> tuple[str, str, str]:
    """The zone with signatures that hold ``until`` then, the DS record for the zone above, and the key."""
    secret = ec.generate_private_key(ec.SECP256R1())
    key = dns.dnssec.make_dnskey(secret.public_key(), dns.dnssec.Algorithm.ECDSAP256SHA256, flags=257)
    zone = dns.zone.from_text(text, origin, relativize=False)
    with zone.writer() as transaction:
        dns.dnssec.sign_zone(
            zone,
            transaction,
            keys=[(secret, key)],
            dnskey_ttl=3600,
            inception=until - timedelta(days=60),
            expiration=until,
        )
    ds = dns.dnssec.make_ds(origin, key, "SHA256")
    return (
        zone.to_text(relativize=False),
        f"{origin} 3600 IN DS {ds.to_text()}\n",
        f"{origin} IN DNSKEY {key.to_text()}\n",
    )


def zones(domains: Mapping[str, Domain], older: Mapping[str, Domain]) -> tuple[list[dict[str, str]], str]:
    """The zones of the root server, of com's, and of the two that serve the domains; and the trust anchor."""
    now = datetime.now(UTC)
    texts, delegations = {}, ""
    for name, domain in domains.items():
        text, ds = _text(name, domain), ""
        if domain.signing is not Signing.NONE:
            days = -30 if domain.signing is Signing.ENDED else 30
            text, ds, _ = _signed(f"{name}.com.", text, until=now + timedelta(days=days))
        if domain.signing is Signing.BROKEN:
            text = re.sub(r"(?<= TLSA )(\d \d \d )(..)", lambda found: f"{found[1]}{int(found[2], 16) ^ 1:02x}", text)
        texts[f"{name}.com"] = text
        delegations += _servers(name, domain.servers) + ds
    top = ZONE.format(origin="com.") + f"@ NS ns.com.\nns A {TOP4}\nns AAAA {TOP6}\n" + delegations
    top, ds, _ = _signed("com.", top, until=now + timedelta(days=30))
    root = ZONE.format(origin=".") + f"@ NS root.\nroot. A {ROOT4}\nroot. AAAA {ROOT6}\n"
    root += f"com. NS ns.com.\nns.com. A {TOP4}\nns.com. AAAA {TOP6}\n" + ds
    root, _, anchor = _signed(".", root, until=now + timedelta(days=30))
    second = texts | {f"{name}.com": _text(name, domain) for name, domain in older.items()}
    return [{".": root}, {"com": top}, texts, second], anchor


@contextlib.contextmanager
def resolver(where: Machine, place: Path, anchor: str) -> Iterator[None]:
    """Unbound on the loopback addresses of ``where``."""
    place.mkdir()
    (place / "root.hints").write_text(f". 3600 NS root.\nroot. 3600 A {ROOT4}\nroot. 3600 AAAA {ROOT6}\n")
    (place / "root.key").write_text(anchor)
    (place / "unbound.conf").write_text(UNBOUND.format(directory=place))
    server = subprocess.Popen(
        where.argv("unbound", "-c", place / "unbound.conf"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PATH": SEARCH_PATH},
    )
    try:
        end = time.monotonic() + 120
        while where.listens(53) != {"ipv6", "ipv4"}:
            if server.poll() is not None or time.monotonic() > end:
                log = place / "unbound.log"
                raise RuntimeError("Unbound did not start: " + (log.read_text() if log.exists() else "no log"))
            time.sleep(0.02)
        yield
    finally:
        server.terminate()
        server.wait(20)


@contextlib.contextmanager
def grown(
    prober: Machine, hub: Machine, place: Path, domains: Mapping[str, Domain], older: Mapping[str, Domain]
) -> Iterator[Tree]:
    """The name servers on ``hub``, the resolver on ``prober``: two machines that reach each other."""
    pairs = ((ROOT6, ROOT4), (TOP6, TOP4), (ONE6, ONE4), (TWO6, TWO4))
    for six, four in pairs:
        hub.address("lo", f"{six}/128", f"{four}/32")
    texts, anchor = zones(domains, older)
    with contextlib.ExitStack() as stack:
        for number, (addresses, served) in enumerate(zip(pairs, texts, strict=True)):
            stack.enter_context(serve(hub, addresses, served, place / f"nsd{number}"))
        stack.enter_context(resolver(prober, place / "unbound", anchor))
        yield Tree(prober, hub, place / "unbound" / "root.hints", place)


@contextlib.contextmanager
def build(domains: Mapping[str, Domain] = DOMAINS, older: Mapping[str, Domain] = OLDER) -> Iterator[Tree]:
    """Put it all up; everything of it is gone afterwards. ``older`` are zones that the second server has otherwise."""
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(directory())
        names = [f"p6-{os.getpid()}-{role}" for role in ("tree", "dns")]
        prober, hub = (stack.enter_context(machine(name, RESOLV_CONF)) for name in names)
        cable(prober, "eth0", hub, "eth0")
        prober.address("eth0", f"{PROBER6}/64", f"{PROBER4}/24")
        hub.address("eth0", f"{HUB6}/64", f"{HUB4}/24")
        for way in (HUB6, HUB4):
            prober.ip("route", "add", "default", "via", way)
        yield stack.enter_context(grown(prober, hub, place, domains, older))
