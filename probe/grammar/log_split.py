r"""Exim's long log entries, which syslog gets in pieces, put together again (Exim specification, "Logging to syslog").

In: records in the order they came. Out: each record, of a split entry one in the place of its last piece. A piece
begins with ``[2/5] `` where the entry was too long and with ``[2\5] `` where it had a line end; behind its first line
end an entry holds only the message's header, which is left out. Nothing raises; at most ``OPEN`` entries are kept
waiting, of ``log_envelope.LINE`` characters each.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass, replace

from probe.grammar.log_envelope import LINE, Record

OPEN = 64

_PIECE = re.compile(r"\[([0-9]{1,4})(/|\\\\)([0-9]{1,4})\] ?")


@dataclass(slots=True)
class _Entry:
    first: Record
    texts: list[str]
    size: int


class Reassembler:
    """Puts split entries together; pieces of several processes may be mixed."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[str | None, str, int | None], _Entry] = OrderedDict()

    def add(self, record: Record) -> Record | None:
        """The record to go on with; None while its other pieces are still to come, or when it is not needed."""
        match = _PIECE.match(record.message) if record.message.startswith("[") else None
        if match is None or not record.program.startswith("exim"):
            return record
        number, last = int(match[1]), int(match[3])
        key = (record.host, record.program, record.pid)
        if number == 1:
            self._open.pop(key, None)
            self._open[key] = _Entry(record, [], 0)
            if len(self._open) > OPEN:
                self._open.popitem(last=False)
        entry = self._open.get(key)
        if entry is None or len(entry.texts) != number - 1:
            return None  # its beginning was not seen, or it has been told already
        text = record.message[match.end() :][: LINE - entry.size]
        entry.texts.append(text)
        entry.size += len(text)
        if number < last and match[2] == "/":
            return None
        del self._open[key]
        message = "".join(entry.texts)
        return replace(entry.first, message=message, raw=message if last > 1 else record.raw)
