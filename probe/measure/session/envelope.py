"""The envelope as commands, with what the DSN extension adds where the server offers it (RFC 3461).

In: a call and what the server offers now. Out: the forms of MAIL and of RCPT, the one to be tried first in front. The
plain form is always the last: a server that offers DSN and refuses its parameters still takes mail, and most senders
would never find out.

Only a message gets them. ENVID is the message's token, which a bounce gives back (RFC 3464 2.2.1); ORCPT says to whom
it was sent, whatever aliases it goes through. RET and NOTIFY say what a report to the sender shall be like: headers
only, and only of what goes wrong, for nobody at a stranger's asked to confirm a success. With the null reverse-path
there is nobody to report to, and no report is made (RFC 5321 6.1): then neither is said, and ENVID and ORCPT still
travel with the message through every server that knows DSN.
"""

from collections.abc import Sequence

from probe.grammar import xtext
from probe.measure.session.diary import Call, offers

PARAMETERS_REFUSED = frozenset({501, 504, 555})
"""The replies to parameters a server does not know or does not like (RFC 5321 4.1.1.11, 4.2.2)."""

_LONGEST_ENVID = 100  # characters, encoded (RFC 3461 4.4)
_LONGEST_ORCPT = 500  # characters, encoded (RFC 3461 4)


def mail(call: Call, offered: Sequence[str]) -> tuple[str, ...]:
    """The forms of MAIL."""
    plain = f"MAIL FROM:<{call.sender}>"
    if call.envid is None or not offers(offered, "DSN"):
        return (plain,)
    ret = " RET=HDRS" if call.sender else ""
    return f"{plain}{ret} ENVID={xtext.encode(call.envid)[:_LONGEST_ENVID]}", plain


def rcpt(call: Call, offered: Sequence[str]) -> tuple[str, ...]:
    """The forms of RCPT."""
    plain, recipient = f"RCPT TO:<{call.recipient}>", call.recipient or ""
    if call.envid is None or not offers(offered, "DSN"):
        return (plain,)
    notify = " NOTIFY=FAILURE,DELAY" if call.sender else ""
    # An address beyond ASCII would need a type of its own (RFC 6533 3) and a server that knows it.
    original = f"rfc822;{xtext.encode(recipient)}" if recipient.isascii() else ""
    orcpt = f" ORCPT={original}" if 0 < len(original) <= _LONGEST_ORCPT else ""
    return (f"{plain}{notify}{orcpt}", plain) if notify or orcpt else (plain,)
