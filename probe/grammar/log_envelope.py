"""What stands around the text of a log line: who wrote it, where and when (RFC 3164, RFC 5424, ISO, journald, none).

In: one line, at most ``LINE`` octets of it. Out: a ``Record``, or None for what is no log line. Nothing raises.
Everything is escaped before it is read, so whatever is cut out of a record is safe to show.

========================= =================================================================================
RFC 3164                  ``Nov 22 18:00:01 mx1 postfix/smtpd[77]: text``
ISO, RFC 3339             ``2026-11-22T18:00:01.161156+00:00 mx1 exim[77]: text``; a level may stand for the host
RFC 5424                  ``<22>1 2026-11-22T18:00:01Z mx1 dovecot 77 - - text``
journalctl -o json        an object; MESSAGE may be a list of octets
journalctl -o short-iso   as ISO, with ``+0000``
Exim's own file           ``2026-11-22 18:00:01.123 +0000 [77] text``
Dovecot's own file        ``Nov 22 18:00:01 lmtp(user)<77><session>: Info: text``
nothing                   ``postfix/smtpd[77]: text``
========================= =================================================================================

Seen too, and read: a year in the time of RFC 3164, a facility or a message number in front of the text (BusyBox,
FreeBSD, Solaris), ``journalctl -o short-full``, and what a container's log adds: its name, a time of its own, or JSON.

A time without a zone is in that of ``now``; one without a year is the latest that is not more than a day after it, so
a December line read in January is last year's. Without ``now`` such a line has no time.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from probe.grammar.date_time import MONTHS
from probe.grammar.log_words import QUOTED
from probe.grammar.text import escape
from probe.model.log import Daemon, LogEvent, LogKind

LINE = 1 << 16

_BSD = re.compile(r"(?:<[0-9]{1,3}>)?([A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})? +")
_DATED = re.compile(
    r"(?:<[0-9]{1,3}>)?(?:(?P<first>[0-9]{4}) )?(?P<month>[A-Z][a-z]{2}) {1,2}(?P<day>[0-9]{1,2})"
    r"(?: (?P<year>[0-9]{4}))? (?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})? +"
)
_ISO = re.compile(
    r"(?:<[0-9]{1,3}>)?([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(?:[.,][0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?) +"
)
# With a blank between date and time it may be Exim's own file too: only a tag behind it shows that it is not.
_SPACED = re.compile(
    r"(?:[A-Z][a-z]{2} )?([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?)(?: (?P<zone>UTC))? "
    r"(?=(?:[^\s\[\]]{1,255} )?[\w./+-]{1,64}\[[0-9]{1,10}\]: )"
)
_CONTAINER = re.compile(r"[\w.-]{1,64} +\| ")
_SYSLOG = re.compile(
    r"<[0-9]{1,3}>1 (?P<stamp>[0-9T:.Z+-]{1,40}) (?P<host>\S{1,255}) (?P<program>\S{1,48}) (?P<pid>\S{1,128}) \S{1,32} "
    rf'(?:-|(?:\[(?:[^\]"]++|{QUOTED})*+\])++)(?: (?P<message>.*))?',
    re.DOTALL,
)
_OWN = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?: [+-][0-9]{4})?)"
    r"(?: \[([0-9]{1,10})\])? (.*)",
    re.DOTALL,
)
_TAGGED = re.compile(
    r"(?:(?:DEBUG|INFO|NOTICE|WARN|WARNING|ERR|ERROR|CRIT|CRITICAL|FATAL|PANIC) +)?"
    r"(?:<\w{1,20}\.\w{1,20}> )?(?:(?P<host>[^\s\[\]]{0,254}[^\s\[\]:]) )?(?:[a-z0-9]{2,12}\.[a-z]{2,8} )?"
    r"(?P<program>[\w./+@-]{1,64})(?:\[(?P<pid>[0-9]{1,10})\])?: ?(?:\[ID [0-9]{1,10} [\w.]{1,40}\] )?(?P<message>.*)",
    re.DOTALL,
)
_BARE = re.compile(r"(?P<program>[\w./+-]{1,64})\[(?P<pid>[0-9]{1,10})\]: ?(?P<message>.*)", re.DOTALL)
_DOVECOT = re.compile(r"(?:lmtp|lda|deliver|imap|pop3|imap-login|pop3-login)[(:]")
_BYTE_ORDER_MARK = "\\xef\\xbb\\xbf"
_YEARS_BACK = 8  # how far the last 29 February may be


@dataclass(frozen=True, slots=True)
class Record:
    """A line apart: ``message`` is what the daemon wrote, ``program`` its tag, empty when it has none."""

    raw: str
    message: str
    program: str = ""
    time: datetime | None = None
    host: str | None = None
    pid: int | None = None

    def event(self, daemon: Daemon, kind: LogKind, **found: object) -> LogEvent:
        """An event of this line with what a dialect found in it."""
        return LogEvent(
            self.raw, daemon, kind, self.time, self.host, self.program or None, self.pid,
            **found,  # type: ignore[arg-type]  # the dialects' tests hold each field to its type
        )  # fmt: skip


def read(line: str | bytes, now: datetime | None = None) -> Record | None:
    """Take a line apart.

    >>> found = read("Nov 22 18:00:01 mx1 postfix/smtpd[77]: connect from", datetime(2027, 1, 2, tzinfo=UTC))
    >>> found.program, found.pid, str(found.time)
    ('postfix/smtpd', 77, '2026-11-22 18:00:01+00:00')
    """
    text = _safe(line)
    if text.startswith("{"):
        return _journal(line, now)
    if match := _BSD.match(text):
        return _tagged(text, match.end(), _recent(match[1], now))
    if match := _ISO.match(text):
        if inner := _BSD.match(text, match.end()) or _ISO.match(text, match.end()):  # a container's time before ours
            return _tagged(text, inner.end(), _moment(match[1], now))
        return _tagged(text, match.end(), _moment(match[1], now))
    if match := _SYSLOG.match(text):
        message = (match["message"] or "").removeprefix(_BYTE_ORDER_MARK)
        return Record(text, message, match["program"], _moment(match["stamp"], now), match["host"], _pid(match["pid"]))
    if match := _SPACED.match(text):
        return _tagged(text, match.end(), _moment(match[1] + ("+00:00" if match["zone"] else ""), now))
    if match := _OWN.match(text):
        program = "dovecot" if _DOVECOT.match(match[3]) else ""
        return Record(text, match[3], program, time=_moment(match[1], now), pid=_pid(match[2]))
    if match := _BARE.match(text):
        return Record(text, match["message"], match["program"], pid=_pid(match["pid"]))
    if match := _DATED.match(text):
        return _tagged(text, match.end(), _dated(match["first"] or match["year"], match, now))
    if match := _CONTAINER.match(text):
        return None if _CONTAINER.match(text, match.end()) else read(line[match.end() :], now)
    return _tagged(text, 0, None) if _DOVECOT.match(text) else None


def _safe(line: str | bytes) -> str:
    """The line escaped, without its end, tabs as blanks."""
    if isinstance(line, str):
        line = line[:LINE].encode("utf-8", "surrogateescape" if _decoded(line[:LINE]) else "replace")
    data = line[:LINE].rstrip(b"\r\n\0")
    if b"\t" in data:
        data = data.replace(b"\t", b" ")
    if b"\\" not in data and data.isascii():
        text = data.decode("ascii")
        if text.isprintable():
            return text
    return escape(data)


def _decoded(text: str) -> bool:
    """Whether the surrogates in ``text`` are octets that could not be decoded (PEP 383), and none is anything else."""
    return text.isascii() or all(not "\ud800" <= char <= "\udfff" or "\udc80" <= char <= "\udcff" for char in text)


def _tagged(text: str, start: int, time: datetime | None) -> Record | None:
    if _DOVECOT.match(text, start):
        return Record(text, text[start:], "dovecot", time)
    match = _TAGGED.match(text, start)
    if match is None:
        return None
    return Record(text, match["message"], match["program"], time, match["host"], _pid(match["pid"]))


def _pid(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 10 else None


def _journal(line: str | bytes, now: datetime | None) -> Record | None:
    """One object of ``journalctl -o json``, where what cannot be shown as text is a list of octets; or of Docker."""
    import json

    try:
        entry = json.loads(line[:LINE])
    except (ValueError, RecursionError):
        return None
    if not isinstance(entry, dict) or "MESSAGE" not in entry:
        inner = entry.get("log") if isinstance(entry, dict) else None
        return read(inner, now) if isinstance(inner, str) and not inner.startswith("{") else None
    message = _safe(_octets(entry["MESSAGE"]))
    program = _safe(_octets(entry.get("SYSLOG_IDENTIFIER") or entry.get("_COMM")))
    stamp = _octets(entry.get("_SOURCE_REALTIME_TIMESTAMP") or entry.get("__REALTIME_TIMESTAMP"))
    pid = _octets(entry.get("SYSLOG_PID") or entry.get("_PID")).decode("ascii", "replace")
    return Record(
        message, message, program, _since_1970(stamp), _safe(_octets(entry.get("_HOSTNAME"))) or None, _pid(pid)
    )


def _octets(value: object) -> bytes:
    """A field's value: text, a list of octets, or a list of several such values, of which the first counts."""
    match value:
        case str():
            return value.encode("utf-8", "replace")
        case [str(), *_]:
            return str(value[0]).encode("utf-8", "replace")
        case [int(), *_]:
            octets = [octet for octet in value if isinstance(octet, int) and 0 <= octet <= 255]
            return bytes(octets) if len(octets) == len(value) else b""
    return b""


