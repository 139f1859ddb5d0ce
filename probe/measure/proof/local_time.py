"""The zone of this machine: what a log without a zone was written in.

In: moments. Out: their offset from UTC here, daylight saving included. Nothing raises that datetime itself does not.
"""

from datetime import UTC, datetime, timedelta, tzinfo


class LocalZone(tzinfo):
    """The zone of this machine, daylight saving included."""

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """The offset at that moment."""
        return moment.replace(tzinfo=None).astimezone().utcoffset() if moment else None

    def fromutc(self, moment: datetime) -> datetime:
        """A moment of UTC in this zone."""
        return moment.replace(tzinfo=UTC).astimezone().replace(tzinfo=self)

    def dst(self, moment: datetime | None) -> timedelta | None:  # noqa: ARG002 - the signature is tzinfo's
        """Not told apart."""
        return None

    def tzname(self, moment: datetime | None) -> str:  # noqa: ARG002 - the signature is tzinfo's
        """Its name here."""
        return "local"


def now() -> datetime:
    """The time, in the local zone."""
    return datetime.now(LocalZone())
