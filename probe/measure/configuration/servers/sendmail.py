"""Sendmail: sendmail.mc, or the .cf that was made of it.

In: nothing (the machine's own), a file, a directory, or ``-``. Out: where it listens and over which families it sends.
Wrong: ``UsageError``. Without a place the .cf comes first: it is what the daemon reads.
"""

from collections.abc import Callable

from probe.grammar.sendmail_options import reach
from probe.measure.configuration.reach import found_by, text_at
from probe.measure.configuration.reading import STDIN, Found
from probe.model.configuration import Mta

_USUAL = ("/etc/mail/sendmail.cf", "/etc/mail/sendmail.mc", "/etc/sendmail.cf")


async def read(place: str | None, stdin: Callable[[], bytes]) -> Found:
    """The daemon options."""
    text = text_at(place, stdin() if place == STDIN else None, _USUAL, "sendmail")
    return found_by(Mta.SENDMAIL, text, reach(text.text, text.place), {"sendmail-mta", "sendmail"})
