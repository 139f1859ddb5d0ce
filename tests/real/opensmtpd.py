"""A real OpenSMTPD, Debian's package, unpacked: it delivers to a Maildir and logs to syslog.

Without TLS: 6.8.0p2 as Debian 12 builds it ends every handshake with an internal error, also that of openssl s_client,
with an RSA key as with an ECDSA key, in TLS 1.2 as in 1.3 (its log: ``SSL routines::EVP lib``).
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from tests.real.mta import DOMAIN, HOSTNAME, UID, USER, USERS, Mta, directories, maildir, running
from tests.real.namespaces import Machine

PACKAGES = ("opensmtpd",)

CONFIGURATION = """
listen on 0.0.0.0 port 25 hostname {hostname}
listen on :: port 25 hostname {hostname}
action "box" maildir "{place}/mail"
match from any for domain "{domain}" action "box"
"""


def queue(spool: Path, lib: Path) -> None:
    """What it wants below /var/spool and /var/lib."""
    directories(lib, "opensmtpd/empty")
    [top] = directories(spool, "smtpd", mode=0o711)
    [offline] = directories(top, "offline")
    os.chown(offline, 0, USERS["opensmtpq"])
    offline.chmod(0o770)
    [purge] = directories(top, "purge", mode=0o700)
    os.chown(purge, USERS["opensmtpq"], 0)


@contextlib.contextmanager
def opensmtpd(where: Machine, place: Path, root: Path, version: str, _chain: Path) -> Iterator[Mta]:
    """A running OpenSMTPD."""
    directories(place, "run")
    queue(place / "spool", place / "lib")
    directories(place, f"homes/{USER}", owner=UID)
    maildir(place / "mail")
    configuration = place / "smtpd.conf"
    configuration.write_text(CONFIGURATION.format(hostname=HOSTNAME, place=place, domain=DOMAIN))
    configuration.chmod(0o600)
    mounts = {
        "/var/lib": place / "lib",
        "/var/spool": place / "spool",
        "/run": place / "run",
        "/usr/libexec": root / "usr/libexec",
    }
    log = place / "mail.log"
    command = [str(root / "usr/sbin/smtpd"), "-F", "-f", str(configuration)]
    with running(where, place, root, command, mounts, log):
        yield Mta("OpenSMTPD", version, f"maildir:{place / 'mail'}", log)
