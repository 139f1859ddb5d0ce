"""What the machine of the mail server shows beside its configuration: sockets, addresses, kernel, files, containers.

In: /proc, the process of the server where it is known, the files of its configuration. Out: a ``Machine``. What this
user may not see is missing from it; nothing is raised and nothing is changed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from probe.address import canonical, family_of
from probe.grammar.proc_net import Socket, gateways, listening, own_ipv4, own_ipv6
from probe.measure.configuration.proc import Proc
from probe.model.configuration import Copy, File, Forward, Listener, Machine, Prefix
from probe.model.words import Family

_MOST = 1 << 20  # octets of a file of /etc
_SIGNS_OF_A_CONTAINER = ("/.dockerenv", "/run/.containerenv")  # Docker and Podman leave one in every container
_COPIED = ("resolv.conf", "hosts")


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look. ``etc`` and ``signs`` are replaced in tests."""

    proc: Proc
    etc: str = "/etc"
    signs: tuple[str, ...] = _SIGNS_OF_A_CONTAINER


HERE = Place(Proc())


def look(pid: int | None, files: Iterable[str], chroot: str | None, place: Place = HERE) -> Machine:
    """The machine as the process ``pid`` sees it (None: as we do). ``chroot`` is where services are locked in."""
    proc = place.proc
    seen = pid if pid is not None and proc.text(pid, "net", "tcp") else "self"
    return Machine(
        listeners=tuple(_listeners(proc, seen)),
        prefixes=tuple(_prefixes(proc, seen)),
        kernel=tuple(_kernel(proc)),
        ipv6=proc.exists(seen, "net", "if_inet6"),
        pid=pid,
        started=proc.started(pid) if pid is not None else None,
        files=tuple(_changed(files)),
        copies=tuple(_copies(place.etc, chroot)) if chroot is not None else (),
        localhost=tuple(_localhost(_text(f"{place.etc}/hosts"))),
        forwards=tuple(_forwards(proc)),
        gateways=tuple(gateways(proc.text(seen, "net", "ipv6_route"), proc.text(seen, "net", "route"))),
        container=any(Path(sign).exists() for sign in place.signs),
    )


def _listeners(proc: Proc, seen: int | str) -> Iterator[Listener]:
    found: list[tuple[Family, Socket]] = [
        (family, socket)
        for family, table in ((Family.IPV6, "tcp6"), (Family.IPV4, "tcp"))
        for socket in listening(proc.text(seen, "net", table))
    ]
    holders = proc.holders({socket.inode for _, socket in found})
    for family, socket in found:
        pid = holders.get(socket.inode)
        yield Listener(socket.address, socket.port, family, proc.name(pid) or None if pid else None, pid)


def _prefixes(proc: Proc, seen: int | str) -> Iterator[Prefix]:
    for device, address, length in own_ipv6(proc.text(seen, "net", "if_inet6")):
        yield Prefix(device, address, length, Family.IPV6)
    routes = proc.text(seen, "net", "route")
    for device, address, length in own_ipv4(proc.text(seen, "net", "fib_trie"), routes):
        yield Prefix(device, address, length, Family.IPV4)


def _kernel(proc: Proc) -> Iterator[tuple[str, str]]:
    """The switches of IPv6; of the interfaces those that are off."""
    base = ("sys", "net", "ipv6")
    for path in (("conf", "all", "disable_ipv6"), ("conf", "default", "disable_ipv6"), ("bindv6only",)):
        if value := proc.text(*base, *path).strip():
            yield "/".join(path), value
    for line in proc.text("self", "net", "dev").splitlines():
        device, colon, _ = line.partition(":")
        if colon and proc.text(*base, "conf", device.strip(), "disable_ipv6").strip() == "1":
            yield f"conf/{device.strip()}/disable_ipv6", "1"


def _changed(files: Iterable[str]) -> Iterator[File]:
    for path in files:
        try:
            yield File(path, datetime.fromtimestamp(Path(path).stat().st_mtime, UTC))
        except (OSError, ValueError, OverflowError):
            continue


def _copies(etc: str, chroot: str) -> Iterator[Copy]:
    for name in _COPIED:
        original, copy = f"{etc}/{name}", f"{chroot}/etc/{name}"
        lines = tuple(_significant(_text(original)))
        copied = tuple(_significant(_text(copy))) if Path(copy).exists() else None
        yield Copy(original, copy, lines, copied)


def _significant(text: str) -> Iterator[str]:
    """Lines without comments and doubled blanks."""
    for line in text.splitlines()[:1000]:
        words = line.partition("#")[0].partition(";")[0].split()
        if words:
            yield " ".join(words)


def _localhost(hosts: str) -> Iterator[str]:
    for line in _significant(hosts):
        address, *names = line.split()
        if "localhost" in names:
            try:
                yield canonical(address)
            except ValueError:
                continue


def _forwards(proc: Proc) -> Iterator[Forward]:
    """``docker-proxy -proto tcp -host-ip :: -host-port 25 -container-ip 172.18.0.2 -container-port 25``."""
    for pid in proc.pids():
        if proc.name(pid) != "docker-proxy":
            continue
        words = proc.words(pid)
        told = dict(pairwise(words))
        try:
            address, container = canonical(told["-host-ip"]), canonical(told["-container-ip"])
            family_of(container)
            if told["-proto"] == "tcp":
                yield Forward(address, int(told["-host-port"]), container)
        except (KeyError, ValueError):
            continue


def _text(path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            return file.read(_MOST).decode("utf-8", "replace")
    except OSError:
        return ""
