"""Where Exim, OpenSMTPD and Sendmail listen is what our readers say: each configuration is given to the daemon, and its
sockets are held against our reading; then the audit is run beside the daemon, as its operator would.
"""

import contextlib
import itertools
import json
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from probe.grammar import exim_options, opensmtpd_conf, sendmail_options
from probe.measure.configuration.reach import Text, found_by
from probe.model.configuration import Learned, Mta
from probe.model.listening import Reach
from probe.model.words import Family
from tests.real import daemon_confs, exim, opensmtpd, sendmail
from tests.real.agreement import agreement
from tests.real.debian import Unpacked, library_path
from tests.real.mta import PRIVATE, USERS, directories, known
from tests.real.namespaces import SEARCH_PATH, Machine, cable, command, machine, run
from tests.real.world import PROBE6, directory

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(command("ip") is None or os.geteuid() != 0, reason="needs root and ip(8)"),
]

PATIENCE = 60.0  # seconds for a daemon on a busy machine
ADDRESSES = {Family.IPV6: "2001:db8:25::25", Family.IPV4: "192.0.2.25"}
Sockets = set[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Bench:
    """A machine of its own with one network card, a directory for the daemon, and its unpacked package."""

    where: Machine
    place: Path
    root: Path
    mounts: dict[str, Path]

    def argv(self, *argv: str | Path) -> list[str]:
        """A command among the daemon's directories and users."""
        binds = [word for target, source in self.mounts.items() for word in (str(source), target)]
        script = ["unshare", "--uts", "sh", "-ec", PRIVATE, "sh", "mx1.example.com", str(self.place / "dev")]
        return self.where.argv(*script, *binds, "--", *map(str, argv))

    def sockets(self) -> Sockets:
        """What the kernel says: ``*`` is an IPv6 socket that takes IPv4 as well."""
        lines = run("ss", "-N", self.where.name, "-Hltn").stdout.splitlines()
        places = [line.split()[3].rpartition(":") for line in lines]
        return {(address.strip("[]").partition("%")[0], int(port)) for address, _, port in places}

    @contextlib.contextmanager
    def running(self, *argv: str | Path) -> Iterator["subprocess.Popen[bytes]"]:
        """The daemon, from its start until its last socket is closed."""
        with (self.place / "said").open("wb") as said:
            daemon = subprocess.Popen(
                self.argv(*argv), stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                env={**os.environ, "PATH": SEARCH_PATH},
            )  # fmt: skip
            try:
                yield daemon
            finally:
                daemon.terminate()
                try:
                    daemon.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    daemon.kill()
                    daemon.wait(PATIENCE)
                self.until(set(), None)

    def until(self, expected: Sockets, daemon: "subprocess.Popen[bytes] | None") -> Sockets:
        """The sockets as soon as they are the expected ones, or at the latest when nothing is to come any more."""
        end = time.monotonic() + PATIENCE
        while (now := self.sockets()) != expected and time.monotonic() < end:
            if daemon is not None and daemon.poll() is not None:
                break
            time.sleep(0.02)
        return now


@contextlib.contextmanager
def bench(unpacked: Unpacked, packages: tuple[str, ...], *mounts: str) -> Iterator[Bench]:
    root, _ = unpacked(packages)
    with directory() as place, contextlib.ExitStack() as stack:
        where = stack.enter_context(machine(f"p6-{packages[0][:9]}"))
        cable(where, "mail0", where, "other0")
        where.ip("link", "set", "mail0", "addrgenmode", "none")
        where.address("mail0", "192.0.2.25/24", "2001:db8:25::25/64")
        made = directories(place, *(f"mounted{target}" for target in mounts))
        directories(place, "dev", "homes", "queue", "spool", "log")
        stack.enter_context(known(where, place / "homes", root))
        yield Bench(where, place, root, dict(zip(mounts, made, strict=True)))


def ours(mta: Mta, reach: Reach) -> Sockets:
    """Our reading as sockets, with the addresses of the card for its name."""
    bindings = found_by(mta, Text("", "-", own=False, learned=Learned.READ), reach, set()).configuration.bindings
    shared = {item.port for item in bindings if item.family is Family.IPV4 and "::" in item.addresses}
    return {
        ("*" if address == "::" and item.port in shared else address, item.port)
        for item in bindings
        for address in (*item.addresses, *(ADDRESSES[item.family] for name in item.unknown if name == "mail0"))
    }


def held(made: Bench, mta: Mta, reach: Reach, configuration: str, *argv: str | Path, sign: str = "") -> None:
    """Start the daemon and hold its sockets against ours; ``sign`` is a file it makes once it runs."""
    counter = agreement(f"where {mta.capitalize()} listens (ss)")
    expected = ours(mta, reach)
    (made.place / (sign or "none")).unlink(missing_ok=True)
    with made.running(*argv) as daemon:
        end = time.monotonic() + PATIENCE  # where nothing is to listen, only the sign tells that it has started
        while sign and not (made.place / sign).exists() and daemon.poll() is None:
            assert time.monotonic() < end, (made.place / "said").read_text(errors="backslashreplace")
            time.sleep(0.02)
        theirs = made.until(expected, daemon)
        said = (made.place / "said").read_text(errors="backslashreplace")
    counter.configurations += 1
    counter.count("sockets", sorted(theirs), sorted(expected), f"{configuration}\n{said}")
    assert theirs == expected, f"{configuration}\n{said}"


def audited(made: Bench, mta: Mta, *argv: str | Path) -> None:
    """The three columns of an audit on the machine of the daemon: what is configured is what listens."""
    with made.running(*argv) as daemon:
        made.until({("::", 25), ("0.0.0.0", 25)}, daemon)
        path = f"{made.root}/usr/sbin:{SEARCH_PATH}"
        done = run(*made.argv("env", f"PATH={path}", PROBE6, "audit", mta, "--format", "json"), check=False)
    assert done.stdout.startswith("{"), f"{done.returncode} {done.stderr}"
    rows = {row["family"]: row for row in json.loads(done.stdout)["configuration"]["openings"] if row["port"] == 25}
    anywhere = {"ipv6": ["::"], "ipv4": ["0.0.0.0"]}
    assert {family: row["effective"] for family, row in rows.items()} == anywhere
    assert {family: row["listening"] for family, row in rows.items()} == anywhere


@pytest.fixture(scope="module")
def exim_bench(unpacked: Unpacked) -> Iterator[Bench]:
    with bench(unpacked, exim.PACKAGES, "/var/lib") as made:
        for name in ("spool", "log"):
            os.chown(made.place / name, USERS["Debian-exim"], USERS["Debian-exim"])
        yield made


def exim_conf(made: Bench, main: str) -> Path:
    (made.place / "mounted/var/lib/exim4").mkdir(exist_ok=True)
    path = made.place / "mounted/var/lib/exim4/config.autogenerated"
    path.write_text(
        f"{main}primary_hostname = mx1.example.com\nkeep_environment =\ntls_advertise_hosts =\n"
        f"spool_directory = {made.place}/spool\nlog_file_path = {made.place}/log/%slog\n"
        f"pid_file_path = {made.place}/exim.pid\nbegin transports\nout:\n  driver = smtp\n  interface = 127.0.0.1\n"
    )
    return path


def exim_says(made: Bench, paths: list[Path]) -> list[str]:
    """The options of many files, as Exim itself prints them."""
    loop = 'for file; do "$0" -C "$file" -bP; echo "-- $?"; done'
    done = made.where.run("sh", "-c", loop, made.root / "usr/sbin/exim4", *paths)
    return [part.partition("\n")[2] if number else part for number, part in enumerate(done.stdout.split("-- 0"))][:-1]


def test_exim_prints_the_options_we_read(exim_bench: Bench) -> None:
    counter = agreement("main options of Exim (exim -bP)")
    pairs = itertools.product(daemon_confs.EXIM_INTERFACES, daemon_confs.EXIM_FAMILIES)
    texts = [*daemon_confs.EXIM, *(first + second for first, second in pairs)]
    paths = []
    for number, text in enumerate(texts):
        paths.append(exim_bench.place / f"{number}.conf")
        paths[-1].write_text(exim_conf(exim_bench, text).read_text())
    answers = exim_says(exim_bench, paths)
    assert len(answers) == len(texts)
    for text, path, answer in zip(texts, paths, answers, strict=True):
        theirs, mine = exim_options.reach(answer), exim_options.reach(path.read_text())
        counter.configurations += 1
        for name in ("listens", "sends", "sends_origin", "problems"):
            counter.count(name, getattr(theirs, name), getattr(mine, name), text)
    assert counter.differences == []


@pytest.mark.parametrize("text", daemon_confs.EXIM)
def test_where_exim_listens(exim_bench: Bench, text: str) -> None:
    path = exim_conf(exim_bench, text)
    reach = exim_options.reach(path.read_text())
    held(exim_bench, Mta.EXIM, reach, text, exim_bench.root / "usr/sbin/exim4", "-bdf", sign="exim.pid")


@pytest.mark.parametrize("text", daemon_confs.EXIM_REFUSED)
def test_what_exim_does_not_start_with(exim_bench: Bench, text: str) -> None:
    reach = exim_options.reach(exim_conf(exim_bench, text).read_text())
    assert [item.fatal for item in reach.problems] == [True]
    with exim_bench.running(exim_bench.root / "usr/sbin/exim4", "-bdf") as daemon:
        assert daemon.wait(PATIENCE) != 0


def test_an_audit_beside_exim(exim_bench: Bench) -> None:
    exim_conf(exim_bench, "")
    audited(exim_bench, Mta.EXIM, exim_bench.root / "usr/sbin/exim4", "-bdf")


@pytest.fixture(scope="module")
def opensmtpd_bench(unpacked: Unpacked) -> Iterator[Bench]:
    with bench(unpacked, opensmtpd.PACKAGES, "/var/lib", "/var/spool", "/run", "/etc/mail") as made:
        opensmtpd.queue(made.place / "mounted/var/spool", made.place / "mounted/var/lib")
        made.mounts["/usr/libexec"] = made.root / "usr/libexec"
        more = made.place / "more.conf"
        more.write_text(daemon_confs.OPENSMTPD_INCLUDED)
        more.chmod(0o600)
        yield made


def opensmtpd_conf_at(made: Bench, text: str) -> Path:
    path = made.place / "mounted/etc/mail/smtpd.conf"
    path.write_text(text.replace("{place}", str(made.place)) + 'action "box" mbox\nmatch for local action "box"\n')
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("text", daemon_confs.OPENSMTPD)
def test_where_opensmtpd_listens(opensmtpd_bench: Bench, text: str) -> None:
    path = opensmtpd_conf_at(opensmtpd_bench, text)
    program = opensmtpd_bench.root / "usr/sbin/smtpd"
    opensmtpd_bench.where.run(program, "-n", "-f", path)
    reach = opensmtpd_conf.reach(path.read_text(), "smtpd.conf", lambda name: Path(name).read_text())
    held(opensmtpd_bench, Mta.OPENSMTPD, reach, text, program, "-F", "-f", path, sign="mounted/run/smtpd.sock")


def test_an_audit_beside_opensmtpd(opensmtpd_bench: Bench) -> None:
    path = opensmtpd_conf_at(opensmtpd_bench, "listen on ::\nlisten on 0.0.0.0\n")
    audited(opensmtpd_bench, Mta.OPENSMTPD, opensmtpd_bench.root / "usr/sbin/smtpd", "-F", "-f", path)


@pytest.fixture(scope="module")
def sendmail_bench(unpacked: Unpacked) -> Iterator[Bench]:
    with bench(unpacked, sendmail.PACKAGES, "/etc/mail", "/run") as made:
        (made.place / "queue").chmod(0o700)
        yield made


def sendmail_cf(made: Bench, text: str) -> tuple[str, Path]:
    """The .mc, and the .cf that m4 makes of it."""
    source = made.place / "sendmail.mc"
    source.write_text(
        f"OSTYPE(`bsd4.4')dnl\ndefine(`confDOMAIN_NAME', `mx1.example.com')dnl\nundefine(`ALIAS_FILE')dnl\n"
        f"define(`QUEUE_DIR', `{made.place}/queue')dnl\ndefine(`confPID_FILE', `{made.place}/sendmail.pid')dnl\n"
        f"define(`confREFUSE_LA', `1000')dnl\ndefine(`confDONT_PROBE_INTERFACES', `True')dnl\n{text}"
        "MAILER(`local')dnl\nMAILER(`smtp')dnl\n"
    )
    rules = made.root / "usr/share/sendmail/cf"
    words = ("env", f"LD_LIBRARY_PATH={library_path(made.root)}", made.root / "usr/bin/m4", f"-D_CF_DIR_={rules}/")
    path = made.place / "mounted/etc/mail/sendmail.cf"
    path.write_text(run(*words, rules / "m4/cf.m4", source).stdout)
    return source.read_text(), path


@pytest.mark.parametrize("text", daemon_confs.SENDMAIL)
def test_where_sendmail_listens(sendmail_bench: Bench, text: str) -> None:
    source, path = sendmail_cf(sendmail_bench, text)
    reach = sendmail_options.reach(path.read_text())
    assert ours(Mta.SENDMAIL, sendmail_options.reach(source)) == ours(Mta.SENDMAIL, reach)
    program = sendmail_bench.root / "usr/libexec/sendmail/sendmail"
    held(sendmail_bench, Mta.SENDMAIL, reach, text, program, "-bD", f"-C{path}")
