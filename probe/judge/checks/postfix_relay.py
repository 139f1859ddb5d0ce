"""Who may send mail on through this server: the restrictions that stand between it and an open relay.

WHY
    mynetworks says who is trusted; smtpd_relay_restrictions says what that means. One service of master.cf with a list
    of its own is enough to relay for the world, over the one family that service listens on.

FINDS
cfg-pf-relay-restrictions: a service that others can reach takes everybody for a friend before anything rejects mail
    for strangers' domains (an open relay), or nothing in its lists rejects it, and Postfix does not run with that.

FIX
    Leave the default in place, which is safe:
        postconf -e 'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination'
        postfix reload

SEE
    postconf(5) smtpd_relay_restrictions, smtpd_recipient_restrictions; SMTPD_ACCESS_README.
"""

from collections.abc import Iterator

from probe.judge.configuration.configured import effective, is_loopback, mend, postfix, servers, shown, unset
from probe.model.configuration import Configuration, Learned, Service, Setting
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Verdict

_LISTS = ("smtpd_relay_restrictions", "smtpd_recipient_restrictions")
_GUARDS = frozenset(
    {"reject_unauth_destination", "defer_unauth_destination", "reject", "defer", "defer_if_permit",
     "check_relay_domains"}
)  # fmt: skip
_EVERYBODY = frozenset({"static:ok", "static:permit"})
_SAFE = "permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination"


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Every service that takes mail from others."""
    configuration = postfix(measurement)
    if configuration is None or not any(configuration.setting(name) for name in _LISTS):
        return
    for service in configuration.services:
        if service.command != "smtpd" or not _reachable(configuration, service):
            continue
        lists = [found for name in _LISTS if (found := effective(configuration, service, name)) is not None]
        verdicts = [_guard(item.value) for item in lists]
        if "guarded" in verdicts or not _known(configuration, lists):
            continue
        yield _finding(configuration, service, lists, opened="everybody" in verdicts)


def _known(configuration: Configuration, lists: list[Setting]) -> bool:
    """Defaults hang on the version and its compatibility_level, of which a file that stands alone tells nothing."""
    return configuration.learned is Learned.ASKED or any(item.explicit for item in lists)


def _reachable(configuration: Configuration, service: Service) -> bool:
    """Whether others come to the service, by itself or handed on by postscreen (a service of type pass)."""
    if service.type == "pass":
        return any(item.command == "postscreen" and _reachable(configuration, item) for item in servers(configuration))
    if service.type != "inet":
        return False
    mine = [item for item in configuration.bindings if item.service == service.name]
    return any(item.unknown or any(not is_loopback(one) for one in item.addresses) for item in mine)


def _guard(value: str) -> str:
    """``guarded`` when mail for strangers is stopped, ``everybody`` when a table that says OK to all comes before that,
    else ``nothing``. ``permit`` ends a list: what stands behind it counts neither for mail nor for Postfix, which looks
    at start whether a list stops anything. ``warn_if_reject`` takes the force out of the word behind it.
    """
    found = value.replace("{", " ").replace("}", " ").replace(",", " ").split()
    before = ""
    everybody = False
    for word in found:
        if word in _GUARDS and before != "warn_if_reject":
            return "everybody" if everybody else "guarded"
        if word == "permit":
            return "nothing"
        everybody = everybody or word.lower() in _EVERYBODY
        before = word
    return "nothing"


def _finding(configuration: Configuration, service: Service, lists: list[Setting], *, opened: bool) -> Finding:
    own = [item for item in lists if item in service.settings]
    if opened:
        sentence = (
            f"The service {service.name} is an open relay: it says OK to everybody before it looks at the recipient."
        )
    else:
        sentence = (
            f"Nothing in the restrictions of the service {service.name} rejects mail for strangers' domains; Postfix "
            "does not run with that, and takes no mail at all."
        )
    fix = mend(configuration, f"smtpd_relay_restrictions = {_SAFE}")
    if own:
        fix = unset(configuration, service, own[0].name)
    return Finding(
        "cfg-pf-relay-restrictions",
        Verdict.CRITICAL,
        None,
        f"{service.name}/{service.type}",
        sentence,
        tuple(shown(item) for item in lists),
        fix,
        "postconf(5) smtpd_relay_restrictions",
    )
