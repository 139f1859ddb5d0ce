r"""A TXT record in presentation form as the one text that its readers make of it (RFC 1035 3.3.14, 5.1).

In: ``"v=STSv1; " "id=1"`` as a name server library writes RDATA. Out: the octets of its strings, one behind the other
without a blank between (RFC 7208 3.3, RFC 8460 3, RFC 8461 3.1). Nothing raises; a backslash with nothing behind it, or
a number above 255, stands for itself.
"""

import re

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"?|((?:[^\s"\\]|\\.)+)', re.DOTALL)
_ESCAPE = re.compile(r"\\(\d{3}|.)", re.DOTALL)


def joined(record: str) -> bytes:
    r"""The whole text.

    >>> joined('"v=STSv1; " "id=\\0502"')
    b'v=STSv1; id=22'
    """
    return b"".join(_octets(quoted or bare) for quoted, bare in _STRING.findall(record))


def _octets(text: str) -> bytes:
    pieces, done = [], 0
    for found in _ESCAPE.finditer(text):
        pieces.append(text[done : found.start()].encode("utf-8", "surrogateescape"))
        word, done = found[1], found.end()
        number = int(word) if len(word) == 3 and word.isascii() else None
        whole = word if number is None else found[0]
        pieces.append(bytes((number,)) if number is not None and number < 256 else whole.encode("utf-8", "replace"))
    return b"".join((*pieces, text[done:].encode("utf-8", "replace")))
