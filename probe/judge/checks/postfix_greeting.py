"""smtpd_banner: the first line a client reads.

WHY
    The greeting begins with the name of the host (RFC 5321 4.2): clients put it into their logs, and people compare it
    with the MX record and the reverse name to see that both families lead to the same machine. What follows is free.

FINDS
cfg-pf-banner: the greeting does not begin with $myhostname, or that is no full host name. A note where it tells the
    version of Postfix to everybody, or when it is in order and worth a look.

FIX
    Put the name first; the rest is yours:
        postconf -e 'smtpd_banner = $myhostname ESMTP'
        postfix reload

SEE
    RFC 5321 4.2 and 4.3.1, postconf(5) smtpd_banner, myhostname.
"""

from collections.abc import Iterator

from probe.judge.configuration.configured import mend, postfix, scopes, servers, shown, takes_mail
from probe.judge.wording import short
from probe.model.configuration import Configuration, Service, Setting
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Verdict

_CODE = "cfg-pf-banner"
_SEE = "RFC 5321 4.2"
_MENDED = "smtpd_banner = $myhostname ESMTP"


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """The greeting of the server and of each service that has its own."""
    configuration = postfix(measurement)
    if configuration is None or not servers(configuration):
        return
    for service, setting in scopes(configuration, "smtpd_banner"):
        if service is None and not takes_mail(configuration):
            continue
        yield from _greeting(configuration, service, setting)
    yield from _name(configuration)


def _greeting(configuration: Configuration, service: Service | None, setting: Setting) -> Iterator[Finding]:
    name = configuration.value("myhostname")
    own = service.own("myhostname") if service is not None else None
    name = own.value if own is not None else name
    first, _, wit = setting.value.strip().partition(" ")
    who = f"The service {service.name}" if service is not None else "Postfix"
    subject = "smtpd_banner" if service is None else f"smtpd_banner of {service.name}/{service.type}"
    version = configuration.value("mail_version")
    tells = "mail_version" in setting.raw or bool(version and f" {version}" in f" {wit}")
    named = setting.raw.startswith(("$myhostname", "${myhostname}", "$(myhostname)"))
    if not named and (first.lower() != name.lower() if name else "." not in first):
        yield Finding(
            _CODE, Verdict.WARNING, None, subject,
            f"{who} greets with {short(first, 60) or 'nothing'} in the place of its name{f', {name}' if name else ''}.",
            (shown(setting), f"myhostname = {name}"), mend(configuration, _MENDED, service=service), _SEE,
        )  # fmt: skip
    elif tells:
        yield Finding(
            _CODE, Verdict.OK, None, subject,
            f"{who} tells everybody its version in the greeting; nobody needs it, $myhostname in front is enough.",
            (shown(setting),), mend(configuration, _MENDED, service=service), _SEE,
        )  # fmt: skip
    elif setting.explicit:
        yield Finding(
            _CODE, Verdict.OK, None, subject,
            f"The greeting begins with the name of the host{f', {name}' if name else ''}, as it must; what follows is "
            f"free{f' ({short(wit, 60)})' if wit and name else ''}.",
            (shown(setting),), None, _SEE,
        )  # fmt: skip


def _name(configuration: Configuration) -> Iterator[Finding]:
    """A name somebody wrote that no client could look up."""
    setting = configuration.setting("myhostname")
    if setting is None or not setting.explicit or not takes_mail(configuration):
        return
    if "." in setting.value.strip(".") and not setting.value.endswith((".localdomain", ".localhost")):
        return
    yield Finding(
        _CODE,
        Verdict.WARNING,
        None,
        "myhostname",
        f"Postfix greets as {short(setting.value, 80) or 'nothing'}, which is not the full name of a host.",
        (shown(setting),),
        mend(configuration, "myhostname = mx1.example.com"),
        "RFC 5321 2.3.5",
    )
