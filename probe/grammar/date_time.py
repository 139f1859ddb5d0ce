"""The date-time of a message (RFC 5322 3.3), with the obsolete forms still in use (4.3).

In: text such as ``Sun, 22 Nov 2026 18:00:01 +0100 (CET)``. Out: an aware ``datetime`` in UTC, or None when the text is
not a date or its zone is a name nobody defined: a time wrong by hours would be worse than none. Nothing raises.
"""

import re
from datetime import UTC, datetime, timedelta

from probe.grammar.structured import without_comments

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_LONGEST = 200
_ZONES = {  # hours east of Greenwich
    "ut": 0, "utc": 0, "gmt": 0, "z": 0,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_FORM = re.compile(
    r"(?:[a-z]{3,9}\.?,? )?(?P<day>[0-9]{1,2})[ -](?P<month>[a-z]{3})[a-z]{0,6}[ -](?P<year>[0-9]{2,4})"
    r" (?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]{1,9})?)?"
    r"(?: ?(?P<sign>[+-])(?P<east>[0-9]{4})| (?P<zone>[a-z]{1,5}))?(?: .*)?"
)
# What programs write that took their language's own form for that of mail.
_ISO = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})[t ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
    r":(?P<second>[0-9]{2})(?:\.[0-9]{1,9})?"
    r"(?: ?(?P<sign>[+-])(?P<east>[0-9]{2}:?[0-9]{2})| ?(?P<zone>[a-z]{1,5}))(?: .*)?"
)


def read(text: str) -> datetime | None:
    """The moment ``text`` names.

    >>> read("Sun, 22 Nov 2026 18:00:01 +0100 (CET)")
    datetime.datetime(2026, 11, 22, 17, 0, 1, tzinfo=datetime.timezone.utc)
    """
    plain = " ".join(without_comments(text[:_LONGEST]).lower().split())
    match = _FORM.fullmatch(plain) or _ISO.fullmatch(plain)
    if match is None:
        return None
    zone, month = match["zone"], _month(match["month"])
    if month is None or (zone and zone not in _ZONES):
        return None
    east = timedelta(hours=_ZONES[zone]) if zone else timedelta()
    if match["sign"]:
        east = timedelta(hours=int(match["east"][:2]), minutes=int(match["east"][-2:]))
        east = -east if match["sign"] == "-" else east
    second = int(match["second"] or 0)
    try:
        # Second 60 is legal (a leap second) and datetime does not know it: the second after 59 it is.
        minute = datetime(
            _year(match["year"]), month, int(match["day"]), int(match["hour"]),
            int(match["minute"]), min(second, 59), tzinfo=UTC,
        )  # fmt: skip
        return minute - east + timedelta(seconds=max(0, second - 59)) if second <= 60 else None
    except (ValueError, OverflowError):
        return None


def _month(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    return MONTHS.index(text.title()) + 1 if text.title() in MONTHS else None


def _year(digits: str) -> int:
    """RFC 5322 4.3: two digits are 1950 to 2049, three count from 1900."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if len(digits) == 2 and year < 50 else 1900)


def write(moment: datetime) -> str:
    """An aware moment as a Date header says it, in UTC; whatever the locale is.

    >>> write(datetime(2026, 11, 22, 17, 0, 1, tzinfo=UTC))
    'Sun, 22 Nov 2026 17:00:01 +0000'
    """
    utc = moment.astimezone(UTC)
    day, month = DAYS[utc.weekday()], MONTHS[utc.month - 1]
    return f"{day}, {utc.day} {month} {utc.year:04} {utc:%H:%M:%S} +0000"


def ago(seconds: float) -> str:
    """A time that has passed, as people say it, in the largest unit of which there are two.

    >>> ago(40), ago(600), ago(3 * 3600), ago(3 * 86400)
    ('40 s ago', '10 min ago', '3 h ago', '3 days ago')
    """
    for unit, name in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name} ago"
    return f"{max(seconds, 0):.0f} s ago"


def clock(moment: datetime, now: datetime) -> str:
    """``10:02 UTC``, or with its date where that is not the date of ``now``.

    >>> clock(datetime(2026, 11, 22, 10, 2, tzinfo=UTC), datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    '2026-11-22 10:02 UTC'
    """
    utc = moment.astimezone(UTC)
    day = "" if utc.date() == now.astimezone(UTC).date() else f"{utc.year:04}-{utc:%m-%d} "
    return f"{day}{utc:%H:%M} UTC"
