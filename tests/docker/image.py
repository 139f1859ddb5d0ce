"""Is the image what it should be? Each look yields a name and what is wrong with it, or None.

In: an engine that has built ``probe6``. The container runs as it should be run: read-only, without a capability,
without a network. Sizes are bytes, times seconds.
"""

import gzip
import json
import re
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from tests.docker.engine import ROOT, Engine, images, secrets_marked

TAG = "probe6"
LOCKED = ("run", "--rm", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--network", "none")
LIMIT = 90_000_000  # packed, as it travels

_COMPILERS = re.compile(
    r"^(gcc|g\+\+|cpp|clang|tcc|rustc|cargo|golang|make|cmake|binutils|build-essential|python3-pip|python3-venv)\b(?!-\d+-base)"
    r"|-dev$"
)
Look = tuple[str, str | None]


def looks(chosen: Engine) -> Iterator[Look]:
    """All of them, the cheap ones first."""
    yield from _locked(chosen)
    yield from _nothing_left(chosen)
    yield from _layers(chosen)
    yield "labels", _labels(chosen)
    yield "demo inside, read-only, without capabilities or network", _demo(chosen)
    yield _start(chosen), None


def _inside(chosen: Engine, script: str) -> subprocess.CompletedProcess[str]:
    return chosen.say(*LOCKED, "--entrypoint", "sh", TAG, "-c", script, check=False)


def _locked(chosen: Engine) -> Iterator[Look]:
    said = _inside(
        chosen, "id -u; touch /opt/x 2>&1; grep -E '^Cap(Eff|Prm|Bnd)' /proc/self/status"
    ).stdout.splitlines()
    yield "not root", None if said[:1] and said[0] not in {"", "0"} else f"uid {said[:1]}"
    yield "read-only root", None if len(said) > 1 and "Read-only file system" in said[1] else f"{said[1:2]}"
    empty = [line for line in said[2:] if line.split()[-1].strip("0") == ""]
    yield "no capability", None if len(empty) == 3 else f"{said[2:]}"


def _nothing_left(chosen: Engine) -> Iterator[Look]:
    packages = _inside(chosen, "dpkg-query -W -f '${Package}\\n'").stdout.split()
    found = [name for name in packages if _COMPILERS.search(name)]
    yield f"no compiler among {len(packages)} packages", None if packages and not found else f"{found or 'no list'}"
    for what, script in {
        "no compiler in PATH": "for c in cc gcc g++ c++ clang make ld as; do command -v $c; done",
        "no pip and no cache of it": (
            "find / -xdev \\( -path '*/site-packages/pip' -o -name .cache -o -name '*.whl' \\) 2>/dev/null"
        ),
        "no test code": "find /opt \\( -name tests -o -name 'test_*.py' -o -name conftest.py \\)",
        "no apt lists": "find /var/lib/apt/lists -type f",
        "no set-uid program the image added": "find /opt -perm /6000",
    }.items():
        said = _inside(chosen, script).stdout.strip()
        yield what, said[:300] or None


def _layers(chosen: Engine) -> Iterator[Look]:
    """Nothing secret is in any layer, not even in one that a later layer hides; and how large they are, packed."""
    marked = secrets_marked().encode()
    with tempfile.TemporaryDirectory() as place:
        saved = Path(place, "image.tar")
        chosen.say("save", "-o", str(saved), TAG)
        names, files = [], 0
        with tarfile.open(saved) as image:
            for layer in _layers_of(image):
                for member in layer:
                    files += 1
                    read = layer.extractfile(member) if member.isfile() and member.size < 4_000_000 else None
                    if read is not None and marked in read.read():
                        names.append(member.name)
        packed = _packed(saved)
    history = chosen.say("history", "--no-trunc", TAG).stdout
    yield f"no secret in a layer ({files} files)", None if files > 1000 and not names else f"{names[:5]}"
    yield "no secret in the history", None if secrets_marked() not in history else "the canary is in it"
    size = cast("int", images(chosen, TAG)["Size"])
    told = f"size {packed / 1e6:.1f} MB packed, {size / 1e6:.0f} MB unpacked"
    yield told, None if packed < LIMIT else f"more than {LIMIT / 1e6:.0f} MB packed"


def _layers_of(image: tarfile.TarFile) -> Iterator[tarfile.TarFile]:
    manifest = json.loads(cast("BinaryIO", image.extractfile("manifest.json")).read())
    for name in manifest[0]["Layers"]:
        with tarfile.open(fileobj=image.extractfile(name), mode="r:*") as layer:
            yield layer


def _packed(path: Path) -> int:
    with tempfile.TemporaryFile() as target:
        with gzip.open(target, "wb", compresslevel=6) as packing, path.open("rb") as source:
            while block := source.read(1 << 20):
                packing.write(block)
        return target.tell()


def _labels(chosen: Engine) -> str | None:
    config = cast("dict[str, dict[str, str]]", images(chosen, TAG)["Config"])
    lacking = [
        name
        for name in ("title", "description", "licenses", "version")
        if not config["Labels"].get(f"org.opencontainers.image.{name}")
    ]
    return f"missing: {lacking}" if lacking else None


def _demo(chosen: Engine) -> str | None:
    done = chosen.say(*LOCKED, TAG, "demo", "healthy", "--color", "never", check=False)
    return None if done.returncode == 0 and "equal" in done.stdout else f"exit {done.returncode}: {done.stderr[-500:]}"


def _start(chosen: Engine) -> str:
    """The same command, timed by the same program inside and outside; and the container's own start around it."""
    timing = (
        "import statistics, subprocess, time\n"
        "def once():\n"
        "    began = time.perf_counter(); subprocess.run(['probe6', '--version'], check=True, capture_output=True)\n"
        "    return time.perf_counter() - began\n"
        "print(statistics.median(once() for _ in range(11)))\n"
    )
    inside = float(chosen.say(*LOCKED, "--entrypoint", "python3", TAG, "-c", timing).stdout)
    program = [str(Path(sys.executable).parent / "probe6"), "--version"]
    outside = statistics.median(_once(program) for _ in range(11))
    began = time.perf_counter()
    chosen.say(*LOCKED, TAG, "--version")
    whole = time.perf_counter() - began
    return (
        f"probe6 --version: {inside * 1000:.0f} ms in the container, {outside * 1000:.0f} ms on the host; "
        f"{whole:.1f} s with the container's own start"
    )


def _once(words: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(words, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - began
