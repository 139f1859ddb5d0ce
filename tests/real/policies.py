"""Domains with TLS policies on the signed tree: a Postfix with three certificates, and a web server for policies.

    2001:db8:25::25 192.0.2.25  Postfix, first certificate
    2001:db8:25::26 192.0.2.26  Postfix, another certificate; asked for mx2.names.com, one of its own
    2001:db8:43::43 192.0.2.43  the web server; at 2001:db8:43::44 nobody listens

``build`` puts it up. What the domains below com promise by DANE, and the policies of those with MTA-STS:

    match      3 1 1 of the key at both addresses          listed     all is well
    split      the same, but over IPv6 is the other key    left       enforces a policy that does not list its host
    usage      usages 0 and 1                              v4only     nobody answers over IPv6
    bogus      signed, then changed                        expired    the web server's certificate has ended
    insecure   a wrong key in a zone that is not signed    moved      the web server redirects
    names      mx1 and mx2 at one address, a key for each
    onename    the same, but the key for mx2 is never shown
"""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.real import tree
from tests.real.certificates import issue, key_digest
from tests.real.namespaces import Machine, command, run
from tests.real.postfix import Postfix, postfix
from tests.real.tree import Domain, Signing
from tests.real.world import DOCUMENTATION, PROBE6

FIRST6, FIRST4 = "2001:db8:25::25", "192.0.2.25"
OTHER6, OTHER4 = "2001:db8:25::26", "192.0.2.26"
WEB6, WEB4, NOBODY6 = "2001:db8:43::43", "192.0.2.43", "2001:db8:43::44"
SPLIT = (OTHER6, FIRST4)
PROMISED = ("match", "split", "usage", "bogus", "insecure", "names", "onename")
SERVED = ("listed", "left", "v4only", "expired", "moved")
ROOT = Path(__file__).parents[2]


def obstacle() -> str | None:
    """Why this cannot be made on this machine; None when it can."""
    absent = [name for name in ("posttls-finger", "curl", "postmap") if command(name) is None]
    if absent:
        return f"missing: {' '.join(absent)} (Debian packages postfix, curl)"
    return tree.obstacle()


@dataclass(frozen=True, slots=True)
class Policies:
    """The running world."""

    prober: Machine
    hints: Path
    ca_file: Path
    configuration: Path

    def probe6(self, *targets: str) -> list[dict[str, Any]]:
        """The reports of the installed command, as far as TLS."""
        words = ("--until", "starttls", "--treat-global", DOCUMENTATION, "--root-hints", self.hints)
        words = (*words, "--ca", self.ca_file, "--pause", "0", "--format", "json")
        done = self.prober.run(PROBE6, *targets, *words, check=False, timeout=300)
        assert done.stdout, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found

    def finger(self, host: str, family: str) -> str:
        """What Postfix itself says of DANE at ``host`` over one family (``ipv6`` or ``ipv4``)."""
        words = (
            "-t",
            "30",
            "-T",
            "30",
            "-c",
            "-l",
            "dane",
            "-L",
            "summary,certmatch",
            "-o",
            f"inet_protocols={family}",
        )
        done = self.prober.run(
            *("env", f"MAIL_CONFIG={self.configuration}", "posttls-finger", *words, f"[{host}]"), check=False
        )
        return done.stdout + done.stderr

    def curl(self, host: str, family: str) -> tuple[int, str]:
        """The exit status of curl and the HTTP status, for the policy at ``host`` over one family."""
        words = ("--silent", "--cacert", self.ca_file, "-6" if family == "ipv6" else "-4", "-o", "/dev/null")
        place = f"https://{host}/.well-known/mta-sts.txt"
        done = self.prober.run("curl", *words, "--max-time", "60", "-w", "%{http_code}", place, check=False)
        return done.returncode, done.stdout


def hosts(ipv6: str, ipv4: str, *names: str) -> str:
    """MX hosts that are all one machine."""
    return "".join(
        f"@ MX {number}0 {name}\n{name} AAAA {ipv6}\n{name} A {ipv4}\n" for number, name in enumerate(names, 1)
    )


def tlsa(*records: str, host: str = "mx1") -> str:
    """TLSA records for port 25."""
    return "".join(f"_25._tcp.{host} TLSA {record}\n" for record in records)


