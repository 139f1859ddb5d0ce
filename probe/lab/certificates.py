"""The lab's certificate authority: keys and certificates made on the fly, good ones and bad ones.

In goes a kind and a host name, out comes a server's ``ssl.SSLContext`` or what a TLSA record says of the certificate;
files are written below the directory given.
EC P-256, so that a world with a handful of certificates starts within milliseconds. Names are subject alternative
names (RFC 9525 6.3: the common name is not looked at).
"""

import hashlib
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from probe.lab.faults import Certificate, Promise

WRONG_NAME = "www.example.com"
_DAY = timedelta(days=1)
_VALID = {Certificate.EXPIRED: (-90 * _DAY, -3 * _DAY), Certificate.EXPIRING: (-80 * _DAY, 10 * _DAY)}


class Authority:
    """A certificate authority that lives as long as a lab world does."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("probe6 lab authority")
        self._now = datetime.now(UTC)
        self._certificate = self._root()
        self._issued: dict[tuple[Certificate, str], Path] = {}
        self.ca_file = directory / "ca.pem"
        self.ca_file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def context(
        self,
        kind: Certificate,
        host: str,
        *,
        tls13: bool = True,
        whole_chain: bool = False,
        virtual: tuple[str, ...] = (),
    ) -> ssl.SSLContext:
        """What a server named ``host`` needs to show a certificate of this kind; the same one each time.

        Who asks for one of ``virtual`` is shown that name's own.
        """
        path = self._path(kind, host)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.maximum_version = ssl.TLSVersion.TLSv1_3 if tls13 else ssl.TLSVersion.TLSv1_2
        if whole_chain:
            whole = path.with_suffix(".chain.pem")
            whole.touch(mode=0o600)
            whole.write_bytes(path.read_bytes() + self.ca_file.read_bytes())
            path = whole
        context.load_cert_chain(path)
        if virtual:
            others = {name: self.context(kind, name, tls13=tls13, whole_chain=whole_chain) for name in virtual}
            context.sni_callback = partial(_shown_to, others)
        return context

    def association(self, promise: Promise) -> str:
        """The RDATA of a TLSA record (RFC 6698 2.1)."""
        data = promise.data
        if data is None:
            shown = self._certificate
            if promise.certificate is not None:
                shown = x509.load_pem_x509_certificate(self._path(promise.certificate, promise.host).read_bytes())
            der = shown.public_bytes(serialization.Encoding.DER)
            if promise.selector == 1:
                der = shown.public_key().public_bytes(
                    serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
                )
            digest = {1: hashlib.sha256, 2: hashlib.sha512}.get(promise.matching)
            data = der.hex() if digest is None else digest(der).hexdigest()
        return f"{promise.usage} {promise.selector} {promise.matching} {data}"

    def _path(self, kind: Certificate, host: str) -> Path:
        if (kind, host) not in self._issued:
            self._issued[kind, host] = self._issue(kind, host)
        return self._issued[kind, host]

    def _root(self) -> x509.Certificate:
        public = self._key.public_key()
        builder = self._builder(self._name, public, -_DAY, 3650 * _DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_key_usage(authority=True), critical=True)
        return builder.issuer_name(self._name).sign(self._key, hashes.SHA256())

    def _issue(self, kind: Certificate, host: str) -> Path:
        """Make a key and a certificate; the PEM file holds both, the certificate's chain ends at the authority."""
        key = ec.generate_private_key(ec.SECP256R1())
        named = WRONG_NAME if kind is Certificate.WRONG_NAME else host
        start, end = _VALID.get(kind, (-_DAY, 90 * _DAY))
        builder = self._builder(_name(named), key.public_key(), start, end)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(named)]), critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_key_usage(authority=False), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        if kind is Certificate.SELF_SIGNED:
            certificate = builder.issuer_name(_name(named)).sign(key, hashes.SHA256())
        else:
            builder = builder.add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
            certificate = builder.issuer_name(self._name).sign(self._key, hashes.SHA256())
        path = self._directory / f"{kind}-{host}.pem"
        path.touch(mode=0o600)
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return path

    def _builder(
        self, subject: x509.Name, public: ec.EllipticCurvePublicKey, start: timedelta, end: timedelta
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now + start)
            .not_valid_after(self._now + end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        )


def _shown_to(
    others: Mapping[str, ssl.SSLContext], connection: ssl.SSLObject, asked: str | None, _own: ssl.SSLContext
) -> None:
    """What OpenSSL calls when it knows the name in SNI, or that there is none."""
    if asked is not None and asked in others:
        connection.context = others[asked]


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
