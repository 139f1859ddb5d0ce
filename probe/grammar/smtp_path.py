"""Mail addresses and domains as a person types them, made ready for the wire (RFC 5321 4.1.2).

In: one word. Out: domains as A-labels (RFC 5890) in lower case without the final dot, address literals as RFC 5321
4.1.3 writes them, local parts as they were typed. Wrong: ``UsageError`` with one line that quotes the word. Strict on
purpose: what is written here ends up inside SMTP commands, and a typing error shall not cost a connection.
"""

import re
from unicodedata import category

from probe.address import canonical, literal
from probe.grammar.options import quoted
from probe.grammar.text import clip
from probe.model.errors import UsageError

LOCAL_PART = 64  # octets, RFC 5321 4.5.3.1.1
DOMAIN = 255  # octets, 4.5.3.1.2; a DNS name in text form has 253 at most (RFC 1035 2.3.4)
PATH = 254  # octets of a mailbox: 4.5.3.1.3 allows 256 with the angle brackets
_NAME = 253
_LABEL = 63

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOT_STRING = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_QUOTED_STRING = re.compile(r'"(?:[ !#-\[\]-~]|\\[ -~])*"')
_LDH = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


def parse_mailbox(text: str) -> tuple[str, str]:
    """Local part and domain of ``local@domain``.

    >>> parse_mailbox("Postmaster@Example.COM.")
    ('Postmaster', 'example.com')
    >>> parse_mailbox('"a b"@[IPv6:2001:DB8::25]')
    ('"a b"', '[IPv6:2001:db8::25]')
    """
    if text.endswith(">") or ("<" in text and not text.startswith('"')):
        raise UsageError(f"{quoted(text)}: write the address alone, without angle brackets or a name")
    _one_word(text, blanks=text.startswith('"'))
    if text.lower().startswith("mailto:"):
        raise UsageError(f"{quoted(text)}: write the address without mailto:")
    local, domain = _split(text)
    if not local.isascii():
        raise UsageError(f"{quoted(text)}: a local part beyond ASCII needs SMTPUTF8, which is not supported yet")
    if not (_DOT_STRING.fullmatch(local) or _QUOTED_STRING.fullmatch(local)):
        raise UsageError(
            f"{quoted(text)}: {quoted(local)} is not a local part (RFC 5321 4.1.2); perhaps it needs quotes"
        )
    if len(local) > LOCAL_PART:
        raise UsageError(f"{quoted(text)}: the local part has {len(local)} characters, {LOCAL_PART} are allowed")
    name = _literal(domain) if domain.startswith("[") else parse_domain(domain)
    if len(local) + 1 + len(name) > PATH:
        raise UsageError(f"{quoted(text)} has more than {PATH} characters (RFC 5321 4.5.3.1.3)")
    return local, name


def parse_domain(text: str) -> str:
    """A domain or host name as A-labels.

    >>> parse_domain("Bücher.Example.")
    'xn--bcher-kva.example'
    """
    _one_word(text, blanks=False)
    if not text:
        raise UsageError("the domain is missing")
    name = (text if text.isascii() else _a_labels(text)).lower().removesuffix(".")
    if len(name) > _NAME:
        raise UsageError(f"{quoted(text)} is {len(name)} characters long; a domain name has {_NAME} at most")
    labels = name.split(".")
    for label in labels:
        if not label:
            raise UsageError(f"{quoted(text)} has an empty label: two dots side by side, or one at the wrong end")
        if len(label) > _LABEL:
            raise UsageError(f"{quoted(text)}: {quoted(label)} is longer than the {_LABEL} characters of a label")
        if "_" in label:
            raise UsageError(f"{quoted(text)}: a host or mail domain has no underscore (RFC 952, RFC 1123 2.1)")
        if not _LDH.fullmatch(label):
            raise UsageError(
                f"{quoted(text)} is not a domain: {quoted(label)} is not letters, digits and inner hyphens"
            )
    if labels[-1].isdecimal():
        raise UsageError(f"{quoted(text)} is neither a domain nor an address: no top-level domain is a number")
    return name


def _a_labels(text: str) -> str:
    """IDNA 2008 with the mapping of UTS 46, as browsers do it before they look a name up."""
    if len(text) > DOMAIN:  # an A-label is never shorter than its U-label
        raise UsageError(f"{quoted(text)} is {len(text)} characters long; a domain name has {_NAME} at most")
    import idna

    try:
        return idna.encode(text, uts46=True, std3_rules=False).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise UsageError(f"{quoted(text)} is not an internationalised domain name: {clip(str(error), 80)}") from None


def _literal(domain: str) -> str:
    try:
        if domain.endswith("]") and "[" not in domain[1:]:
            return literal(canonical(domain))
    except ValueError:
        pass
    raise UsageError(f"{quoted(domain)} is not an address literal such as [192.0.2.25] or [IPv6:2001:db8::25]")


def _split(text: str) -> tuple[str, str]:
    """At the @ that ends the local part: the only one, or the one behind the closing quotation mark."""
    match = _QUOTED_STRING.match(text)
    end = match.end() if match else text.find("@")
    if text.startswith('"') and (match is None or text[end : end + 1] != "@"):
        raise UsageError(f"{quoted(text)} is not a mail address: the quotation marks do not fit")
    if end < 0:
        raise UsageError(f"{quoted(text)} is not a mail address: it has no @")
    local, domain = text[:end], text[end + 1 :]
    if not local:
        raise UsageError(f"{quoted(text)}: the part before the @ is missing")
    if not domain:
        raise UsageError(f"{quoted(text)}: the domain behind the @ is missing")
    if "@" in domain:
        raise UsageError(f"{quoted(text)} has more than one @")
    return local, domain


def _one_word(text: str, *, blanks: bool) -> None:
    """Refuse what could end a line or hide: controls and format characters, and blanks where they mean nothing."""
    if any(category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in text):
        raise UsageError(f"{quoted(text)} holds a control character (a line break, perhaps), which no address may")
    if not blanks and any(char.isspace() for char in text):
        raise UsageError(f"{quoted(text)} holds a blank: one address or name is wanted")
