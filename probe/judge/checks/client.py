"""Does the server see the client's real address?

WHY
    Behind a proxy, a container's port forwarder or address translation for IPv6, every client looks like the gateway.
    Then SPF fails for everybody, limits are shared by the whole world, and a server that trusts its own network may
    relay for anyone. Many servers tell the client's address in their EHLO reply.

FINDS
ehlo-client-echo: over this family the server names another client address than the one this machine spoke from.
    Critical when it is an inner address or one of the other family; a warning when it is another public one.

FIX
    Give the container a real IPv6 address, or switch off the forwarding proxy (Docker, /etc/docker/daemon.json):
        {"userland-proxy": false, "ipv6": true}     # from Docker 27 on; before, "fixed-cidr-v6" and "ip6tables" too
    Behind a TCP proxy, hand the client on (Postfix):
        postconf -e 'postscreen_upstream_proxy_protocol = haproxy'

SEE
    RFC 5321 4.1.1.1, RFC 6296 (NPTv6), the PROXY protocol.
"""

from collections.abc import Iterator

from probe.judge.facts.conversations import paths
from probe.judge.facts.echo import Seen, seen_as
from probe.judge.wording import Case, fold, short
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Session
from probe.model.words import Verdict

_VERDICTS = {Seen.INNER: Verdict.CRITICAL, Seen.OTHER_FAMILY: Verdict.CRITICAL, Seen.OTHER: Verdict.WARNING}
_KINDS = {
    Seen.INNER: "an address inside its own network",
    Seen.OTHER_FAMILY: "an address of the other family",
    Seen.OTHER: "another address",
}


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Whom the server believes to be talking to."""
    seen = ((session, seen_as(measurement, session, session.client_echo)) for session in paths(measurement))
    cases = [_case(session, how) for session, how in seen if how in _VERDICTS]
    yield from fold(measurement, "ehlo-client-echo", "RFC 5321 4.1.1.1", cases)


def _case(session: Session, seen: Seen) -> Case:
    echo, kind = short(session.client_echo or "", 60), _KINDS[seen]
    return Case(
        session,
        _VERDICTS[seen],
        f"{seen} {echo}",
        lambda who, over: f"{who} takes us for {echo}, {kind}, {over}; we spoke from {session.source}.",
        (f"our source {session.source}, the server's EHLO reply says {echo}",),
        "Let the server see its clients: a real IPv6 address for the container, or no userland proxy:\n"
        '  {"userland-proxy": false, "ipv6": true}    (/etc/docker/daemon.json, from Docker 27 on)\n'
        "Behind a TCP proxy: postconf -e 'postscreen_upstream_proxy_protocol = haproxy'",
    )
