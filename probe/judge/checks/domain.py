"""The domain and its MX records.

WHY
    Everything begins with the MX look-up (RFC 5321 5.1). A name that does not exist, a name without MX, and a name
    server that does not answer are three things: a sender bounces, goes to the domain's own address, or waits.

FINDS
dns-domain-exists: the name does not exist (NXDOMAIN). Mail to it bounces at once.
dns-mx-present: there is no MX record, so mail goes to the domain's own A and AAAA, which often belong to a web server.
    A note where there are more MX hosts than a probe looks at.
dns-mx-servfail: the MX look-up failed. Senders keep the mail and try again; nothing is known about the domain.
dns-null-mx: the domain says that it takes no mail ("0 ."). Alone that is in order; beside other MX records an error.

FIX
    Publish MX records that name hosts with both A and AAAA:
        example.com. MX 10 mx1.example.com.

SEE
    RFC 5321 5.1, RFC 7505 (null MX), RFC 2308 (negative answers).
"""

from collections.abc import Iterator

from probe.judge.wording import short
from probe.model.dns import Resolution
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Outcome, Verdict


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What the MX look-up says."""
    resolved, name = measurement.resolved, measurement.target.name
    mx = resolved.mx
    if mx is None:
        yield from _hosts_exist(measurement)
        return
    evidence = (_answer(mx),)
    if mx.outcome is Outcome.NXDOMAIN:
        yield _no_such_name(name, evidence)
    elif mx.outcome.inconclusive:
        yield Finding(
            "dns-mx-servfail",
            Verdict.UNKNOWN,
            None,
            name,
            f"The MX look-up for {name} failed ({mx.outcome}); a sender would keep the mail and try again, "
            "and nothing is known about the domain.",
            evidence,
            f"Ask the domain's own name servers, and another resolver:\n  dig +trace MX {name}\n"
            f"  probe6 --nameserver ADDRESS {measurement.target.text}",
            "RFC 5321 5.1",
        )
    elif resolved.null_mx or resolved.null_mx_mixed:
        yield _null_mx(name, evidence, mixed=resolved.null_mx_mixed)
    elif mx.outcome is Outcome.NO_DATA and any(host.implicit for host in resolved.hosts):
        yield Finding(
            "dns-mx-present",
            Verdict.WARNING,
            None,
            name,
            f"{name} has no MX record; {_instead(measurement)}.",
            evidence,
            f"Name the mail host, or say that there is none:\n  {name}. MX 10 mx1.{name}.\n  {name}. MX 0 .",
            "RFC 5321 5.1",
        )
    elif (published := _hosts_named(mx)) > (seen := len(resolved.hosts)):
        sentence = f"{name} names {published} mail hosts; only the {seen} best were looked at."
        yield Finding("dns-mx-present", Verdict.OK, None, name, sentence, evidence)


def _instead(measurement: Measurement) -> str:
    name = measurement.target.name
    families = {address.family for host in measurement.resolved.hosts for address in host.addresses}
    if len(families) == 1:
        return f"mail goes to the {families.pop().label} address of {name} itself"
    if families:
        return f"mail goes to the addresses of {name} itself, IPv6 and IPv4 alike"
    return f"and {name} itself has no address either, so no mail can be delivered"


def _hosts_named(mx: Resolution) -> int:
    return len({record.rpartition(" ")[2].lower() for record in mx.records})


def _hosts_exist(measurement: Measurement) -> Iterator[Finding]:
    """For a host that was named there is no MX look-up; the name itself may not exist."""
    for host in measurement.resolved.hosts:
        if host.ipv6.outcome is Outcome.NXDOMAIN and host.ipv4.outcome is Outcome.NXDOMAIN:
            yield _no_such_name(host.host, (_answer(host.ipv6), _answer(host.ipv4)))


def _no_such_name(name: str, evidence: tuple[str, ...]) -> Finding:
    return Finding(
        "dns-domain-exists",
        Verdict.CRITICAL,
        None,
        name,
        f"{name} does not exist (NXDOMAIN); mail to it bounces at once.",
        evidence,
        f"Check the spelling; then the registration and the delegation:\n  dig +trace NS {name}",
        "RFC 5321 5.1",
    )


def _null_mx(name: str, evidence: tuple[str, ...], *, mixed: bool) -> Finding:
    if mixed:
        return Finding(
            "dns-null-mx",
            Verdict.CRITICAL,
            None,
            name,
            f"{name} says that it takes no mail (null MX) and names mail hosts beside it; senders differ on that.",
            evidence,
            f"Remove one or the other; to take mail, delete:\n  {name}. MX 0 .",
            "RFC 7505 3",
        )
    return Finding(
        "dns-null-mx",
        Verdict.OK,
        None,
        name,
        f"{name} says that it takes no mail (null MX), so there is nothing to test.",
        evidence,
        None,
        "RFC 7505",
    )


def _answer(resolution: Resolution) -> str:
    shown = ", ".join(short(record, 80) for record in resolution.records[:8]) or str(resolution.outcome)
    detail = f" ({short(resolution.detail)})" if resolution.detail else ""
    return f"{resolution.name} {resolution.rrtype}: {shown}{detail}"
