"""DANE for mail that goes out: asked for, but without the DNSSEC it stands on.

WHY
    TLSA records prove nothing unless the answer was validated. Without smtp_dns_support_level = dnssec Postfix does not
    even ask, logs a line once, and sends with opportunistic TLS: what looks protected is not.

FINDS
cfg-pf-dane-no-dnssec: smtp_tls_security_level is dane or dane-only, and DNSSEC look-ups are off.

FIX
    Set both, and use a resolver of your own that validates:
        postconf -e 'smtp_dns_support_level = dnssec' 'smtp_host_lookup = dns'

SEE
    TLS_README (DANE), postconf(5) smtp_dns_support_level; RFC 7672 2.2.
"""

from collections.abc import Iterator

from probe.judge.configuration.configured import clients, mend, postfix, scopes, shown, words
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Verdict


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """The level of the server, and that of each service that sends."""
    configuration = postfix(measurement)
    if configuration is None:
        return
    for service, setting in scopes(configuration, "smtp_tls_security_level"):
        if setting.value not in {"dane", "dane-only"} or (
            service is not None and service not in clients(configuration)
        ):
            continue
        support = (service.own("smtp_dns_support_level") if service else None) or configuration.setting(
            "smtp_dns_support_level"
        )
        lookup = (service.own("smtp_host_lookup") if service else None) or configuration.setting("smtp_host_lookup")
        missing = []
        if support is None or support.value != "dnssec":
            missing.append("smtp_dns_support_level = dnssec")
        if lookup is not None and "dns" not in words(lookup.value):
            missing.append("smtp_host_lookup = dns")
        if missing:
            yield Finding(
                "cfg-pf-dane-no-dnssec",
                Verdict.WARNING,
                None,
                "smtp_tls_security_level" if service is None else f"{service.name}/{service.type}",
                f"Postfix is told to use DANE ({setting.value}) but not to ask for DNSSEC, so it cannot.",
                tuple(map(shown, filter(None, (setting, support, lookup)))),
                mend(configuration, *missing, service=service),
                "postconf(5) smtp_dns_support_level",
            )
