"""A real OpenSMTPD, Debian's package, unpacked: it delivers to a Maildir and logs to syslog."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from tests.real.mta import DOMAIN, HOSTNAME, UID, USER, USERS, Mta, directories, maildir, running
from tests.real.namespaces import Machine

PACKAGES = ("opensmtpd",)

CONFIGURATION = """
{pki}
listen on 0.0.0.0 port 25 hostname {hostname} {tls}
listen on :: port 25 hostname {hostname} {tls}
action "box" maildir "{place}/mail"
match from any for domain "{domain}" action "box"
"""
PKI = """
pki "{hostname}" cert "{place}/server.crt"
pki "{hostname}" key "{place}/server.key"
"""


@contextlib.contextmanager
def opensmtpd(
    where: Machine, place: Path, root: Path, version: str, chain: Path, *, tls: bool = False
) -> Iterator[Mta]:
    """A running OpenSMTPD."""
    directories(place, "lib/opensmtpd/empty", "run")
    spool = directories(place, "spool/smtpd", mode=0o711)[0]
    [offline] = directories(spool, "offline")
    os.chown(offline, 0, USERS["opensmtpq"])
    offline.chmod(0o770)
    [purge] = directories(spool, "purge", mode=0o700)
    os.chown(purge, USERS["opensmtpq"], 0)
    directories(place, f"homes/{USER}", owner=UID)
    maildir(place / "mail")
    key, certificate = place / "server.key", place / "server.crt"
    head, mark, tail = chain.read_text().partition("-----BEGIN CERTIFICATE-----")
    for path, text in ((key, head), (certificate, mark + tail)):
        path.write_text(text)
        path.chmod(0o600)
    configuration = place / "smtpd.conf"
    configuration.write_text(
        CONFIGURATION.format(
            pki=PKI.format(hostname=HOSTNAME, place=place) if tls else "",
            tls=f'tls pki "{HOSTNAME}"' if tls else "",
            hostname=HOSTNAME,
            place=place,
            domain=DOMAIN,
        )
    )
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
