"""What is kept between runs, and what an envelope carries, with a real Postfix over both families."""

import json
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from probe.measure.session.conversation import engines
from tests.real.postfix import DOMAIN, HOSTNAME
from tests.real.world import MAIL6, NAME6, OTHER, RECIPIENT, World

pytestmark = pytest.mark.real

Json = dict[str, Any]


def probe6(world: World, *words: str | Path) -> Json:
    done: subprocess.CompletedProcess[str] = world.probe6(*words, "--nameserver", NAME6, "--format", "json")
    assert done.stdout.startswith("{"), f"no report; status {done.returncode}: {done.stderr}"
    report: Json = json.loads(done.stdout)
    return report


def commands(report: Json, stage: str) -> list[tuple[str, str]]:
    """What was said at a stage, by family; each time once, so nothing had to be said again."""
    return sorted(
        (session["family"], step["command"])
        for session in report["sessions"]
        for step in session["steps"]
        if step["stage"] == stage
    )


def messages(world: World, report: Json) -> dict[str, bytes]:
    """What lies in the Maildir, by the family of its token."""
    tokens = {item["family"]: item["token"].encode() for item in report["deliveries"]}
    files = [path.read_bytes() for folder in ("new", "cur") for path in (world.maildir / folder).iterdir()]
    return {family: text for family, token in tokens.items() for text in files if token in text}


@pytest.mark.parametrize("engine", engines())
@pytest.mark.parametrize("sender", ["<>", f"postmaster@{DOMAIN}"])
def test_postfix_takes_the_parameters_of_dsn(world: World, engine: str, sender: str) -> None:
    report = probe6(world, RECIPIENT, "--from", sender, "--engine", engine, "--proof", f"maildir:{world.maildir}")
    assert report["verdict"] == "ok"
    assert {item["family"] for item in report["deliveries"] if item["arrived"]} == {"ipv6", "ipv4"}
    tokens = {item["family"]: item["token"] for item in report["deliveries"]}
    bare = sender.strip("<>")
    ret, notify = (" RET=HDRS", " NOTIFY=FAILURE,DELAY") if bare else ("", "")
    assert commands(report, "mail") == sorted(
        (family, f"MAIL FROM:<{bare}>{ret} ENVID={token}") for family, token in tokens.items()
    )
    assert commands(report, "rcpt") == [
        (family, f"RCPT TO:<{RECIPIENT}>{notify} ORCPT=rfc822;{RECIPIENT}") for family in ("ipv4", "ipv6")
    ]


def test_a_signature_survives_a_real_server(world: World, tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    path = tmp_path / "dkim.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    report = probe6(
        world, RECIPIENT, "--from", f"postmaster@{DOMAIN}", "--dkim-key", path, "--dkim-selector", "probe",
        "--proof", f"maildir:{world.maildir}",
    )  # fmt: skip
    found = messages(world, report)
    assert set(found) == {"ipv6", "ipv4"}
    for text in found.values():
        asked: list[bytes] = []

        def published(name: bytes, timeout: int = 5, asked: list[bytes] = asked) -> bytes:
            asked.append(name)
            return b"v=DKIM1; p=" + public

        assert dkim.verify(text, dnsfunc=published)
        assert asked == [f"probe._domainkey.{DOMAIN}.".encode()]
    assert "dkim.pem" not in json.dumps(report)


def test_a_greeting_of_an_earlier_run_proves_port_25(world: World, tmp_path: Path) -> None:
    state = ("--state", tmp_path / "state.sqlite")
    before = probe6(world, f"[{OTHER}]", *state)
    assert before["verdict"] in {"ok", "warning"}
    with world.route(world.border, "blackhole", MAIL6):
        silent = probe6(world, DOMAIN, "--timeout", "1", *state)
        forgetful = probe6(world, DOMAIN, "--timeout", "1", "--no-state")
    [found] = [item for item in silent["findings"] if item["code"] == "tcp-timeout"]
    assert (found["family"], found["verdict"]) == ("ipv6", "critical")
    assert silent["vantage"]["ipv6"]["port25_by"]["host"] == OTHER
    assert (silent["parity"], forgetful["parity"]) == ("ipv6-broken", "untestable")


def test_a_refusal_where_we_were_served_is_perhaps_a_ban(world: World, tmp_path: Path) -> None:
    state = ("--state", tmp_path / "state.sqlite")
    assert probe6(world, DOMAIN, *state)["parity"] == "equal"
    with world.postfix_setting("inet_protocols", "ipv4"):
        report = probe6(world, DOMAIN, *state)
    [found] = [item for item in report["findings"] if item["code"] == "tcp-refused"]
    assert "its service has stopped, or this probe is perhaps banned" in found["sentence"]
    assert HOSTNAME in found["subject"]
