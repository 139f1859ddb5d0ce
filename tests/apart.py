"""A network namespace for processes of a test: loopback, and a way out that nobody stands at.

In: the words of a command. Out: those that run it there, and those that run another beside it. What is sent to other
machines ends there, whatever its address.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence

OWN = ("198.51.100.9/24", "2001:db8:9::9/64")
SETTING = f"""
ip link set lo up
ip link add out type veth peer name nowhere
ip address add {OWN[0]} dev out
ip address add {OWN[1]} dev out nodad
ip link set out up
ip link set nowhere up
ip route add default via 198.51.100.1
ip -6 route add default via 2001:db8:9::1
exec "$@"
"""
_NEEDED = ("unshare", "nsenter", "ip")
_AS_ROOT = () if os.geteuid() == 0 else ("--user", "--map-root-user")


def obstacle() -> str | None:
    """Why this machine has no such place."""
    absent = [name for name in _NEEDED if shutil.which(name) is None]
    if absent:
        return f"missing commands: {' '.join(absent)}"
    trial = subprocess.run(apart(["true"]), capture_output=True, text=True, check=False, timeout=60)
    return None if trial.returncode == 0 else f"no network namespace can be made: {trial.stderr.strip()}"


def apart(words: Sequence[str]) -> list[str]:
    """``words`` run in a new one; the process that is started is the one that runs them."""
    return ["unshare", *_AS_ROOT, "--net", "sh", "-ec", SETTING, "sh", *words]


def beside(process: int, words: Sequence[str]) -> list[str]:
    """``words`` run where ``process`` runs."""
    who = () if not _AS_ROOT else ("--user", "--preserve-credentials")
    return ["nsenter", "--target", str(process), *who, "--net", *words]
