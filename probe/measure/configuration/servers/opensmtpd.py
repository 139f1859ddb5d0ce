"""OpenSMTPD: smtpd.conf is read, after ``smtpd -n`` was asked whether it is one.

In: nothing (the machine's own), a file, a directory, or ``-``. Out: where it listens and over which families it sends.
Wrong: ``UsageError``, with smtpd's own words where the machine's own file is not accepted.
"""

from collections.abc import Callable

from probe.grammar.opensmtpd_conf import reach
from probe.measure.configuration.program import ask, found
from probe.measure.configuration.reach import found_by, includes, text_at
from probe.measure.configuration.reading import STDIN, Found
from probe.model.configuration import Mta
from probe.model.errors import UsageError

_USUAL = ("/etc/smtpd.conf", "/etc/mail/smtpd.conf", "/usr/local/etc/mail/smtpd.conf", "/etc/opensmtpd/smtpd.conf")


async def read(place: str | None, stdin: Callable[[], bytes]) -> Found:
    """smtpd.conf."""
    text = text_at(place, stdin() if place == STDIN else None, _USUAL, "OpenSMTPD")
    program = found("smtpd")
    if text.own and program is not None:
        said = await ask(program, "-n", "-f", text.place)
        if said.status != 0:
            raise UsageError(f"smtpd -n: {said.complaint}")
    return found_by(Mta.OPENSMTPD, text, reach(text.text, text.place, includes(text, "included file")), {"smtpd"})