def domains(first: str, other: str, second: str) -> dict[str, Domain]:
    """All of them. ``first``, ``other`` and ``second`` are the digests of the keys."""
    good, unsigned = Signing.GOOD, Signing.NONE
    promised = {
        "match": Domain(hosts(FIRST6, FIRST4, "mx1") + tlsa(f"3 1 1 {first}"), signing=good),
        "split": Domain(hosts(*SPLIT, "mx1") + tlsa(f"3 1 1 {first}"), signing=good),
        "usage": Domain(hosts(FIRST6, FIRST4, "mx1") + tlsa(f"1 1 1 {first}", f"0 1 1 {other}"), signing=good),
        "bogus": Domain(hosts(FIRST6, FIRST4, "mx1") + tlsa(f"3 1 1 {first}"), signing=Signing.BROKEN),
        "insecure": Domain(hosts(FIRST6, FIRST4, "mx1") + tlsa(f"3 1 1 {other}"), signing=unsigned),
        "names": Domain(
            hosts(OTHER6, OTHER4, "mx1", "mx2") + tlsa(f"3 1 1 {other}") + tlsa(f"3 1 1 {second}", host="mx2"),
            signing=good,
        ),
        "onename": Domain(
            hosts(FIRST6, FIRST4, "mx1", "mx2") + tlsa(f"3 1 1 {first}") + tlsa(f"3 1 1 {second}", host="mx2"),
            signing=good,
        ),
    }
    announced = '_mta-sts TXT "v=STSv1; id=20260101T000000"\n' + f"mta-sts A {WEB4}\n"
    served = {
        name: Domain(
            hosts(FIRST6, FIRST4, "mx1") + announced + f"mta-sts AAAA {NOBODY6 if name == 'v4only' else WEB6}\n"
        )
        for name in SERVED
    }
    return promised | served


@contextlib.contextmanager
def web(where: Machine, place: Path, chain: Path, ended: Path) -> Iterator[None]:
    """The web server of all these policies."""
    told = {}
    for name in SERVED:
        mx = "mail.elsewhere.com" if name == "left" else f"mx1.{name}.com"
        told[f"mta-sts.{name}.com"] = {
            "chain": str(ended if name == "expired" else chain),
            "status": 301 if name == "moved" else 200,
            "location": "https://www.moved.com/mta-sts.txt" if name == "moved" else None,
            "body": f"version: STSv1\nmode: enforce\nmx: {mx}\nmax_age: 604800\n",
        }
    with serving(where, place, told):
        yield


@contextlib.contextmanager
def serving(where: Machine, place: Path, told: Mapping[str, Mapping[str, object]]) -> Iterator[None]:
    """A web server for policies, as ``tests.real.policyhost`` is told about its hosts."""
    plan = place / "policies.json"
    plan.write_text(json.dumps({"listen": [WEB6, WEB4], "hosts": told}))
    server = subprocess.Popen(
        where.argv(sys.executable, "-m", "tests.real.policyhost", plan),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        yield
    finally:
        server.kill()
        server.communicate()


def by_address(server: Postfix, other: Path, maps: Path) -> None:
    """Let a Postfix that runs show another certificate at some of its addresses."""
    server.stop()
    master = server.configuration / "master.cf"
    rest = master.read_text().split("\n", 2)[2]
    options = f"-o smtpd_tls_chain_files={other} -o tls_server_sni_maps=hash:{maps}"
    lines = [f"[{FIRST6}]:25 inet n - n - - smtpd", f"{FIRST4}:25 inet n - n - - smtpd"]
    lines += [f"{where}:25 inet n - n - - smtpd {options}" for where in (f"[{OTHER6}]", OTHER4)]
    master.write_text("\n".join(["", *lines, rest]))
    server.start()


@contextlib.contextmanager
def build() -> Iterator[Policies]:
    """Put it all up; everything of it is gone afterwards."""
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(tree.directory())
        chains = {}
        kinds = {"first": timedelta(hours=1), "other": timedelta(hours=1), "second": timedelta(hours=1)}
        kinds |= {"web": timedelta(hours=1), "ended": timedelta(days=100)}
        webs = [f"mta-sts.{name}.com" for name in SERVED]
        mail = [f"mx1.{name}.com" for name in (*PROMISED, *SERVED)]
        for kind, age in kinds.items():
            (place / kind).mkdir()
            names = {"web": webs, "ended": webs, "second": ["mx2.names.com"]}.get(kind, mail)
            _, chains[kind] = issue(place / kind, *names, age=age)
        ca_file = place / "ca.pem"
        ca_file.write_text("".join((place / kind / "ca.pem").read_text() for kind in kinds))
        keys = (key_digest(chains[kind]) for kind in ("first", "other", "second"))
        made = stack.enter_context(tree.build(domains(*keys), {}))
        for address in (FIRST6, FIRST4, OTHER6, OTHER4, WEB6, WEB4, NOBODY6):
            made.hub.address("lo", f"{address}/{128 if ':' in address else 32}")
        server = stack.enter_context(postfix(made.hub, place / "postfix", chains["first"]))
        maps = place / "sni"
        maps.write_text(f"mx2.names.com {chains['second']}\n")
        run("postmap", "-c", server.configuration, "-F", f"hash:{maps}")
        by_address(server, chains["other"], maps)
        stack.enter_context(web(made.hub, place, chains["web"], chains["ended"]))
        yield Policies(made.prober, made.hints, ca_file, server.configuration)
