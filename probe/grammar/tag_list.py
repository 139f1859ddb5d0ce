"""Tag lists, ``tag=value; tag=value``: the records of DKIM and DMARC (RFC 6376 3.2, RFC 9989 4.7).

In: the text of a record. Out: its tags, the first of a name counting, or None for what is no list of tags at all.

>>> parse("v=DMARC1; p = reject;")
{'v': 'DMARC1', 'p': 'reject'}
"""

import re

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def parse(text: str) -> dict[str, str] | None:
    """The tags of ``text``, names in lower case, values without the blanks around them."""
    tags: dict[str, str] = {}
    for part in text.split(";"):
        name, sign, value = part.partition("=")
        if not part.strip():
            continue
        if not sign or not _NAME.fullmatch(name.strip()):
            return None
        tags.setdefault(name.strip().lower(), value.strip())
    return tags or None
