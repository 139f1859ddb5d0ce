r"""TXT records as text: what stands in presentation form between quotes, put together (RFC 1035 5.1, RFC 7208 3.3).

In: one record as a name server or a zone file writes it. Out: its strings, joined without a blank, an octet a
character (Latin-1), so that no octet is lost. What is not quoted well is taken as it stands; nothing is raised.

>>> joined('"v=spf1 a" " -all"')
'v=spf1 a -all'
>>> joined(r'"a\"b\195\164"')
'a"bÃ¤'
"""

import re

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9]{3})|(.))", re.DOTALL)


def joined(record: str) -> str:
    """The strings of ``record`` as one."""
    return "".join(_ESCAPE.sub(_octet, quoted or bare) for quoted, bare in _STRING.findall(record))


def octets(record: str) -> bytes:
    """The same as the octets they are on the wire."""
    return joined(record).encode("latin-1", "replace")


def _octet(found: re.Match[str]) -> str:
    if found[1] is None:
        return str(found[2])
    return chr(min(int(found[1]), 255))
