"""What a refusal of a mailbox says: that there is none of that name?

In: a reply. Out: yes or no, from the enhanced code (RFC 3463 X.1.1) or, where there is none, from the server's words.
"""

import re

from probe.model.smtp import Reply

_NO_SUCH_USER = re.compile(
    r"user unknown|unknown (user|recipient|local)|no such (user|recipient|mailbox|local)|does ?n.t exist|does not exist"
    r"|mailbox (unavailable|not found)|no mailbox|recipient not found|unrouteable address",
    re.IGNORECASE,
)
_CODES = frozenset({"5.1.1", "5.1.6", "5.1.10"})  # none, moved away, none as Exchange Online says it
_VAGUE = frozenset({"5.0.0", "5.1.0"})  # the words decide


def says_unknown(reply: Reply | None) -> bool:
    """True when ``reply`` says that there is no such mailbox."""
    if reply is None or reply.code // 100 != 5:
        return False
    if reply.enhanced is not None and reply.enhanced not in _VAGUE:
        return reply.enhanced in _CODES
    return _NO_SUCH_USER.search(reply.text[:500]) is not None
