import hashlib
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st
from OpenSSL import crypto

from probe.measure.transport import certificate
from probe.measure.transport.certificate import describe
from probe.model.errors import UsageError
from probe.model.smtp import TlsFacts
from tests.measure.authority import DAY, NOW, Authority

ROOT = Authority.root()
MIDDLE = ROOT.issue("Middle", ca=True)
MX = "mx1.example.com"
STRANGER = Authority.root("Stranger")
LEAF = MIDDLE.issue(MX, [MX, "*.mail.example.com", "192.0.2.25", "2001:db8::25"])


@pytest.fixture(scope="module")
def ca_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("anchors") / "root.pem"
    path.write_bytes(ROOT.pem)
    return str(path)


def seen(*chain: bytes) -> TlsFacts:
    return TlsFacts("TLSv1.3", "TLS_AES_256_GCM_SHA384", chain=chain)


def test_everything_about_a_good_one(ca_file: str) -> None:
    found = describe(seen(LEAF.der, MIDDLE.der), [MX], ca_file, NOW)
    spki = LEAF.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert found == TlsFacts(
        version="TLSv1.3",
        cipher="TLS_AES_256_GCM_SHA384",
        trusted=True,
        reason=None,
        name_matches=True,
        subject="CN=mx1.example.com",
        issuer="CN=Middle",
        names=(MX, "*.mail.example.com", "192.0.2.25", "2001:db8::25"),
        not_before=NOW - DAY,
        not_after=NOW + 90 * DAY,
        sha256=hashlib.sha256(LEAF.der).hexdigest(),
        spki_sha256=hashlib.sha256(spki).hexdigest(),
        chain=(LEAF.der, MIDDLE.der),
        anchors=(1,),
    )


@pytest.mark.parametrize(
    ("chain", "after", "anchors"),
    [
        ((LEAF,), timedelta(), ()),
        ((LEAF, MIDDLE, ROOT), timedelta(), (1, 2)),
        ((LEAF, ROOT, MIDDLE), timedelta(), (1, 2)),
        ((LEAF, ROOT), timedelta(), ()),
        ((LEAF, STRANGER, MIDDLE), timedelta(), (2,)),
        ((LEAF, MIDDLE), timedelta(days=91), ()),
    ],
)
def test_which_certificates_vouch_for_the_leaf(
    chain: tuple[Authority, ...], after: timedelta, anchors: tuple[int, ...]
) -> None:
    """Trusted or not: DANE-TA trusts them by the DNS."""
    assert describe(seen(*(item.der for item in chain)), [MX], None, NOW + after).anchors == anchors


def test_what_cannot_be_read_vouches_for_nobody() -> None:
    assert describe(seen(LEAF.der, b"nonsense", MIDDLE.der), [MX], None, NOW).anchors == (2,)
    assert describe(seen(b"nonsense", MIDDLE.der), [MX], None, NOW).anchors == ()


@pytest.mark.parametrize(
    ("chain", "after", "words"),
    [
        ((LEAF,), timedelta(), "unable to get local issuer certificate"),
        ((Authority.root("Self"),), timedelta(), "self-signed certificate"),
        ((LEAF, MIDDLE), 91 * DAY, "certificate has expired"),
        ((LEAF, MIDDLE), -2 * DAY, "certificate is not yet valid"),
        ((LEAF.issue("mx2.example.com"), LEAF, MIDDLE), timedelta(), "invalid CA certificate"),
        (
            (MIDDLE.issue(purpose=ExtendedKeyUsageOID.CLIENT_AUTH), MIDDLE),
            timedelta(),
            "unsuitable certificate purpose",
        ),
    ],
)
def test_distrust_in_openssls_words(ca_file: str, chain: tuple[Authority, ...], after: timedelta, words: str) -> None:
    found = describe(seen(*(item.der for item in chain)), [MX], ca_file, NOW + after)
    assert found.trusted is False
    assert found.reason is not None
    assert words in found.reason
    assert found.subject is not None  # it is shown all the same


@pytest.mark.parametrize("purpose", [ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE, ExtendedKeyUsageOID.SERVER_AUTH, None])
def test_purposes_that_serve(ca_file: str, purpose: object) -> None:
    leaf = MIDDLE.issue(MX, [MX], purpose=purpose)  # type: ignore[arg-type]
    assert describe(seen(leaf.der, MIDDLE.der), [MX], ca_file, NOW).trusted is True


def test_trust_and_name_are_two_questions(ca_file: str) -> None:
    found = describe(seen(LEAF.der, MIDDLE.der), ["mx2.example.com"], ca_file, NOW)
    assert (found.trusted, found.name_matches) == (True, False)


@pytest.mark.parametrize(
    ("names", "named"),
    [
        ([], None),
        (["a.mail.example.com"], True),
        (["mx2.example.com", "MX1.example.com"], True),  # one of the names it is known by
        (["192.0.2.25"], True),
        (["2001:db8::25"], True),
        (["2001:db8::26"], False),
    ],
)
def test_names(ca_file: str, names: list[str], named: bool | None) -> None:
    assert describe(seen(LEAF.der, MIDDLE.der), names, ca_file, NOW).name_matches is named


