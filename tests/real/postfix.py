"""A real Postfix, Debian's package, as one more instance beside whatever the machine runs: configuration, queue, state,
log and mailboxes lie in one directory.

In: the machine, a directory that user postfix may walk through (not one of mode 0700), a certificate. Out: a running
server on port 25. Whatever it logged is in ``log()``.
"""

import contextlib
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.real.namespaces import Machine, run

GREETING = "ESMTP welcome aboard, mind the IPv6"
HOSTNAME = "mx1.example.com"
DOMAIN = "example.com"
MAILBOXES = ("probe", "postmaster")
NOBODY = 65534

MAIN = """
compatibility_level = 3.6
queue_directory = {directory}/spool
data_directory = {directory}/state
maillog_file = {directory}/mail.log
maillog_file_prefixes = {directory}
inet_protocols = all
inet_interfaces = all
myhostname = {hostname}
mydestination =
local_recipient_maps =
alias_maps =
smtpd_banner = $myhostname {greeting}
smtpd_tls_security_level = may
smtpd_tls_loglevel = 1
smtpd_tls_received_header = yes
smtpd_tls_chain_files = {chain}
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {directory}/mail
virtual_mailbox_maps = inline:{{ {mailboxes} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{uid}
"""

# Services are not chrooted (Debian's default would want copies of resolv.conf and friends in the queue directory).
MASTER = """
smtp inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True)
class Postfix:
    """The instance. Settings take hold with ``restart()``."""

    where: Machine
    directory: Path

    @property
    def configuration(self) -> Path:
        """What stands for /etc/postfix."""
        return self.directory / "etc"

    def maildir(self, mailbox: str) -> Path:
        """The Maildir of a mailbox of ``DOMAIN``."""
        return self.directory / "mail" / mailbox

    def log(self) -> str:
        """The mail log."""
        path = self.directory / "mail.log"
        return path.read_text(errors="backslashreplace") if path.exists() else ""

    def logs(self, text: str, within: float = 60) -> bool:
        """Does ``text`` stand in the mail log, or come to within some seconds? Logging trails what it tells of."""
        end = time.monotonic() + within
        while text not in self.log():
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def configure(self, settings: Mapping[str, str]) -> None:
        """Write settings into main.cf."""
        lines = [f"{parameter} = {value}" for parameter, value in settings.items()]
        run("postconf", "-c", self.configuration, "-e", *lines)

    def configured(self, parameter: str) -> str:
        """A setting as Postfix reads it."""
        return run("postconf", "-c", self.configuration, "-h", parameter).stdout.strip()

    def start(self) -> None:
        """Start, and come back when the port is open in the families that inet_protocols names."""
        self._command("start")
        wanted = {"ipv6", "ipv4"} if self.configured("inet_protocols") == "all" else {self.configured("inet_protocols")}
        self._until_listening(wanted)

    def stop(self) -> None:
        """Stop, and come back when the port is closed."""
        self._command("stop")
        self._until_listening(set())

    def restart(self) -> None:
        """Stop and start: a reload does not reopen sockets."""
        self.stop()
        self.start()

    def _command(self, verb: str) -> None:
        done = self.where.run("postfix", "-c", self.configuration, verb, check=False)
        if done.returncode:
            raise RuntimeError(f"postfix {verb}: {done.stdout}{done.stderr}\n{self.log()}")

    def _until_listening(self, families: set[str]) -> None:
        end = time.monotonic() + 120
        while (now := self.where.listens(25)) != families:
            if time.monotonic() > end:
                raise RuntimeError(f"port 25 is open over {sorted(now)}, not {sorted(families)}\n{self.log()}")
            time.sleep(0.02)


@contextlib.contextmanager
def postfix(where: Machine, directory: Path, chain: Path) -> Iterator[Postfix]:
    """A running Postfix for ``DOMAIN`` that delivers to Maildirs. ``chain``: PEM file of key and certificates."""
    instance = Postfix(where, directory)
    instance.configuration.mkdir(parents=True)
    (directory / "spool").mkdir()
    (directory / "state").mkdir()
    shutil.chown(directory / "state", "postfix")
    for mailbox in MAILBOXES:
        for part in ("", "new", "cur", "tmp"):
            folder = instance.maildir(mailbox) / part
            folder.mkdir(parents=True, exist_ok=True)
            os.chown(folder, NOBODY, NOBODY)
    mailboxes = " ".join(f"{{ {mailbox}@{DOMAIN} = {mailbox}/ }}" for mailbox in MAILBOXES)
    (instance.configuration / "main.cf").write_text(
        MAIN.format(
            directory=directory,
            hostname=HOSTNAME,
            greeting=GREETING,
            chain=chain,
            domain=DOMAIN,
            mailboxes=mailboxes,
            uid=NOBODY,
        )
    )
    (instance.configuration / "master.cf").write_text(MASTER)
    instance.start()
    try:
        yield instance
    finally:
        if where.listens(25) or (directory / "spool/pid/master.pid").exists():
            where.run("postfix", "-c", instance.configuration, "stop", check=False)
