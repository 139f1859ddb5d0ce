"""The one question about any mail server: does it take mail over IPv6, and does it send over IPv6?

In: a ``Configuration`` whose reader told what it listens on and which families it sends over. Out: findings under the
code of that server, a note when the answer is yes. Postfix has checks of its own, which ask more.
"""

from collections.abc import Iterator

from probe.judge.configuration.configured import announced, open_to_others, takes_mail, weight
from probe.judge.wording import short
from probe.model.configuration import Configuration, Mta
from probe.model.measurement import Measurement
from probe.model.report import Finding
from probe.model.words import Family, Verdict

_NAMES = {Mta.EXIM: "Exim", Mta.OPENSMTPD: "OpenSMTPD", Mta.SENDMAIL: "Sendmail"}


def both_ways(measurement: Measurement, mta: Mta, code: str, listen: str, send: str, see: str) -> Iterator[Finding]:
    """``listen`` and ``send`` are what mends the one and the other."""
    configuration = measurement.configuration
    if configuration is None or configuration.mta is not mta:
        return
    name = _NAMES[mta]
    closed, mute = list(_closed(configuration)), list(_mute(configuration))
    for family in closed:
        yield _finding(configuration, code, family, f"{name} takes no mail over {family.label}", listen, see)
    for family in mute:
        lines = tuple(
            f"{item.origin}: {item.service} sends over {_over(item.families)}" for item in configuration.outgoing
        )
        yield Finding(
            code, Verdict.WARNING, family, "sending", f"{name} sends no mail over {family.label}.", lines, send, see
        )
    if not closed and not mute and (configuration.bindings or configuration.outgoing):
        if any(item.fatal for item in configuration.problems):
            return  # it does not run with these settings, which is said elsewhere
        what = "takes and sends" if takes_mail(configuration) else "takes mail from this machine alone, and sends"
        sentence = f"{name} {what} mail over IPv6 and over IPv4, by its configuration."
        yield Finding(code, Verdict.OK, None, configuration.place, sentence, tuple(_lines(configuration)), None, see)


def _closed(configuration: Configuration) -> Iterator[Family]:
    """Families over which others find nothing open, where they do over the other one."""
    for family in Family:
        mine = [item for item in configuration.bindings if item.family is family]
        if takes_mail(configuration) and not open_to_others(mine):
            yield family


def _mute(configuration: Configuration) -> Iterator[Family]:
    for family in Family:
        if configuration.outgoing and not any(family in item.families for item in configuration.outgoing):
            yield family


def _finding(configuration: Configuration, code: str, family: Family, what: str, fix: str, see: str) -> Finding:
    published = announced(configuration, family)
    told = f", while the DNS publishes {', '.join(published[:3])}" if published else ""
    lines = tuple(_lines(configuration)) or (f"{configuration.place}: nothing is opened over {family.label}",)
    return Finding(code, weight(configuration, family), family, "listening", f"{what}{told}.", lines, fix, see)


def _lines(configuration: Configuration) -> Iterator[str]:
    for item in configuration.bindings[:8]:
        where = ", ".join((*item.addresses, *item.unknown))
        yield f"{item.origin}: {short(item.service, 60)} {item.family.label} {where} port {item.port}"


def _over(families: tuple[Family, ...]) -> str:
    return " and ".join(item.label for item in families) or "nothing"
