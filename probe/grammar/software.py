"""Which mail server wrote a greeting, as far as it says so itself.

In: the text of a 220 reply, without the code. Out: ``Software``, or None where it keeps that to itself. Many do, and
some lie: this is a hint beside other hints, never a proof.
"""

import re
from typing import NamedTuple

_LONGEST = 512
_PRODUCTS: tuple[tuple[str, str], ...] = (
    (r"\bPostfix\b", "Postfix"),
    (r"\bExim\b", "Exim"),
    (r"\bOpenSMTPD\b", "OpenSMTPD"),
    (r"\bSendmail\b", "Sendmail"),
    (r"\bMicrosoft ESMTP MAIL Service\b", "Microsoft Exchange"),
    (r"\bgsmtp$", "Google"),
    (r"\bHaraka\b", "Haraka"),
    (r"\bMailEnable\b", "MailEnable"),
    (r"\bMDaemon\b", "MDaemon"),
    (r"\bhMailServer\b", "hMailServer"),
    (r"\bStalwart\b", "Stalwart"),
    (r"\bPowerMTA\b", "PowerMTA"),
    (r"\bCommuniGate\b", "CommuniGate"),
    (r"\bKerio Connect\b", "Kerio Connect"),
    (r"\bZimbra\b", "Zimbra"),
    (r"\bhalon\b", "Halon"),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), product) for pattern, product in _PRODUCTS)
# The version stands right behind the name, bare, in brackets or behind a slash: "Exim 4.96", "Sendmail 8.17.1.9/8.17".
_VERSION = re.compile(r"[\s(/,]{1,3}v?(\d{1,5}(?:[._]\d{1,6}){1,4}[a-z0-9-]{0,8})")


class Software(NamedTuple):
    """A product and the version it gives, if any."""

    product: str
    version: str | None = None

    def __str__(self) -> str:
        return self.product if self.version is None else f"{self.product} {self.version}"


def parse(greeting: str) -> Software | None:
    """The software a greeting names.

    >>> parse("mx1.example.com ESMTP Exim 4.96 Sun, 22 Nov 2026 18:00:12 +0000")
    Software(product='Exim', version='4.96')
    >>> parse("mx1.example.com ESMTP ready") is None
    True
    """
    text = greeting[:_LONGEST].rstrip()
    for pattern, product in _PATTERNS:
        if (found := pattern.search(text)) is not None:
            version = _VERSION.match(text, found.end())
            return Software(product, version[1] if version else None)
    return None
