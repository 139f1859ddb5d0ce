"""Dovecot beside the mail server: where it listens.

WHY
    Mail that arrives over IPv6 is read over IPv6 by the same people. Dovecot listens on both families unless told
    otherwise, and "listen = *" alone is all of IPv4 and nothing of IPv6.

FINDS
cfg-dovecot: listen names addresses of IPv4 alone.

FIX
    In dovecot.conf, then restart it:
        listen = *, ::

SEE
    Dovecot, "listen"; doveconf -n.
"""

from collections.abc import Iterator

from probe.address import canonical, family_of
from probe.judge.configuration.configured import is_loopback, shown, words
from probe.model.configuration import Setting
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Family, Verdict


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What doveconf said of listening."""
    configuration = measurement.configuration
    machine = configuration.machine if configuration is not None else None
    for setting in machine.dovecot if machine is not None else ():
        if setting.name == "listen" and _is_ipv4_alone(setting):
            yield Finding(
                "cfg-dovecot",
                Verdict.WARNING,
                Family.IPV6,
                "listen",
                f"Dovecot listens over IPv4 alone (listen = {setting.value}); mailboxes are closed over IPv6.",
                (shown(setting),),
                "In dovecot.conf, and then start it again:\n  listen = *, ::\n  doveadm stop && dovecot",
                "doveconf(1)",
            )


def _is_ipv4_alone(setting: Setting) -> bool:
    """True when every word is IPv4 and one of them is for others than the machine itself."""
    others = False
    for word in words(setting.value):
        if word == "*":
            others = True
            continue
        try:
            address = canonical(word)
        except ValueError:
            return False  # a name, or [::]
        if family_of(address) is Family.IPV6:
            return False
        others = others or not is_loopback(address)
    return others
