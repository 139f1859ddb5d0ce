"""The kernel's own switches for IPv6.

WHY
    With IPv6 switched off in the kernel a mail server logs one line about it and goes on with IPv4. Nothing in its
    configuration shows that: inet_protocols = all means both, if both are there.

FINDS
cfg-kernel-ipv6-off: the server is told to use IPv6, and the kernel has none, on the whole machine or on an interface.
    Critical where the DNS publishes an IPv6 address for it.

FIX
    Switch it on, now and at the next boot, then stop and start the server:
        sysctl -w net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0
    and take ipv6.disable=1 off the kernel's command line.

SEE
    ip-sysctl (disable_ipv6), Postfix's warning "disabling IPv6 name/address support".
"""

from collections.abc import Iterator

from probe.judge.configuration.configured import announced, takes_mail
from probe.model.configuration import Configuration, Machine, Mta
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Family, Verdict


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """The switches of the machine whose configuration wants IPv6."""
    configuration = measurement.configuration
    if configuration is None or configuration.machine is None or not _wants_ipv6(configuration):
        return
    off = _off(configuration.machine)
    if not off:
        return
    everywhere = any(line.startswith(("no /proc", "conf/all/", "conf/lo/")) for line in off)
    published = announced(configuration, Family.IPV6)
    yield Finding(
        "cfg-kernel-ipv6-off",
        _verdict(configuration, published, everywhere=everywhere),
        Family.IPV6,
        "kernel",
        "The server is told to use IPv6, and the kernel has it switched off"
        f"{'' if everywhere else ' on a part of the interfaces'}"
        f"{f'; mail to {published[0]} cannot come in' if published and everywhere else ''}.",
        tuple(off),
        _fix(off),
        "ip-sysctl disable_ipv6",
    )


def _wants_ipv6(configuration: Configuration) -> bool:
    """By what it listens on or sends over; for Postfix by its one switch, for what listens is made of what is there."""
    if configuration.mta is Mta.POSTFIX:
        return any(word in configuration.value("inet_protocols", "all").lower() for word in ("all", "ipv6"))
    return any(item.family is Family.IPV6 for item in configuration.bindings)


def _off(machine: Machine) -> list[str]:
    if not machine.ipv6:
        return ["no /proc/net/if_inet6: the kernel was started without IPv6"]
    return [f"{path} = {value}" for path, value in machine.kernel if path.endswith("disable_ipv6") and value == "1"]


def _verdict(configuration: Configuration, published: tuple[str, ...] | None, *, everywhere: bool) -> Verdict:
    if published and everywhere and takes_mail(configuration):
        return Verdict.CRITICAL
    return Verdict.WARNING if everywhere and takes_mail(configuration) else Verdict.OK


def _fix(off: list[str]) -> str:
    switches = " ".join(
        f"net.ipv6.{line.partition(' ')[0].replace('/', '.')}=0" for line in off if line.startswith("conf/")
    )
    if not switches:
        return "Take ipv6.disable=1 off the kernel's command line and boot."
    return f"sysctl -w {switches}"
