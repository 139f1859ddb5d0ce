"""Does a certificate name this host? The rules of RFC 9525 section 6, for names already read from the certificate.

In: the subjectAltName entries as text (DNS names, IP addresses) and the host as an A-label name or an address. Out: a
plain yes or no; nothing raises. The subject's common name is no entry (RFC 9525 2).
"""

from collections.abc import Sequence

from probe.address import canonical


def matches(patterns: Sequence[str], host: str) -> bool:
    """True when one of ``patterns`` names ``host``. An address is named by an address only, never by a wildcard."""
    address = _address(host)
    if address is not None:
        return any(_address(pattern) == address for pattern in patterns)
    name = host.lower().removesuffix(".")
    return _is_name(name) and any(_name_matches(pattern.lower(), name) for pattern in patterns)


def _address(text: str) -> str | None:
    try:
        return canonical(text)
    except ValueError:
        return None


def _is_name(name: str) -> bool:
    return name.isascii() and "*" not in name and all(name.split("."))


def _name_matches(pattern: str, name: str) -> bool:
    """The wildcard is the whole left-most label and stands for exactly one label (RFC 9525 6.3).

    As OpenSSL does, it needs two more labels after it: ``*.com`` names nobody's host.
    """
    if not pattern.startswith("*."):
        return pattern == name
    _, _, parent = name.partition(".")
    return pattern[2:] == parent and "." in parent
