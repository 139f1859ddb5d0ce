import ssl
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from probe.measure.transport import tls
from probe.measure.transport.certificate import describe
from probe.measure.transport.tls import client_context, facts, sni
from probe.measure.transport.tlslayer import TlsLayer
from tests.measure.authority import NOW, Authority, handshake

ROOT = Authority.root()
MX = "mx1.example.com"


@pytest.fixture
def ca_file(tmp_path: Path) -> str:
    path = tmp_path / "root.pem"
    path.write_bytes(ROOT.pem)
    return str(path)


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        (MX, MX),
        ("_mx.Example-1.com", "_mx.Example-1.com"),
        ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
        ("localhost", "localhost"),
        ("192.0.2.25", None),
        ("2001:db8::25", None),
        ("", None),
        (r"we\032ird.example", None),
        (r"\255" * 20 + ".example.com", None),  # a label of the DNS, and more than 63 characters when written
        ("x" * 64 + ".example.com", None),
        (".".join(["x" * 62] * 5), None),
    ],
)
def test_a_name_to_ask_by_is_one_that_tls_can_say(host: str, asked: str | None) -> None:
    assert sni(host) == asked
    assert TlsLayer(sni(host)).handshake.server_hostname == asked


def test_facts_of_a_handshake(tmp_path: Path, ca_file: str) -> None:
    middle = ROOT.issue("Middle", ca=True)
    leaf = middle.issue(MX, [MX])
    seen = describe(facts(handshake(leaf.server(tmp_path, middle), client_context())), [MX], ca_file, NOW)
    assert seen.version == "TLSv1.3"
    assert seen.cipher.startswith("TLS_")
    assert seen.chain == (leaf.der, middle.der)
    assert (seen.trusted, seen.reason, seen.name_matches) == (True, None, True)


def test_nobody_is_turned_away_at_the_handshake(tmp_path: Path, ca_file: str) -> None:
    """The certificate is wrong in every way, the handshake goes through, and all of it is told."""
    stranger = Authority.root("Stranger").issue("other.example.net", ["other.example.net"], days=(-9, -2))
    seen = describe(facts(handshake(stranger.server(tmp_path), client_context())), [MX], ca_file, NOW)
    assert seen.trusted is False
    assert seen.reason
    assert seen.name_matches is False
    assert seen.names == ("other.example.net",)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_protocol_version(tmp_path: Path, version: ssl.TLSVersion) -> None:
    server = ROOT.issue().server(tmp_path)
    server.maximum_version = version
    assert describe(facts(handshake(server, client_context())), [], None, NOW).version == version.name.replace("_", ".")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_an_old_server_is_heard_out(tmp_path: Path, version: ssl.TLSVersion) -> None:
    server = ROOT.issue().server(tmp_path)
    server.minimum_version = server.maximum_version = version
    server.set_ciphers("ALL:@SECLEVEL=0")
    assert describe(facts(handshake(server, client_context())), [], None, NOW).version == version.name.replace("_", ".")


def test_one_context_that_offers_no_anonymous_cipher() -> None:
    context = client_context()
    assert context is client_context()
    assert context.verify_mode is ssl.CERT_NONE
    offered = {cipher["name"] for cipher in context.get_ciphers()}
    assert offered
    assert not any(name.startswith(("ADH", "AECDH")) or "NULL" in name for name in offered)


def test_a_long_chain_is_cut(tmp_path: Path, ca_file: str) -> None:
    leaf = ROOT.issue(MX, [MX])
    server = leaf.server(tmp_path, *[Authority.root(f"Padding {number}") for number in range(30)])
    seen = describe(facts(handshake(server, client_context())), [MX], ca_file, NOW)
    assert len(seen.chain) == tls._MOST_CERTIFICATES
    assert seen.chain[0] == leaf.der
    assert seen.trusted is True


class Shaped:
    """A handshake as another Python release offers it."""

    def __init__(self, leaf: bytes | None, **methods: object) -> None:
        self.leaf = leaf
        self.__dict__.update(methods)

    def getpeercert(self, binary_form: bool) -> bytes | None:
        assert binary_form
        return self.leaf

    def version(self) -> None:
        return None

    def cipher(self) -> None:
        return None


@pytest.mark.parametrize(
    ("shape", "chain"),
    [
        (Shaped(b"leaf", get_unverified_chain=lambda: [b"leaf", b"middle"]), (b"leaf", b"middle")),  # 3.13
        (
            Shaped(
                b"leaf",
                _sslobj=SimpleNamespace(
                    get_unverified_chain=lambda: [
                        SimpleNamespace(public_bytes=lambda _, der=der: der) for der in (b"leaf", b"middle")
                    ]
                ),
            ),
            (b"leaf", b"middle"),
        ),  # 3.11, 3.12
        (Shaped(b"leaf", _sslobj=SimpleNamespace(get_unverified_chain=lambda: None)), ()),
        (Shaped(b"leaf"), (b"leaf",)),
        (Shaped(None), ()),
    ],
)
def test_the_chain_in_every_python(shape: Shaped, chain: tuple[bytes, ...]) -> None:
    assert tls._chain(cast("ssl.SSLObject", shape)) == chain


def test_no_certificate_at_all() -> None:
    seen = describe(facts(cast("ssl.SSLObject", Shaped(None))), [MX], None, NOW)
    assert (seen.trusted, seen.reason, seen.name_matches) == (None, "the server sent no certificate", None)
    assert (seen.version, seen.cipher) == ("unknown", "unknown")


def test_the_heavy_libraries_wait_until_there_is_a_certificate() -> None:
    script = (
        "import sys; from probe.measure.transport import tls; tls.client_context(); "
        "print({'OpenSSL', 'cryptography'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
