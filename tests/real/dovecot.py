"""A real Dovecot, Debian's package, as one more instance that serves the Maildirs of the real Postfix over IMAP.

In: the machine, a directory its users may walk through, where the Maildirs are, a certificate. Out: a running server on
ports 143 (STARTTLS before any password, except from the machine itself) and 993. What it says is in ``dovecot.log``.
Its socket ``run/submission`` answers Postfix about passwords (smtpd_sasl_type = dovecot).
"""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from tests.real.namespaces import Machine, command
from tests.real.postfix import NOBODY

PASSWORD = "correct-horse-battery"
PORTS = (143, 993)

CONFIGURATION = """
base_dir = {directory}/run
state_dir = {directory}/state
instance_name = {name}
log_path = {directory}/dovecot.log
protocols = imap
listen = *, ::
ssl = required
ssl_cert = <{chain}
ssl_key = <{chain}
disable_plaintext_auth = yes
auth_mechanisms = plain login
mail_location = maildir:{mail}/%n:CONTROL={directory}/control/%n:INDEX={directory}/index/%n
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={uid} home={directory}/home/%n
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
}}
service auth {{
  unix_listener {directory}/run/submission {{
    mode = 0666
  }}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def obstacle() -> str | None:
    """Why there can be no Dovecot here; None when there can."""
    return None if command("dovecot") and command("doveadm") else "missing Debian packages: dovecot-imapd"


@contextlib.contextmanager
def dovecot(where: Machine, directory: Path, mail: Path, chain: Path) -> Iterator[Path]:
    """A running Dovecot; yields the path of its log."""
    for name in ("run", "state", "control", "index", "home"):
        (directory / name).mkdir(parents=True)
    for name in ("control", "index", "home"):
        os.chown(directory / name, NOBODY, NOBODY)
    log = directory / "dovecot.log"
    configuration = directory / "dovecot.conf"
    configuration.write_text(
        CONFIGURATION.format(
            directory=directory, name=directory.name, chain=chain, mail=mail, password=PASSWORD, uid=NOBODY
        )
    )
    # The daemon keeps its standard output: were it our pipe, waiting for its end would be waiting for ever.
    where.run("sh", "-c", 'exec dovecot -c "$0" >"$1" 2>&1', configuration, directory / "start.log")
    try:
        for port in PORTS:
            until_listening(where, port, {"ipv6", "ipv4"}, log)
        yield log
    finally:
        where.run("doveadm", "-c", configuration, "stop", check=False)
        for port in PORTS:
            until_listening(where, port, set(), log)


def until_listening(where: Machine, port: int, families: set[str], log: Path) -> None:
    """Come back when the port is open in just these families."""
    end = time.monotonic() + 120
    while (now := where.listens(port)) != families:
        if time.monotonic() > end:
            said = log.read_text(errors="backslashreplace") if log.exists() else ""
            raise RuntimeError(f"port {port} is open over {sorted(now)}, not {sorted(families)}\n{said}")
        time.sleep(0.02)
