"""A certificate authority made for one test session, and a certificate of it for a mail host.

In: a directory, host names. Out: PEM files, the server's with its key. Valid for ninety days, from an hour ago if not
told otherwise.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def _named(
    subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, age: timedelta = timedelta(hours=1)
) -> x509.CertificateBuilder:
    start = datetime.now(UTC) - age
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=90))
    )


def issue(directory: Path, *names: str, age: timedelta = timedelta(hours=1)) -> tuple[Path, Path]:
    """Make ``ca.pem`` and ``server.pem`` (key, then certificate for ``names``, of that age) and return their paths."""
    authority, authority_key = "Authority of this test session", ec.generate_private_key(ec.SECP256R1())
    root = (
        _named(authority, authority, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = (
        _named(names[0], authority, key, age)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    ca_file, server_file = directory / "ca.pem", directory / "server.pem"
    ca_file.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    server_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + leaf.public_bytes(serialization.Encoding.PEM)
    )
    server_file.chmod(0o600)
    return ca_file, server_file


def key_digest(server_file: Path) -> str:
    """SHA-256 of the public key of a ``server.pem``, as a TLSA record of selector 1 and matching type 1 has it."""
    public = x509.load_pem_x509_certificate(server_file.read_bytes()).public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()
