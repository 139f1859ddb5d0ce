"""Enhanced status codes: ``class.subject.detail`` in front of a reply's text (RFC 3463, RFC 2034 4)."""

import re

_CODE = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?= |$)")


def enhanced_code(code: int, text: str) -> str | None:
    """The enhanced code ``text`` begins with, or None when there is none or its class is not that of ``code``.

    >>> enhanced_code(550, "5.1.1 no such user")
    '5.1.1'
    >>> enhanced_code(450, "5.1.1 no such user")
    """
    found = _CODE.match(text)
    if found is None or found[1] != str(code)[0]:
        return None
    return found[0]
