"""What a certificate chain says, and whether a verifying sender would believe it.

In: certificates as DER, leaf first. Out: ``TlsFacts`` filled in. They are hostile input: what cannot be read is said to
be unreadable or left out, never raised, and every text is made printable and cut to a length.

pyOpenSSL gives the verdict, for OpenSSL's words are what every mail log shows; cryptography reads the fields.
"""

import hashlib
import os
import re
import ssl
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from probe.address import is_address
from probe.grammar.certname import matches
from probe.grammar.text import clip
from probe.model.errors import UsageError
from probe.model.smtp import TlsFacts

if TYPE_CHECKING:
    from cryptography import x509
    from OpenSSL import crypto

T = TypeVar("T")

_ALL_SPOKEN = 0.005  # seconds
_MOST_NAMES = 100
_MOST_TEXT = 500  # columns of a subject, an issuer or a name
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")  # openssl-rehash(1)
_UNREADABLE = "the certificate is unreadable"


def load_libraries() -> None:
    """Import what ``describe`` needs: a tenth of a second the first time, so it is done in a thread, beside a wait.

    Threads of Python take turns, and an extension module takes a long one. The conversations of both families run
    level, so each shall first have said what it has to say.
    """
    if "OpenSSL.crypto" not in sys.modules:
        time.sleep(_ALL_SPOKEN)
    import cryptography.x509  # noqa: F401 -- only loaded here
    import OpenSSL.crypto  # noqa: F401


def describe(seen: TlsFacts, names: Sequence[str], ca_file: str | None, now: datetime) -> TlsFacts:
    """``seen`` with the verdict on its chain and the facts of its leaf: does it name one of ``names``, and more."""
    if not seen.chain:
        return replace(seen, reason="the server sent no certificate")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cryptography warns of odd certificates (a negative serial, say); we report
        trusted, reason = _verdict(seen.chain, ca_file, now)
        anchors = _vouching(seen.chain, now)
        return _leaf(replace(seen, trusted=trusted, reason=reason, anchors=anchors), names)


def _verdict(chain: tuple[bytes, ...], ca_file: str | None, now: datetime) -> tuple[bool | None, str | None]:
    """PKIX path validation (RFC 5280 6) by OpenSSL, in its words; None without trust anchors to begin from."""
    from OpenSSL import crypto

    leaf, *rest = map(_load, chain)
    if leaf is None:
        return False, _UNREADABLE
    store = _anchors(ca_file)
    if store is None:
        return None, "this machine has no trust anchors to verify with"
    store.set_time(now.astimezone(UTC))
    try:
        crypto.X509StoreContext(store, leaf, [item for item in rest if item is not None]).verify_certificate()
    except crypto.X509StoreContextError as error:
        return False, str(error)
    except crypto.Error:
        return False, _UNREADABLE
    return True, None


def _vouching(chain: tuple[bytes, ...], now: datetime) -> tuple[int, ...]:
    """The places of the certificates behind the leaf from which a good path leads to it: DANE-TA (RFC 7672 3.1.2)."""
    from OpenSSL import crypto

    leaf, *rest = map(_load, chain)
    if leaf is None:
        return ()
    found = []
    for place, anchor in enumerate(rest, 1):
        if anchor is None:
            continue
        store = crypto.X509Store()
        store.set_flags(crypto.X509StoreFlags.PARTIAL_CHAIN)
        store.set_time(now.astimezone(UTC))
        try:
            store.add_cert(anchor)
            crypto.X509StoreContext(store, leaf, [item for item in rest if item is not None]).verify_certificate()
        except (crypto.X509StoreContextError, crypto.Error):
            continue
        found.append(place)
    return tuple(found)


def _load(der: bytes) -> "crypto.X509 | None":
    from OpenSSL import crypto

    try:
        return crypto.load_certificate(crypto.FILETYPE_ASN1, der)
    except crypto.Error:
        return None


