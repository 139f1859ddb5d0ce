"""Debian packages unpacked beside the system instead of installed: mail servers exclude each other as packages.

In: the packages, a directory for the files fetched (kept between sessions), one to unpack into. Out: the version of
each package. The libraries a package needs and this machine lacks are fetched and unpacked as well. ``CommandError``
where apt or dpkg fails.
"""

from collections.abc import Callable
from pathlib import Path

from tests.real.namespaces import command, run

LIBRARIES = ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "lib/aarch64-linux-gnu")

Unpacked = Callable[[tuple[str, ...]], tuple[Path, str]]
"""Packages: where they are unpacked, and the version of the first."""


def obstacle() -> str | None:
    """Why nothing can be unpacked here; None when it can."""
    absent = [name for name in ("apt-get", "dpkg-deb") if command(name) is None]
    return f"no {' and no '.join(absent)}: not a Debian machine" if absent else None


def unpack(packages: tuple[str, ...], fetched: Path, root: Path) -> dict[str, str]:
    """Fetch and unpack ``packages`` with what they need; returns their versions."""
    versions = {}
    for name in _with_needs(packages):
        path = _fetch(name, fetched)
        run("dpkg-deb", "-x", path, root)
        if name in packages:
            versions[name] = run("dpkg-deb", "-f", path, "Version").stdout.strip()
    return versions


def library_path(root: Path) -> str:
    """Where the unpacked libraries are."""
    return ":".join(str(root / place) for place in LIBRARIES)


def _with_needs(packages: tuple[str, ...]) -> list[str]:
    """The packages, and what installing them would bring along: nothing is installed, only asked."""
    names = list(packages)
    for package in packages:
        said = run("apt-get", "--simulate", "--yes", "--no-install-recommends", "install", package).stdout
        found = [line.split()[1] for line in said.splitlines() if line.startswith("Inst ")]
        names += [name for name in found if name not in names]
    return names


def _fetch(name: str, directory: Path) -> Path:
    """The file of a package, of the version apt offers now."""
    uri = run("apt-get", "-qq", "--print-uris", "download", name).stdout.split()
    path = directory / uri[1]
    if not path.exists():
        run("sh", "-ec", 'cd "$0"; exec apt-get -qq download "$1"', directory, name, timeout=300)
    return path
