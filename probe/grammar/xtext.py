"""xtext, the encoding in which a parameter of MAIL or RCPT carries text of another kind (RFC 3461 4).

In: text, which must be ASCII to be encoded. Out: characters a parameter may hold: ``+``, ``=`` and all that is not
printable go as ``+`` and two digits. Wrong: ``ValueError`` for text beyond ASCII; reading raises nothing.
"""

import re

_PLAIN = frozenset(map(chr, range(0x21, 0x7F))) - {"+", "="}
_HEX = re.compile(r"\+([0-9A-F]{2})")


def encode(text: str) -> str:
    """``text`` as xtext.

    >>> encode("user+tag@example.com")
    'user+2Btag@example.com'
    """
    if not text.isascii():
        raise ValueError("xtext holds ASCII")
    return "".join(char if char in _PLAIN else f"+{ord(char):02X}" for char in text)


def decode(text: str) -> str:
    """What ``text`` stands for; a ``+`` without two digits behind it stands for itself.

    >>> decode("user+2Btag@example.com")
    'user+tag@example.com'
    """
    return _HEX.sub(lambda found: chr(int(found[1], 16)), text)