def _anchors(ca_file: str | None) -> "crypto.X509Store | None":
    """The trust anchors: ``ca_file``, else the system's (SSL_CERT_FILE and SSL_CERT_DIR are honoured), else None.

    A directory prepared by openssl-rehash(1) is searched as needed; reading the system's whole bundle instead costs a
    hundred times as much, so that is done only where there is no such directory or the environment names the file.
    """
    from OpenSSL import crypto

    store = crypto.X509Store()
    if ca_file is not None:
        try:
            store.load_locations(ca_file)
        except crypto.Error as error:
            raise UsageError(f"--ca {ca_file}: not a readable file of PEM certificates") from error
        return store
    paths = ssl.get_default_verify_paths()
    directory = paths.capath if paths.capath and _is_hashed(paths.capath) else None
    named = paths.openssl_cafile_env in os.environ
    file = paths.cafile if named or directory is None else None
    if file is None and directory is None:
        return None
    try:
        store.load_locations(file, directory)
    except crypto.Error:
        return None
    return store


def _is_hashed(directory: str) -> bool:
    try:
        with os.scandir(directory) as entries:
            return any(_HASHED.fullmatch(entry.name) for entry in entries)
    except OSError:
        return False


def _leaf(seen: TlsFacts, names: Sequence[str]) -> TlsFacts:
    """The leaf's own facts. Each is read by itself: one hostile field does not hide the others."""
    from cryptography import x509

    digest = hashlib.sha256(seen.chain[0]).hexdigest()
    leaf = _read(lambda: x509.load_der_x509_certificate(seen.chain[0]))
    if leaf is None:
        # OpenSSL may be more forgiving, but a certificate of which nothing can be read vouches for nobody.
        return replace(seen, trusted=False, reason=_UNREADABLE, name_matches=False if names else None, sha256=digest)
    dns, addresses = _subject_names(leaf)
    trusted, reason = seen.trusted, seen.reason
    if trusted and not _serves(leaf):
        trusted, reason = False, "unsuitable certificate purpose"
    return replace(
        seen,
        trusted=trusted,
        reason=reason,
        name_matches=any(matches(addresses if is_address(name) else dns, name) for name in names) if names else None,
        subject=_distinguished(lambda: leaf.subject),
        issuer=_distinguished(lambda: leaf.issuer),
        names=tuple(clip(name, _MOST_TEXT) for name in [*dns, *addresses][:_MOST_NAMES]),
        not_before=_read(lambda: leaf.not_valid_before_utc),
        not_after=_read(lambda: leaf.not_valid_after_utc),
        sha256=digest,
        spki_sha256=_read(lambda: _spki_sha256(leaf)),
    )


def _subject_names(leaf: "x509.Certificate") -> tuple[list[str], list[str]]:
    """DNS names and IP addresses of the subjectAltName, the only place a host is named (RFC 9525 2)."""
    from cryptography import x509

    found = _read(lambda: leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    if found is None:
        return [], []
    addresses = [str(address) for address in found.get_values_for_type(x509.IPAddress)]
    return found.get_values_for_type(x509.DNSName), addresses


def _serves(leaf: "x509.Certificate") -> bool:
    """False when the certificate says what it is for, and a TLS server is not among it (RFC 5280 4.2.1.12).

    OpenSSL's own purpose check is not within reach of pyOpenSSL's public interface.
    """
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose

    found = _read(lambda: leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    return found is None or Purpose.SERVER_AUTH in found or Purpose.ANY_EXTENDED_KEY_USAGE in found


def _spki_sha256(leaf: "x509.Certificate") -> str:
    """What a TLSA record with selector 1 and matching type 1 holds (RFC 6698 2.1)."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    der = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def _read(read: Callable[[], T]) -> T | None:
    """What ``read`` finds in a certificate; None when it is not there or not as RFC 5280 has it.

    The table of what cryptography raises: its parsers give ValueError, and these classes of their own.
    """
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return read()
    except (
        ValueError,
        TypeError,
        OverflowError,
        UnsupportedAlgorithm,
        x509.InvalidVersion,
        x509.ExtensionNotFound,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
    ):
        return None


def _distinguished(name: "Callable[[], x509.Name]") -> str | None:
    """A distinguished name as RFC 4514 writes it. cryptography parses on access, so even that may fail."""
    text = _read(lambda: name().rfc4514_string())
    return None if text is None else clip(text, _MOST_TEXT)
