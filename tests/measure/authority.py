"""Certificates made on the spot: an authority of its own, what it signs, and a handshake in memory."""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def name_of(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


class Authority:
    """A certificate with its key; ``issue`` makes another one below it, ``Authority.root()`` one above all."""

    def __init__(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self.certificate = certificate
        self.key = key

    @classmethod
    def root(cls, common: str = "Root") -> "Authority":
        return _make(common, None, ca=True)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(
        self,
        common: str = "mx1.example.com",
        names: Sequence[str | x509.GeneralName] = (),
        *,
        ca: bool = False,
        days: tuple[int, int] = (-1, 90),
        purpose: x509.ObjectIdentifier | None = ExtendedKeyUsageOID.SERVER_AUTH,
    ) -> "Authority":
        return _make(common, self, names, ca=ca, days=days, purpose=purpose)

    def server(self, directory: Path, *chain: "Authority") -> ssl.SSLContext:
        """A server's context that presents this certificate, and ``chain`` behind it."""
        path = directory / f"{self.certificate.serial_number}.pem"
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(key + self.pem + b"".join(item.pem for item in chain))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def _make(
    common: str,
    issuer: Authority | None,
    names: Sequence[str | x509.GeneralName] = (),
    *,
    ca: bool = False,
    days: tuple[int, int] = (-1, 90),
    purpose: x509.ObjectIdentifier | None = None,
) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(name_of(common))
        .issuer_name(issuer.certificate.subject if issuer else name_of(common))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + days[0] * DAY)
        .not_valid_after(NOW + days[1] * DAY)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
    if purpose is not None and not ca:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    return Authority(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def _general(name: str | x509.GeneralName) -> x509.GeneralName:
    if isinstance(name, x509.GeneralName):
        return name
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def handshake(server: ssl.SSLContext, client: ssl.SSLContext, name: str | None = "mx1.example.com") -> ssl.SSLObject:
    """A finished handshake, seen from the client, without a socket."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(down, up, server_hostname=name)
    theirs = server.wrap_bio(up, down, server_side=True)
    for _ in range(4):
        for side in (ours, theirs):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return ours
