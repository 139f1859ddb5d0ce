"""The engine that builds and runs the containers: Docker where it answers, else podman set up here for a bare machine.

Out: an ``Engine``, or a ``MissingError`` that says what to install. Podman gets a storage, networks and settings of its
own in the cache folder, namespaces of its own (``apart``), and runc for crun, which some machines refuse. Whatever the
machine needs to reach its package mirrors goes into a build as a secret, never as a layer.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from tests.docker import apart
from tests.docker.apart import MEMORY, Apart

ROOT = Path(__file__).parent.parent.parent
COMPOSE = "docker/compose.yaml"
BASE = "docker.io/library/debian:12-slim"
PACKAGES = "podman runc containernetworking-plugins netavark aardvark-dns debootstrap"
_CANARY = "canary-4c1d0e7f9b2a"  # stands in each secret file; must stand in no layer

# A slim base has no manuals either. Paths are dpkg's.
_SLIM = "path-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/locale/*\n"


class MissingError(Exception):
    """There is no engine; says what to install."""


def cache() -> Path:
    """Where images and settings are kept from one time to the next."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home, "probe6-docker")


@dataclass(frozen=True)
class Engine:
    """How to call it: the words before the command, those that compose is, and the environment of both."""

    name: str
    command: tuple[str, ...]
    compose_command: tuple[str, ...]
    environment: dict[str, str]
    build_options: tuple[str, ...] = ()
    profile: tuple[str, ...] = ()
    spaces: Apart | None = None

    def say(
        self, *words: str, check: bool = True, seconds: float = 300, outward: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """One command of the engine; ``outward``: one that needs the machine's own network."""
        return self.called([*self.command, *words], check=check, seconds=seconds, outward=outward)

    def compose(self, *words: str, check: bool = True, seconds: float = 300) -> subprocess.CompletedProcess[str]:
        """One command of compose, on the world."""
        return self.called([*self.compose_command, "-f", COMPOSE, *words], check=check, seconds=seconds)

    def asked(self, service: str, *words: str) -> subprocess.CompletedProcess[str]:
        """What the tour does: ``compose run`` without a terminal."""
        return self.compose(*self.profile, "run", "--rm", "-T", service, *words, check=False)

    def build(self, file: str, tag: str, *options: str) -> None:
        """An image from a Dockerfile."""
        secrets = (f"--secret=id={path.name},src={path}" for path in _secrets())
        self.say(
            "build", *self.build_options, *secrets, *options, "-f", file, "-t", tag, ".", seconds=900, outward=True
        )

    def called(
        self, words: list[str], *, check: bool = True, seconds: float, outward: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Any command, there where the engine's commands run."""
        entered = self.spaces.enter(ROOT, outward=outward) if self.spaces else ()
        try:
            done = subprocess.run(
                [*entered, *words],
                check=False,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="backslashreplace",
                cwd=ROOT,
                env=self.environment,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired as late:
            raise RuntimeError(f"{' '.join(words)}: not done after {seconds:.0f} s") from late
        if check and done.returncode:
            raise RuntimeError(
                f"{' '.join(words)}: exit {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
            )
        return done


@contextmanager
def engine() -> Iterator[Engine]:
    """The engine there is; one run at a time, since the world's addresses are there once."""
    cache().mkdir(mode=0o700, parents=True, exist_ok=True)
    with Path(cache(), "lock").open("w") as lock:
        _turn(lock)
        if _answers("docker", "info") and _answers("docker", "compose", "version"):
            _reached()
            yield Engine("docker", ("docker",), ("docker", "compose"), dict(os.environ))
            return
        reason = obstacle()
        if reason is not None:
            raise MissingError(reason)
        _reached()
        chosen = _podman()
        with apart.apart(chosen.environment) as spaces:
            chosen = replace(chosen, spaces=spaces)
            chosen.say("rm", "--all", "--force", "--time", "0")  # of one that was killed
            _stand_in(chosen)
            yield chosen


def _turn(lock: IO[str]) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.stderr.write("docker/test: another one runs; waiting for it to end\n")
        fcntl.flock(lock, fcntl.LOCK_EX)


def _reached() -> None:
    """Without a mirror no image can be built, and nothing is wrong with ours."""
    place = f"{mirror().rstrip('/')}/dists/bookworm/InRelease"
    try:
        urllib.request.urlopen(place, timeout=60).close()
    except OSError as failed:  # URLError is one
        raise MissingError(f"no image can be built, {place} cannot be reached: {failed}") from failed


def obstacle() -> str | None:
    """Why no engine can be used here; None when one can."""
    if _answers("docker", "info") and _answers("docker", "compose", "version"):
        return None
    if os.geteuid() != 0:
        return "no Docker engine answers, and podman is used here as root only"
    if (reason := apart.obstacle()) is not None:
        return f"no Docker engine answers, and {reason}"
    wanted = ("podman", "runc", "debootstrap")
    lacking = [name for name in wanted if shutil.which(name, path=_path()) is None]
    if not any(Path(place, "netavark").exists() for place in ("/usr/lib/podman", "/usr/libexec/podman")):
        lacking.append("netavark")
    if lacking:
        return f"no Docker engine answers, and {', '.join(lacking)} missing: apt-get install {PACKAGES}"
    if shutil.which("podman-compose", path=str(Path(sys.executable).parent)) is None:
        return "no Docker engine answers, and podman-compose is missing: pip install podman-compose"
    return None


def secrets_marked() -> str:
    """The word that would tell that a secret of the build got into a layer."""
    return _CANARY


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin"


def _answers(*words: str) -> bool:
    if shutil.which(words[0]) is None:
        return False
    try:
        return subprocess.run(words, check=False, capture_output=True, timeout=20).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _podman() -> Engine:
    """Podman with everything of its own: settings, storage, networks."""
    here = cache()
    settings, storage = here / "containers.conf", here / "storage.conf"
    networks = here / "networks"
    networks.mkdir(exist_ok=True)
    settings.write_text(
        '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
        '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n'
        f'[network]\nnetwork_backend = "netavark"\nnetwork_config_dir = "{networks}"\n',
        encoding="utf-8",
    )
    driver = "overlay" if "\toverlay\n" in Path("/proc/filesystems").read_text(encoding="utf-8") else "vfs"
    storage.write_text(
        f'[storage]\ndriver = "{driver}"\ngraphroot = "{here}/storage"\nrunroot = "{MEMORY}"\n',
        encoding="utf-8",
    )
    environment = {
        **os.environ,
        "PATH": _path(),
        "CONTAINERS_CONF": str(settings),
        "CONTAINERS_STORAGE_CONF": str(storage),
        "BUILDAH_ISOLATION": "chroot",
    }
    environment.pop("STORAGE_DRIVER", None)
    return Engine(
        "podman",
        ("podman",),
        (str(Path(sys.executable).parent / "podman-compose"),),
        environment,
        ("--pull=never", "--layers", "--isolation=chroot", "--ulimit=nofile=1024:1024"),
        ("--profile", "probe"),
    )


def _stand_in(podman: Engine) -> None:
    """The base image: pulled where a registry can be reached, else the same system made from the machine's mirror."""
    if podman.say("image", "exists", BASE, check=False).returncode == 0:
        return
    if podman.say("pull", "--quiet", BASE, check=False, seconds=60, outward=True).returncode == 0:
        return
    # In memory, where dpkg need not wait for a disk after each file.
    folder = f"{MEMORY}/base"
    try:
        making = ["debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", folder, mirror()]
        podman.called(making, seconds=600, outward=True)
    except RuntimeError as failed:
        raise MissingError(f"{BASE} can neither be pulled nor made: {failed}") from failed
    assert podman.spaces is not None
    place = podman.spaces.seen(folder)
    Path(place, "etc/dpkg/dpkg.cfg.d/slim").write_text(_SLIM, encoding="utf-8")
    for waste in ("var/cache/apt/archives", "var/lib/apt/lists", "usr/share/doc", "usr/share/man", "usr/share/locale"):
        shutil.rmtree(place / waste, ignore_errors=True)
    for needed in ("var/cache/apt/archives/partial", "var/lib/apt/lists/partial"):
        Path(place, needed).mkdir(parents=True, exist_ok=True)
    podman.called(["tar", "-C", folder, "-cf", f"{folder}.tar", "."], seconds=300)
    podman.say("import", "--quiet", f"{folder}.tar", BASE)
    shutil.rmtree(place)
    podman.spaces.seen(f"{folder}.tar").unlink()


def mirror() -> str:
    """Where the machine's own apt gets Debian from."""
    places = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for place in places:
        if not place.is_file():
            continue
        for line in place.read_text(encoding="utf-8", errors="replace").splitlines():
            words = line.split()
            if words[:1] in (["deb"], ["URIs:"]):
                found = next((word for word in words[1:] if word.startswith(("http://", "https://"))), "")
                if found.rstrip("/").endswith("/debian"):
                    return found
    return "http://deb.debian.org/debian"


def _secrets() -> list[Path]:
    """What a build needs to know of this machine: how pip is set up, and whom TLS trusts. Both carry the canary."""
    here = cache()
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True
    ).stdout
    options = {}
    for line in asked.splitlines():
        key, _, value = line.partition("=")
        name = key.rpartition(".")[2]
        text = value.strip().strip("'\"")
        # A file or folder of this machine is not there inside a build.
        options[name] = " ".join(word for word in text.split() if not word.startswith(("/", "~", "file:")))
    bundle = Path(os.environ.get("SSL_CERT_FILE") or "/etc/ssl/certs/ca-certificates.crt")
    trusted = bundle.read_text(encoding="utf-8", errors="replace") if bundle.is_file() else ""
    if trusted:
        options["cert"] = "/run/secrets/ca.pem"
    lines = [f"{name} = {value}\n" for name, value in sorted(options.items()) if value]
    files = {"pip.conf": f"# {_CANARY}\n[global]\n{''.join(lines)}", "ca.pem": f"# {_CANARY}\n{trusted}"}
    for name, text in files.items():
        place = here / name
        if not place.exists() or place.read_text(encoding="utf-8") != text:
            place.write_text(text, encoding="utf-8")
            place.chmod(0o600)
    return [here / name for name in files]


def images(chosen: Engine, tag: str) -> dict[str, object]:
    """What the engine knows of an image."""
    found: list[dict[str, object]] = json.loads(chosen.say("image", "inspect", tag).stdout)
    return found[0]
