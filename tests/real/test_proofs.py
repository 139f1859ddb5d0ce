"""The proofs of delivery against real servers: Dovecot over IMAP, an mbox of Postfix, and Postfix handing on to us."""

import contextlib
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.real.dovecot import PASSWORD
from tests.real.namespaces import run
from tests.real.postfix import DOMAIN, HOSTNAME, NOBODY
from tests.real.proven import Proven
from tests.real.world import DOCUMENTATION, MAIL4, MAIL6, NAME6, PROBE6, PROBER4, PROBER6, RECIPIENT, World

pytestmark = pytest.mark.real

Json = dict[str, Any]
SENDER = f"postmaster@{DOMAIN}"
LITTLE = ("--deadline", "12", "--format", "json")  # seconds for the whole run, where nothing will arrive
SOURCES = {"ipv6": PROBER6, "ipv4": PROBER4}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(PASSWORD + "\n")
    path.chmod(0o600)
    return path


def arrived(done: subprocess.CompletedProcess[str]) -> dict[str, Json]:
    """The deliveries by family, each arrived, received over its own family, in a report without the password."""
    assert done.stdout.startswith("{"), f"no report; status {done.returncode}: {done.stderr}"
    assert PASSWORD not in done.stdout + done.stderr
    report = json.loads(done.stdout)
    deliveries = {item["family"]: item for item in report["deliveries"]}
    assert set(deliveries) == {"ipv6", "ipv4"}
    assert all((item["accepted"], item["arrived"]) == (True, True) for item in deliveries.values()), deliveries
    return deliveries


def stored(world: World, token: str) -> list[Path]:
    return [path for place in ("new", "cur") for path in (world.maildir / place).iterdir() if token in path.read_text()]


def check_reception(delivery: Json) -> None:
    """Postfix's own header: it had the message from us, over the family of the message."""
    hop = next(hop for hop in delivery["hops"] if hop["by"] == HOSTNAME and hop["address"])
    assert (hop["address"], hop["family"]) == (SOURCES[delivery["family"]], delivery["family"])


@pytest.mark.parametrize("scheme", ["imap", "imaps"])
def test_mail_is_proven_by_imap_and_left_as_it_is(
    world: World, imap_log: Path, secret: Path, scheme: str, proven: Proven
) -> None:
    spec = f"{scheme}://probe@{HOSTNAME}/INBOX"
    done = world.probe6(
        *(RECIPIENT, "--nameserver", NAME6, "--from", SENDER, "--proof", spec, "--secret", secret, "--format", "json"),
    )
    for delivery in arrived(done).values():
        assert delivery["where"] == spec
        check_reception(delivery)
        [path] = stored(world, delivery["token"])
        assert not re.search(r":2,.*[ST]", path.name)  # neither seen nor deleted
    said = imap_log.read_text()
    assert "Login: user=<probe>, method=PLAIN" in said
    assert ", TLS," in said
    version = run("dovecot", "--version").stdout.split()[0]
    proven.say("Dovecot, mail by Postfix", version, scheme, "tests/real/test_proofs.py")


def test_cleanup_takes_our_messages_and_no_other(world: World, imap_log: Path, secret: Path) -> None:
    spec = f"imaps://probe@{HOSTNAME}/INBOX"
    stranger = world.maildir / "new" / "1795370401.M1P1.elsewhere"
    stranger.write_text("Subject: not ours\n\nhello\n")
    os.chown(stranger, NOBODY, NOBODY)
    done = world.probe6(
        *(RECIPIENT, "--nameserver", NAME6, "--from", SENDER, "--proof", spec, "--secret", secret, "--cleanup"),
        *("--format", "json"),
    )
    for delivery in arrived(done).values():
        assert stored(world, delivery["token"]) == []
    [path] = stored(world, "not ours")
    path.unlink()


def test_several_proofs_watch_and_the_one_that_saw_it_is_named(world: World, imap_log: Path, secret: Path) -> None:
    specs = [f"maildir:{world.postfix.maildir('postmaster')}", f"imap://probe@{HOSTNAME}/INBOX"]
    done = world.probe6(
        *(RECIPIENT, "--nameserver", NAME6, "--from", SENDER, "--secret", secret, "--format", "json"),
        *(word for spec in specs for word in ("--proof", spec)),
    )
    assert all(delivery["where"] == specs[1] for delivery in arrived(done).values())


def test_on_the_mail_host_itself_imap_needs_no_tls(world: World, imap_log: Path, secret: Path) -> None:
    before = imap_log.read_text()
    done = world.mailhost.run(
        *(PROBE6, RECIPIENT, "--nameserver", NAME6, "--from", SENDER, "--treat-global", DOCUMENTATION),
        *("--proof", "imap://probe@127.0.0.1/INBOX", "--secret", secret, "--format", "json", "--engine", world.engine),
        check=False,
    )
    assert set(arrived(done)) == {"ipv6", "ipv4"}
    assert "rip=127.0.0.1, lip=127.0.0.1, " in imap_log.read_text().removeprefix(before)


