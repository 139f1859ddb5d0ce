"""A DKIM signature on the test message (RFC 6376), so that a receiver's verdict on it can be tried over each family.

In: a private key in PEM, a selector, a domain. Out: a function that puts a DKIM-Signature in front of a message. Wrong:
``UsageError`` for a key nobody can sign with, told before any mail goes out; nothing of the key is ever in its words.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from probe.model.errors import UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

LEAST_BITS = 1024  # RFC 8301 3.2: no verifier takes less
_RELAXED = (b"relaxed", b"relaxed")  # what a relay may do to blanks and folding breaks nothing
# All that says who, to whom and what; not Received and Return-Path, which each relay writes anew (RFC 6376 5.4.1).
_SIGNED = (
    "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding",
    "auto-submitted", "x-probe6-token", "x-probe6-family",
)  # fmt: skip

Sign = Callable[[bytes], bytes]


def signer(key: bytes, selector: str, domain: str) -> Sign:
    """Signs for ``domain`` with the key whose public half is at ``SELECTOR._domainkey.DOMAIN``."""
    import dkim
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    # The form dkimpy reads; which of the many forms of PEM the file has is for a library that knows them all.
    pem = _rsa(key).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    headers = [name.encode() for name in _SIGNED]

    def sign(message: bytes) -> bytes:
        made: bytes = dkim.sign(
            message, selector.encode(), domain.encode(), pem, None, _RELAXED, include_headers=headers
        )
        return made + message

    return sign


def _rsa(key: bytes) -> "RSAPrivateKey":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = load_pem_private_key(key, None)
    except TypeError:
        raise UsageError("the key is encrypted; a private key without a passphrase is needed") from None
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError("no private key in it (PEM)") from None
    if not isinstance(found, RSAPrivateKey):
        raise UsageError("an RSA key is needed: not every receiver verifies another kind")
    if found.key_size < LEAST_BITS:
        raise UsageError(
            f"a key of {found.key_size} bits is too short; receivers take {LEAST_BITS} and more (RFC 8301)"
        )
    return found
