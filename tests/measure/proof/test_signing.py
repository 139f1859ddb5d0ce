"""The signature, verified by dkimpy over what the lab's servers really took, over each family and by each engine."""

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from probe.api import measure, save
from probe.lab.scenarios import SCENARIOS
from probe.lab.world import world
from probe.measure.proof.signing import signer
from probe.measure.session.conversation import engines
from probe.model.errors import UsageError
from probe.model.words import Family

PRIVATE = rsa.generate_private_key(65537, 2048)
PUBLIC = b64encode(PRIVATE.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
MESSAGE = b"From: <me@example.net>\r\nTo: <user@example.com>\r\nSubject: x\r\n\r\nbody\r\n.dot\r\n"


def pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey, form: PrivateFormat = PrivateFormat.PKCS8) -> bytes:
    return key.private_bytes(Encoding.PEM, form, NoEncryption())


def published(name: bytes, timeout: int = 5) -> bytes | None:
    """The name server, with one record."""
    return b"v=DKIM1; k=rsa; p=" + PUBLIC if name == b"mail._domainkey.example.net." else None


def verified(message: bytes) -> bool:
    return bool(dkim.verify(message, dnsfunc=published))


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_either_form_of_pem_signs(form: PrivateFormat) -> None:
    signed = signer(pem(PRIVATE, form), "mail", "example.net")(MESSAGE)
    assert signed.endswith(MESSAGE)
    assert verified(signed)


@pytest.mark.parametrize("old", [b"me@example.net", b"Subject: x", b"body"])
def test_what_is_changed_on_the_way_shows(old: bytes) -> None:
    signed = signer(pem(PRIVATE), "mail", "example.net")(MESSAGE)
    assert not verified(signed.replace(old, b"other" + old))


@pytest.mark.parametrize("engine", engines())
async def test_what_the_servers_took_verifies_over_each_family(tmp_path: Path, engine: str) -> None:
    async with world(SCENARIOS["healthy"], tmp_path) as place:
        settings = replace(place.settings, sender="me@example.net", engine=engine, dkim_domain="example.net")
        sign = signer(pem(PRIVATE), "mail", "example.net")
        found = await measure(place.target, settings, network=place.network, sign=sign)
        messages = [path.read_bytes() for path in (place.maildir / "new").iterdir()]
    assert {attempt.family for attempt in found.attempts if attempt.arrival} == set(Family)
    assert sorted(b"X-Probe6-Family: ipv6" in message for message in messages) == [False, True]
    assert all(verified(message) for message in messages)
    assert not any(verified(message.replace(b"Subject: probe6", b"Subject: probe7")) for message in messages)
    assert b"PRIVATE KEY" not in save(found)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (b"", "no private key"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "no private key"),
        (PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), "no private key"),
        (pem(ed25519.Ed25519PrivateKey.generate()), "RSA"),
        (PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")), "encrypted"),
    ],
    ids=["empty", "broken", "public", "ed25519", "encrypted"],
)
def test_a_key_nobody_can_sign_with(key: bytes, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        signer(key, "mail", "example.net")


def test_a_key_nobody_would_verify(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("probe.measure.proof.signing.LEAST_BITS", 4096)
    with pytest.raises(UsageError, match="2048 bits is too short"):
        signer(pem(PRIVATE), "mail", "example.net")