def _since_1970(microseconds: bytes) -> datetime | None:
    if not microseconds.isdigit() or len(microseconds) > 18:
        return None
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(microseconds))
    except OverflowError:
        return None


@lru_cache(maxsize=64)
def _recent(stamp: str, now: datetime | None) -> datetime | None:
    """``Nov 22 18:00:01`` in the year that brings it nearest to ``now`` from below."""
    if now is None or now.tzinfo is None or stamp[:3] not in MONTHS:
        return None
    month, day = MONTHS.index(stamp[:3]) + 1, int(stamp[4:6])
    hour, minute, second = int(stamp[7:9]), int(stamp[10:12]), int(stamp[13:15])
    for year in range(now.year + 1, max(now.year - _YEARS_BACK, 1), -1):
        try:
            moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=now.tzinfo).astimezone(UTC)
            if moment <= now.astimezone(UTC) + timedelta(days=1):
                return moment
        except (ValueError, OverflowError):  # no such day in that year, or the end of the calendar
            continue
    return None


def _dated(year: str | None, match: re.Match[str], now: datetime | None) -> datetime | None:
    """RFC 3164's time with a year, or with a day of one digit."""
    if year is None:
        return _recent(f"{match['month']} {match['day']:>2} {match['time']}", now)
    if match["month"] not in MONTHS:
        return None
    return _moment(f"{year}-{MONTHS.index(match['month']) + 1:02}-{int(match['day']):02} {match['time']}", now)


def _moment(stamp: str, now: datetime | None) -> datetime | None:
    """An ISO time; Exim sets a blank before the zone."""
    try:
        moment = datetime.fromisoformat(stamp.replace(" +", "+").replace(" -", "-"))
        if moment.tzinfo is None:
            if now is None or now.tzinfo is None:
                return None
            moment = moment.replace(tzinfo=now.tzinfo)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
