"""The proof by journal against a real systemd-journald, which runs for itself, in directories of its own."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.measure.log_lines import POSTFIX, SOURCE, TOKEN
from tests.real.namespaces import command
from tests.real.proven import Proven

pytestmark = pytest.mark.real

DAEMON = Path("/lib/systemd/systemd-journald")
# Inside: the journal daemon alone with its own /run; then the proof, while entries are written.
PROGRAM = """
import asyncio, socket, sys, time
from probe.measure.delivery.journal import watch

def write(text):
    for line in text.splitlines():
        program, _, message = line.split(" ", 4)[4].partition(": ")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.sendto(f"<22>{program}: {message}".encode(), "/run/systemd/journal/dev-log")

async def main(spec, token, text, source):
    write(text)  # what is there already is not ours
    time.sleep(0.5)
    async with watch(spec) as proof:
        assert await proof.find(token) is None
        write(text)
        found = None
        async with asyncio.timeout(60):
            while not (found := await proof.find(token)):
                pass
        print([(hop.address, hop.id) for hop in found.hops])
        print([contact.client for contact in (await proof.watched([source])).contacts])

asyncio.run(main(*sys.argv[1:]))
"""
SCRIPT = """
mount -t tmpfs none /run
mkdir -p /run/log/journal /run/systemd/journal
"$0" >/dev/null 2>&1 &
daemon=$!
trap 'kill $daemon' EXIT
until [ -S /run/systemd/journal/dev-log ]; do sleep 0.05; done
"$@"
"""


@pytest.fixture
def journald() -> Iterator[list[str]]:
    """The words that run a command beside its own journal."""
    if command("journalctl") is None or not DAEMON.exists():
        pytest.skip("missing Debian packages: systemd")
    with contextlib.suppress(OSError):
        if subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode == 0:
            yield ["unshare", "--mount", "sh", "-ec", SCRIPT, str(DAEMON)]
            return
    pytest.skip("this machine makes no mount namespaces")


def test_a_delivery_in_a_real_journal_is_proven(journald: list[str], proven: Proven) -> None:
    done = subprocess.run(
        [*journald, sys.executable, "-c", PROGRAM, "journal:", TOKEN, POSTFIX, SOURCE],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.splitlines() == [f"[('{SOURCE}', '4BzQ3t1mZvz9s')]", f"['{SOURCE}']"], done.stderr
    version = subprocess.run(["journalctl", "--version"], check=True, capture_output=True, text=True).stdout.split()[1]
    proven.say("systemd-journald, lines of Postfix", version, "journal", "tests/real/test_journal.py")