@pytest.mark.parametrize(
    ("place", "password", "said"),
    [
        (f"imaps://probe@{HOSTNAME}/INBOX", "wrong", "is not accepted (AUTHENTICATIONFAILED)"),
        (f"imap://probe@{HOSTNAME}/INBOX", "wrong", "is not accepted (AUTHENTICATIONFAILED)"),
        (f"imaps://probe@{HOSTNAME}/Nowhere", PASSWORD, 'has no mailbox "Nowhere"'),
        (f"imaps://probe@[{MAIL6}]/INBOX", PASSWORD, "certificate of 2001:db8:25::25 is not accepted"),
        (f"imaps://probe@{HOSTNAME}:995/INBOX", PASSWORD, "port 995: Connection refused"),
        ("imaps://probe@nowhere.example.com/INBOX", PASSWORD, "nowhere.example.com port 993: "),
    ],
)
def test_what_cannot_be_watched_stops_the_run_before_any_mail(
    built: World, imap_log: Path, secret: Path, place: str, password: str, said: str
) -> None:
    secret.write_text(password)
    before = built.postfix.log()
    done = built.probe6(RECIPIENT, "--nameserver", NAME6, "--from", SENDER, "--proof", place, "--secret", secret)
    assert (done.returncode, done.stdout) == (3, "")
    assert said in done.stderr
    assert password not in done.stderr
    assert "connect from" not in built.postfix.log().removeprefix(before)


@contextlib.contextmanager
def mailbox_file(world: World) -> Iterator[Path]:
    """A mailbox of Postfix that is one file: the same mailbox, under another path without a final slash."""
    folder = world.postfix.directory / "mail" / "files"
    folder.mkdir(exist_ok=True)
    path = folder / "probe"
    path.touch()
    for one in (folder, path):
        os.chown(one, NOBODY, NOBODY)
    with world.postfix_setting("virtual_mailbox_maps", f"inline:{{ {{ {RECIPIENT} = files/probe }} }}"):
        yield path


def test_mail_is_proven_by_mbox(world: World, proven: Proven) -> None:
    with mailbox_file(world) as path:
        done = world.probe6(
            *(RECIPIENT, "--nameserver", NAME6, "--from", SENDER, "--proof", f"mbox:{path}", "--format", "json"),
        )
        deliveries = arrived(done)
        content = path.read_text()
    for delivery in deliveries.values():
        assert delivery["where"] == f"mbox:{path}"
        check_reception(delivery)
        assert content.count(f"X-Probe6-Token: {delivery['token']}") == 1
    assert content.startswith(f"From {SENDER} ")
    proven.say("Postfix", world.postfix.configured("mail_version"), "mbox", "tests/real/test_proofs.py")


@pytest.mark.parametrize("kind", ["log", "maildir"])
def test_mail_is_proven_by_the_log_and_by_the_maildir(world: World, kind: str, proven: Proven) -> None:
    proof = f"log:{world.postfix.directory}/mail.log" if kind == "log" else f"maildir:{world.maildir}"
    done = world.probe6(RECIPIENT, "--nameserver", NAME6, "--from", SENDER, "--proof", proof, "--format", "json")
    for family, delivery in arrived(done).items():
        assert (delivery["where"], delivery["relayed"]) == (proof, None)
        assert [(hop["address"], hop["logged"]) for hop in delivery["hops"]] == [(SOURCES[family], kind == "log")]
    codes = {(item["code"], item["family"]) for item in json.loads(done.stdout)["findings"] if item["verdict"] == "ok"}
    expected = {(code, family) for code in ("log-connect-seen", "log-status-sent") for family in SOURCES}
    assert (expected <= codes) == (kind == "log")
    proven.say("Postfix", world.postfix.configured("mail_version"), kind, "tests/real/test_proofs.py")


def test_what_waits_in_the_queue_after_the_250_is_told_with_its_reason(world: World) -> None:
    proof = f"log:{world.postfix.directory}/mail.log"
    mode = world.maildir.stat().st_mode
    os.chown(world.maildir, 0, 0)
    world.maildir.chmod(0o700)
    try:
        done = world.probe6(RECIPIENT, "--nameserver", NAME6, "--from", SENDER, "--proof", proof, *LITTLE)
    finally:
        os.chown(world.maildir, NOBODY, NOBODY)
        world.maildir.chmod(mode)
    report = json.loads(done.stdout)
    assert (report["verdict"], report["parity"]) == ("warning", "untestable")
    told = {item["family"]: item for item in report["findings"] if item["code"] == "log-status-sent"}
    assert {family: item["verdict"] for family, item in told.items()} == dict.fromkeys(SOURCES, "warning")
    assert all("ermission denied" in item["sentence"] for item in told.values())
    assert all(item["logs"][0]["fate"] == "deferred" for item in report["deliveries"])


@pytest.mark.parametrize(("place", "family", "theirs"), [(PROBER6, "ipv6", MAIL6), (PROBER4, "ipv4", MAIL4)])
def test_mail_handed_on_to_us_is_proven_by_receiving_it(world: World, place: str, family: str, theirs: str) -> None:
    way = f"inline:{{ {{ {RECIPIENT} = smtp:[{place}]:2525 }} }}"
    with world.postfix_settings(transport_maps=way, smtp_tls_security_level="may"):
        done = world.probe6(
            *(RECIPIENT, "--nameserver", NAME6, "--from", SENDER, "--proof", "listen:2525", "--format", "json"),
        )
    for delivery in arrived(done).values():
        assert delivery["where"] == "listen:2525"
        top = delivery["hops"][0]
        assert (top["family"], top["protocol"], top["address"]) == (family, "ESMTPS", theirs)
        check_reception(delivery)
