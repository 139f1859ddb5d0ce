"""A real Sendmail, Debian's package, unpacked: it delivers to an mbox and logs to syslog.

Sendmail leaves delivery to a program, to which it hands the message as an mbox wants it. Debian's mail.local needs a
setgid helper under /usr/bin; a script that locks and appends does the same here.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from tests.real.debian import library_path
from tests.real.mta import DOMAIN, HOSTNAME, UID, USER, Mta, directories, running
from tests.real.namespaces import Machine, run
from tests.real.world import MAIL4, MAIL6

PACKAGES = ("sendmail-bin", "sendmail-base", "sendmail-cf", "m4")

CONFIGURATION = """
divert(0)dnl
OSTYPE(`bsd4.4')dnl
define(`confDOMAIN_NAME', `{hostname}')dnl
define(`QUEUE_DIR', `{place}/queue')dnl
define(`confPID_FILE', `{place}/sendmail.pid')dnl
define(`STATUS_FILE', `{place}/statistics')dnl
undefine(`ALIAS_FILE')dnl
define(`confFORWARD_PATH', `')dnl
define(`HELP_FILE', `{place}/none')dnl
define(`confDONT_PROBE_INTERFACES', `True')dnl
define(`confDONT_BLAME_SENDMAIL', `GroupReadableKeyFile,TrustStickyBit,GroupWritableDirPathSafe')dnl
define(`confTO_IDENT', `0')dnl
define(`confLOG_LEVEL', `9')dnl
define(`confQUEUE_LA', `1000')dnl
define(`confREFUSE_LA', `1000')dnl
define(`confCACERT', `{ca}')dnl
define(`confCACERT_PATH', `{place}')dnl
define(`confSERVER_CERT', `{place}/server.pem')dnl
define(`confSERVER_KEY', `{place}/server.pem')dnl
define(`LOCAL_MAILER_PATH', `{place}/deliver')dnl
define(`LOCAL_MAILER_FLAGS', `SE9')dnl
define(`LOCAL_MAILER_ARGS', `deliver $u')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`accept_unresolvable_domains')dnl
DAEMON_OPTIONS(`Family=inet6, Name=MTA-v6, Port=25, Addr={ipv6}')dnl
DAEMON_OPTIONS(`Family=inet, Name=MTA-v4, Port=25, Addr={ipv4}')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
LOCAL_CONFIG
Cw{domain}
"""


DELIVER = """#!/bin/sh
umask 077
exec flock "{mail}/$1" sh -c 'cat; echo' >>"{mail}/$1"
"""


@contextlib.contextmanager
def sendmail(where: Machine, place: Path, root: Path, version: str, chain: Path) -> Iterator[Mta]:
    """A running Sendmail."""
    directories(place, "queue", mode=0o700)
    directories(place, f"homes/{USER}", owner=UID)
    mail, run_directory = directories(place, "mail", "run")
    mailbox = mail / USER
    mailbox.touch()
    os.chown(mailbox, UID, UID)
    mailbox.chmod(0o600)
    deliver = place / "deliver"
    deliver.write_text(DELIVER.format(mail=mail))
    deliver.chmod(0o755)
    own = place / "server.pem"
    own.write_bytes(chain.read_bytes())
    own.chmod(0o600)
    source, configuration = place / "sendmail.mc", place / "sendmail.cf"
    source.write_text(
        CONFIGURATION.format(
            hostname=HOSTNAME, place=place, ca=chain.parent / "ca.pem", domain=DOMAIN, ipv6=MAIL6, ipv4=MAIL4
        )
    )
    rules = root / "usr/share/sendmail/cf"
    made = run(
        *("env", f"LD_LIBRARY_PATH={library_path(root)}", root / "usr/bin/m4"),
        *(f"-D_CF_DIR_={rules}/", rules / "m4/cf.m4", source),
    )
    configuration.write_text(made.stdout)
    log = place / "mail.log"
    command = [str(root / "usr/libexec/sendmail/sendmail"), "-bD", "-q1m", f"-C{configuration}"]
    mounts = {"/var/mail": mail, "/run": run_directory}
    with running(where, place, root, command, mounts, log):
        yield Mta("Sendmail", version, f"mbox:{mailbox}", log)