def test_the_common_name_is_no_name(ca_file: str) -> None:
    leaf = MIDDLE.issue(MX)
    found = describe(seen(leaf.der, MIDDLE.der), [MX], ca_file, NOW)
    assert (found.subject, found.names, found.name_matches) == (f"CN={MX}", (), False)


def test_an_address_written_as_dns_name_is_no_address(ca_file: str) -> None:
    leaf = MIDDLE.issue(MX, [x509.DNSName("192.0.2.26")])
    found = describe(seen(leaf.der, MIDDLE.der), ["192.0.2.26"], ca_file, NOW)
    assert (found.names, found.name_matches) == (("192.0.2.26",), False)


def test_hostile_names_are_bounded_and_printable(ca_file: str) -> None:
    leaf = MIDDLE.issue("evil\x1b[2J\r\nverdict: ok\u202e", [f"mx{number}.example.com" for number in range(500)])
    found = describe(seen(leaf.der, MIDDLE.der), ["mx499.example.com"], ca_file, NOW)
    assert len(found.names) == certificate._MOST_NAMES
    assert found.name_matches is True  # all of them were looked at
    assert found.subject is not None
    assert found.subject.isprintable()


@pytest.mark.parametrize(
    "garbage",
    [b"", b"\0", b"garbage", LEAF.der[:-1], LEAF.der[:40], b"\x30\x84" + b"\xff" * 70000],
    ids=["nothing", "zero", "words", "all but an octet", "its beginning", "an enormous length"],
)
def test_garbage_is_unreadable(ca_file: str, garbage: bytes) -> None:
    found = describe(seen(garbage, MIDDLE.der), [MX], ca_file, NOW)
    assert (found.trusted, found.reason, found.name_matches) == (False, "the certificate is unreadable", False)
    assert found.sha256 == hashlib.sha256(garbage).hexdigest()
    assert (found.subject, found.names, found.not_after) == (None, (), None)


def test_garbage_among_the_intermediates_is_passed_over(ca_file: str) -> None:
    assert describe(seen(LEAF.der, b"garbage", MIDDLE.der), [MX], ca_file, NOW).trusted is True
    assert describe(seen(LEAF.der, b"garbage"), [MX], ca_file, NOW).trusted is False


@settings(max_examples=300)
@given(st.data())
def test_a_damaged_certificate_never_raises(ca_file: str, data: st.DataObject) -> None:
    der = bytearray(LEAF.der)
    for _ in range(data.draw(st.integers(1, 4))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    found = describe(seen(bytes(der), MIDDLE.der), [MX], ca_file, NOW)
    if bytes(der) != LEAF.der:
        assert found.trusted is False
        assert found.reason


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    assert describe(seen(data), [MX], None, NOW).trusted in {False, None}


def test_a_ca_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no certificate here")
    for name in ("notes.txt", "absent.pem"):
        with pytest.raises(UsageError, match=name):
            describe(seen(LEAF.der), [MX], str(tmp_path / name), NOW)


@pytest.mark.parametrize("hashed", [True, False])
def test_the_systems_anchors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hashed: bool) -> None:
    """As OpenSSL finds them: in a directory of hashed names, or in one file."""
    directory, bundle = tmp_path / "certs", tmp_path / "bundle.pem"
    directory.mkdir()
    monkeypatch.setenv("SSL_CERT_DIR", str(directory))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    if hashed:
        number = crypto.X509.from_cryptography(ROOT.certificate).subject_name_hash()
        (directory / f"{number:08x}.0").write_bytes(ROOT.pem)
    else:
        bundle.write_bytes(ROOT.pem)
    assert describe(seen(LEAF.der, MIDDLE.der), [MX], None, NOW).trusted is True


def test_a_machine_without_anchors_blames_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    found = describe(seen(LEAF.der, MIDDLE.der), [MX], None, NOW)
    assert found.trusted is None
    assert found.reason == "this machine has no trust anchors to verify with"
    assert found.name_matches is True


def test_the_hashed_directory_spares_reading_the_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = crypto.X509.from_cryptography(ROOT.certificate).subject_name_hash()
    (tmp_path / f"{number:08x}.0").write_bytes(ROOT.pem)
    (tmp_path / "bundle.pem").write_text("not to be read")
    paths = ssl.get_default_verify_paths()._replace(capath=str(tmp_path), cafile=str(tmp_path / "bundle.pem"))
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
    assert describe(seen(LEAF.der, MIDDLE.der), [MX], None, NOW).trusted is True
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "bundle.pem"))  # named by the user, so it is read
    assert describe(seen(LEAF.der, MIDDLE.der), [MX], None, NOW).trusted is None


def test_a_directory_of_hashed_names(tmp_path: Path) -> None:
    (tmp_path / "0a1b2c3d.0").write_bytes(ROOT.pem)
    assert certificate._is_hashed(str(tmp_path))
    (tmp_path / "0a1b2c3d.0").rename(tmp_path / "root.pem")
    assert not certificate._is_hashed(str(tmp_path))
    assert not certificate._is_hashed(str(tmp_path / "absent"))
