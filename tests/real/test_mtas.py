"""Mail servers other than Postfix: a message over each family, proven by the mailbox and by the server's own log."""

import contextlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.real import exim, opensmtpd, sendmail
from tests.real.debian import Unpacked
from tests.real.mta import HOSTNAME, Mta
from tests.real.proven import Proven
from tests.real.world import NAME6, PROBER4, PROBER6, RECIPIENT, World, directory

pytestmark = pytest.mark.real

Json = dict[str, Any]
Start = Callable[..., AbstractContextManager[Mta]]
SOURCES = {"ipv6": PROBER6, "ipv4": PROBER4}
SENDER = "postmaster@example.com"


@dataclass(frozen=True, slots=True)
class Kind:
    """A mail server: how it is started, from which packages."""

    start: Start
    packages: tuple[str, ...]


KINDS = {
    "exim": Kind(exim.exim, exim.PACKAGES),
    "opensmtpd": Kind(opensmtpd.opensmtpd, opensmtpd.PACKAGES),
    "sendmail": Kind(sendmail.sendmail, sendmail.PACKAGES),
}


@pytest.fixture(scope="module", params=KINDS)
def mta(request: pytest.FixtureRequest, built: World, unpacked: Unpacked) -> Iterator[Mta]:
    """One of them in the place of the world's Postfix."""
    kind = KINDS[request.param]
    root, version = unpacked(kind.packages)
    with directory() as place, contextlib.ExitStack() as stack:
        (place / "server").mkdir()
        built.postfix.stop()
        stack.callback(built.postfix.start)
        chain = built.postfix.directory.parent / "server.pem"
        yield stack.enter_context(kind.start(built.mailhost, place / "server", root, version, chain))


def deliveries(world: World, *proofs: str) -> dict[str, Json]:
    done = world.probe6(
        *(RECIPIENT, "--nameserver", NAME6, "--from", SENDER, "--deadline", "60", "--format", "json"),
        *(word for proof in proofs for word in ("--proof", proof)),
    )
    assert done.stdout.startswith("{"), f"no report; status {done.returncode}: {done.stderr}"
    report = json.loads(done.stdout)
    found = {item["family"]: item for item in report["deliveries"]}
    assert set(found) == set(SOURCES)
    return found


def test_mail_is_proven_by_the_mailbox_and_by_the_log(world: World, mta: Mta, proven: Proven) -> None:
    log = f"log:{mta.log}"
    for family, delivery in deliveries(world, mta.mailbox, log).items():
        assert (delivery["accepted"], delivery["arrived"]) == (True, True), f"{delivery}\n{mta.logged()}"
        assert set(delivery["seen"]) == {mta.mailbox, log}, f"{delivery}\n{mta.logged()}"
        [trace] = delivery["logs"]
        assert (trace["fate"], trace["family"], trace["address"]) == ("delivered", family, SOURCES[family])
        assert trace["queue_ids"] == [delivery["queue_id"]]
    for proof in (mta.mailbox, log):
        proven.say(mta.name, mta.version, proof, "tests/real/test_mtas.py")


@pytest.mark.parametrize("kind", ["mailbox", "log"])
def test_each_proof_alone_names_our_address(world: World, mta: Mta, kind: str) -> None:
    proof = mta.mailbox if kind == "mailbox" else f"log:{mta.log}"
    for family, delivery in deliveries(world, proof).items():
        assert (delivery["arrived"], delivery["where"]) == (True, proof), f"{delivery}\n{mta.logged()}"
        assert SOURCES[family] in {hop["address"] for hop in delivery["hops"] if hop["family"] == family}
        assert {hop["logged"] for hop in delivery["hops"]} == {kind == "log"}
        assert HOSTNAME.startswith(delivery["hops"][0]["by"] or HOSTNAME)


def test_none_of_them_is_open_or_obeys_what_stands_outside_tls(built: World, mta: Mta) -> None:
    """What each says to a mailbox elsewhere differs, and is understood; so is what each does with a bare LF."""
    done = built.probe6(
        *(RECIPIENT, "--nameserver", NAME6, "--from", SENDER, "--format", "json", "--owned", "example.com"),
        *("--relay-check", "--relay-to", "tester@example.org", "--literal-check", "--injection-check"),
        *("--smuggling-check", "--no-state", "--pause", "0"),
    )
    report = json.loads(done.stdout)
    told = {(item["code"], item["family"]): item for item in report["findings"]}
    # OpenSMTPD 6.8 says 500 and hangs up behind a bare LF: what it took for the end of the message is not told.
    verdicts = {"smuggling-eod": "unknown"} if mta.name == "OpenSMTPD" else {}
    for code in ("relay-open", "tls-command-injection", "ehlo-literal-support", "smuggling-eod"):
        assert told[code, None]["verdict"] == verdicts.get(code, "ok"), f"{told[code, None]}\n{mta.logged()}"
