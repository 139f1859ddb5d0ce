"""Whether the same machine answers on both families of a mail host.

WHY
    A name with an A and an AAAA record promises one mail host. When the records lead to two machines, each has its own
    certificate, rules and queue, and the one that fewer people use is forgotten first: an old box behind the AAAA
    record is the commonest way for IPv6 to rot unseen.

FINDS
parity-host-identity: the signs say that two machines answer. A warning where the software or the key and more differ; a
    note where weaker signs do.
parity-mta-software: the greetings of the families name different software or versions. A note.

FIX
    Find out which machine each record means, and let both records mean the same one:
        ip -6 addr show; ip -4 addr show
    Where two machines are intended, deploy certificates, TLSA records and rules to both together.

SEE
    RFC 5321 5.1, RFC 7672 8.1.
"""

from collections.abc import Iterator

from probe.judge.facts.conversations import hosts
from probe.judge.facts.identity import identity, software
from probe.judge.wording import short
from probe.model.measurement import Measurement
from probe.model.report import Finding, Identity, JudgeOptions
from probe.model.words import Family, Sameness, Verdict


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Two machines behind one name, and two daemons."""
    for host in hosts(measurement):
        known = identity(measurement, host)
        if known is not None and known.word is Sameness.DIFFERENT:
            yield _two_machines(host, known)
        yield from _two_daemons(measurement, host)


def _two_machines(host: str, known: Identity) -> Finding:
    apart = {sign.what for sign in known.signs if not sign.same}
    strong = "software" in apart or {"key"} < apart
    return Finding(
        "parity-host-identity",
        Verdict.WARNING if strong else Verdict.OK,
        None,
        host,
        f"Different machines seem to answer for {host} over IPv6 and over IPv4: {', '.join(sorted(apart))} differ.",
        tuple(f"{item.what}: IPv6 {item.ipv6}, IPv4 {item.ipv4}{', same' * item.same}" for item in known.signs),
        f"Look which machine has each address, and let both records mean the same:\n  {host}. A IPV4-ADDRESS\n"
        f"  {host}. AAAA IPV6-ADDRESS",
        "RFC 5321 5.1",
    )


def _two_daemons(measurement: Measurement, host: str) -> Iterator[Finding]:
    six, four = (software(measurement, host, family) for family in (Family.IPV6, Family.IPV4))
    if six is not None and four is not None and six != four:
        yield Finding(
            "parity-mta-software",
            Verdict.OK,
            None,
            host,
            f"{host} greets as {short(str(six), 60)} over IPv6 and as {short(str(four), 60)} over IPv4.",
            (f"IPv6: {six}", f"IPv4: {four}"),
            None,
            "RFC 5321 4.3.1",
        )
