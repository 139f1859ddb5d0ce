"""What is hidden when a report leaves the house: local parts of mail addresses, and the text of messages.

In: any text that may hold addresses, or a transcript. Out: the same with ``***`` where a local part stood, or which
lines of the transcript are a message. Nothing raises; linear time. ``postmaster`` stays: every domain has one
(RFC 5321 4.5.1), so it names nobody.
"""

import re
from collections.abc import Sequence

from probe.model.smtp import Line

HIDDEN = "***"
# Mail logs name mailboxes without their domain as well: Exim's final address, who logged in, whose Dovecot delivers.
_LOGGED = re.compile(
    r"((?<![0-9A-Za-z])[0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4} (?:=>|->|>>|\*\*|==) "
    r"|\b(?:orig_to=<|user=|sasl_username=|ctladdr=<?)|\b(?:lmtp|lda|imap)\()([^\s<>(),@:]{1,256})(?=[\s<>(),:]|$)"
)
_ENDS = frozenset(" \t\r\n<>()[]{},;:\"'@|=")


def hide_local_parts(text: str) -> str:
    """``text`` with ``user@example.com`` as ``***@example.com``; a quoted local part is hidden whole.

    Where a line of a mail log names a mailbox alone, that is hidden too.
    """
    if "=" in text or "(" in text or ">" in text:
        text = _LOGGED.sub(lambda found: found[1] + HIDDEN, text)
    if "@" not in text:
        return text
    *before, last = text.split("@")
    return "@".join([*map(_without_local_part, before), last])


def _without_local_part(piece: str) -> str:
    if piece.endswith('"'):
        opening = piece.rfind('"', 0, -1)
        if opening < 0:  # no address: hide the word, not the line it stands in
            opening = max(piece.rfind(blank) for blank in " <") + 1
        return piece[:opening] + HIDDEN
    start = len(piece)
    while start and piece[start - 1] not in _ENDS:
        start -= 1
    local = piece[start:]
    return piece if local == "" or local.lower() == "postmaster" else piece[:start] + HIDDEN


def message_lines(transcript: Sequence[Line]) -> frozenset[int]:
    """Indices of the lines that are message text: what we say after a 354 until the next reply (RFC 5321 4.1.1.4)."""
    found, inside = set(), False
    for index, line in enumerate(transcript):
        if line.who == "S":
            inside = line.text.startswith("354")
        elif inside and line.who == "C" and line.text != ".":
            found.add(index)
    return frozenset(found)
