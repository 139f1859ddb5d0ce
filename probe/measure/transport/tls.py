"""TLS as a sender sees it: the context for STARTTLS, and the facts of a finished handshake.

The handshake never verifies: a sender that encrypts when it can (RFC 7435) goes on with any certificate, and a failed
verification would hide the very certificate we are to report. The verdict is made afterwards, on the chain as it came.

In: a host's name; a finished handshake. Out: the name to ask by; ``TlsFacts`` with what the handshake alone can tell.
"""

import re
import ssl
from functools import cache

from probe.model.smtp import TlsFacts

_MOST_CERTIFICATES = 20  # kept of a chain; Postfix follows 9 (smtp_tls_scert_verifydepth)
_HOST = re.compile(r"(?=.{1,253}\Z)(?:[A-Za-z0-9_-]{1,63}\.)*(?!\d+\Z)[A-Za-z0-9_-]{1,63}")


def sni(host: str) -> str | None:
    """The name to ask ``host`` by; None for an address (RFC 6066 3), and for what no host is called.

    The DNS lets a label hold any octets, and with some of them Python's TLS gives up before a word is sent.
    """
    return host if _HOST.fullmatch(host) else None


@cache
def client_context() -> ssl.SSLContext:
    """The one context of the process: any certificate, and whatever protocol and cipher this OpenSSL still has.

    Python's own defaults are stricter than those of a mail server, which prefers old encryption to none (RFC 7435 3),
    and would report a handshake failure where mail flows. Unauthenticated and NULL ciphers are not offered.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


def facts(handshake: ssl.SSLObject) -> TlsFacts:
    """Protocol, cipher and chain. What the certificates say is read later: ``certificate.describe``."""
    cipher = handshake.cipher()
    return TlsFacts(handshake.version() or "unknown", cipher[0] if cipher else "unknown", chain=_chain(handshake))


def _chain(handshake: ssl.SSLObject) -> tuple[bytes, ...]:
    """The peer's certificates as DER, leaf first, as sent. At least the leaf, where there was one.

    Public from Python 3.13 on; before, the same method of the private object beneath (cpython issue 109109).
    """
    if hasattr(handshake, "get_unverified_chain"):
        return tuple(handshake.get_unverified_chain()[:_MOST_CERTIFICATES])
    private = getattr(getattr(handshake, "_sslobj", None), "get_unverified_chain", None)
    if private is not None:
        from _ssl import ENCODING_DER

        return tuple(item.public_bytes(ENCODING_DER) for item in (private() or [])[:_MOST_CERTIFICATES])
    leaf = handshake.getpeercert(binary_form=True)
    return (leaf,) if leaf else ()
