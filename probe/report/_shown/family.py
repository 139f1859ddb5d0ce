"""How one family fared, for formats that need a yes or a no.

In: a report. Out: whether mail got through over a family, whether that could be told at all, and the conversations that
say so. The judge's word on parity goes first; the conversations decide where it leaves a family open.
"""

from probe.address import family_of
from probe.model.report import Report
from probe.model.settings import TargetKind
from probe.model.smtp import Session
from probe.model.words import Failure, Family, Parity, Port25, Purpose, Stage, Verdict
from probe.report._shown.findings import PARITY

_BROKEN = {
    Parity.IPV6_BROKEN: {Family.IPV6},
    Parity.IPV4_BROKEN: {Family.IPV4},
    Parity.BOTH_BROKEN: {Family.IPV6, Family.IPV4},
    Parity.IPV6_ABSENT: {Family.IPV6},
    Parity.IPV4_ABSENT: {Family.IPV4},
}
_COUNTED = frozenset({Purpose.CHECK, Purpose.RETRY, Purpose.MESSAGE, Purpose.VIA})
_OURS = frozenset({Failure.NO_ROUTE, Failure.DEADLINE, Failure.NOT_TRIED})


def asked(report: Report) -> list[Family]:
    """The families that were measured, IPv6 first; of an address as target its own alone."""
    target, wanted = report.measurement.target, report.measurement.settings.families
    if target.kind is TargetKind.ADDRESS:
        return [family_of(target.name)]
    return [family for family in Family if family in wanted]


def conversations(report: Report, family: Family) -> list[Session]:
    """The conversations that count for ``family``, the last one with each address for each purpose."""
    mine = [item for item in report.measurement.sessions if item.family is family and item.purpose in _COUNTED]
    last = {(item.mx, item.address, item.port, item.purpose is Purpose.MESSAGE): item for item in mine}
    return list(last.values())


def worst(report: Report, family: Family) -> Verdict:
    """The worst that was found about ``family``, or about both at once."""
    about = [item.verdict for item in report.findings if item.family in {family, None} and item.code != PARITY]
    return max(about, key=lambda verdict: verdict.rank, default=Verdict.OK)


def works(report: Report, family: Family) -> bool:
    """Mail over ``family`` gets through, and nothing critical was found about it."""
    return gets_through(report, family) and worst(report, family) is not Verdict.CRITICAL


def gets_through(report: Report, family: Family) -> bool:
    """Mail over ``family`` gets as far as it was asked to go, on one address at least. No mail at all is fine where the
    domain says so properly.
    """
    if report.parity is Parity.NO_MAIL:
        return report.verdict is Verdict.OK
    if family in _BROKEN.get(report.parity, ()):
        return False
    talks = conversations(report, family)
    if not talks:
        return report.measurement.settings.until is Stage.RESOLVE and any(
            host.of(family) for host in report.measurement.resolved.hosts
        )
    attempts = [item for item in report.measurement.attempts if item.family is family]
    if attempts and all(item.failure is not None or item.accepted is None for item in attempts):
        return False
    return any(item.completed or item.failure is Failure.DEFERRED for item in talks)


def can_tell(report: Report, family: Family) -> bool:
    """From here it can be told whether mail over ``family`` works: it does, or nothing of ours kept it from us."""
    if gets_through(report, family):
        return report.parity is not Parity.NO_MAIL
    if report.parity is Parity.NO_MAIL or report.measurement.vantage_of(family).usable is False:
        return False
    if family in _BROKEN.get(report.parity, ()):
        return True
    talks = conversations(report, family)
    return any(not _ours(report, item) for item in talks)


def furthest(report: Report, family: Family) -> Session | None:
    """The conversation that got furthest over ``family``; one that ended well goes before one that did not."""
    return max(conversations(report, family), key=lambda one: (one.reached.rank, one.failure is None), default=None)


def _ours(report: Report, session: Session) -> bool:
    """What ended it may well be this machine or its network."""
    unproven = dict(report.port25).get(session.family) is not Port25.PROVEN
    at_connect = session.reached is Stage.CONNECT and session.failure is Failure.TIMEOUT
    return session.failure in _OURS or (at_connect and unproven)
