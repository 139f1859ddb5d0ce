"""Submission and IMAP beside port 25 (``--services``).

WHY
    Mail programs look for both addresses of the host they are told, and try IPv6 first. A host whose AAAA record was
    published for port 25 gets its users' connections over IPv6 too, and where Dovecot or the submission service listens
    on IPv4 alone they wait or fail, while the administrator's own program, over IPv4, works.

FINDS
submission-family: a service answers over one family, or offers TLS over one, and not over the other, though the host
    has addresses of both; or DNS names it and nobody answers. What answers alike is a note.

FIX
    Dovecot: let it listen on both families.
        doveconf -n listen          (wanted: listen = *, ::)
    Postfix, /etc/postfix/master.cf and main.cf:
        submission inet n - y - - smtpd
        postconf -e 'inet_protocols = all'
    Open the ports for both families in the firewall.

SEE
    RFC 6186 (SRV records for mail programs), RFC 8314 3.3, RFC 6409, Dovecot's setting "listen".
"""

from collections.abc import Iterator, Sequence

from probe.judge.facts.conversations import got_past, paths
from probe.judge.wording import short
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.services import Knock, Protocol, Service
from probe.model.words import Failure, Family, Stage, Verdict

_CODE = "submission-family"
_SEE = "RFC 6186, RFC 8314 3.3"
_OURS = frozenset({Failure.NO_ROUTE, Failure.NOT_TRIED, Failure.DEADLINE})
_IMAP = frozenset({Protocol.IMAP, Protocol.IMAPS})
_LISTEN_IMAP = "Let Dovecot listen on both families, and restart it:\n  doveconf listen\n  # wanted: listen = *, ::"
_LISTEN_SMTP = (
    "Let the submission service listen on both families (Postfix):\n"
    "  postconf -e 'inet_protocols = all'\n  postfix stop && postfix start\n"
    "  postconf -M submission/inet submissions/inet"
)
_OPEN = "\nand open the port for {family}:\n  {command} -I INPUT -p tcp --dport {port} -j ACCEPT"
_COMMANDS = {Family.IPV6: "ip6tables", Family.IPV4: "iptables"}


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Each service, both families side by side."""
    services = measurement.inquiries.services if measurement.inquiries is not None else None
    if services is None:
        return
    by_service: dict[Service, list[Knock]] = {}
    for item in services.knocks:
        by_service.setdefault(item.service, []).append(item)
    for service, knocks in by_service.items():
        yield from _judged(measurement, service, knocks)


def _judged(measurement: Measurement, service: Service, knocks: Sequence[Knock]) -> Iterator[Finding]:
    who = f"{service.host} port {service.port}"
    mine = {family: [item for item in knocks if item.family is family] for family in Family}
    works = {family: [item for item in found if item.failure is None] for family, found in mine.items()}
    evidence = tuple(_told(item) for item in knocks)[:8]
    for family in Family:
        failed = [item for item in mine[family] if item.failure is not None and item.failure not in _OURS]
        if not failed or not works[family.other]:
            continue
        sure = not _silent(failed) or _reached(measurement, family)
        what = "does not answer" if not works[family] else "answers at some of its addresses"
        yield Finding(
            _CODE,
            Verdict.WARNING if sure else Verdict.UNKNOWN,
            family,
            who,
            f"{service.protocol} at {who} {what} over {family.label} and works over {family.other.label}, "
            "so mail programs wait or fail.",
            evidence,
            (_LISTEN_IMAP if service.protocol in _IMAP else _LISTEN_SMTP)
            + _OPEN.format(family=family.label, command=_COMMANDS[family], port=service.port),
            _SEE,
        )
        return
    if not any(works.values()):
        yield from _dead(service, who, knocks, evidence)
        return
    secured = {family: any(item.tls for item in found) for family, found in works.items() if found}
    if len(set(secured.values())) > 1:
        bare = next(family for family, tls in secured.items() if not tls)
        yield Finding(
            _CODE,
            Verdict.WARNING,
            bare,
            who,
            f"{service.protocol} at {who} offers no TLS over {bare.label} and does over {bare.other.label}.",
            evidence,
            "Give both listeners the same TLS settings:\n  doveconf -n ssl\n  postconf -P",
            _SEE,
        )
        return
    families = " and ".join(family.label for family in Family if works[family])
    yield Finding(
        _CODE, Verdict.OK, None, who, f"{service.protocol} at {who} answers over {families}.", evidence, None, _SEE
    )


def _dead(service: Service, who: str, knocks: Sequence[Knock], evidence: tuple[str, ...]) -> Iterator[Finding]:
    """Nobody promised what DNS does not name; what it names and refuses over every address is a mistake."""
    if service.named is None or not all(item.failure is Failure.REFUSED for item in knocks):
        return
    yield Finding(
        _CODE,
        Verdict.WARNING,
        None,
        who,
        f"{short(service.named, 100)} names {who}, and nothing listens there.",
        evidence,
        f"Start the service, or say that there is none:\n  {service.named}. SRV 0 0 0 .",
        "RFC 6186 3.4, RFC 2782",
    )


def _silent(knocks: Sequence[Knock]) -> bool:
    """True when nothing was heard: then it may be our own network that drops the port."""
    return all(item.failure is Failure.TIMEOUT and not item.connected for item in knocks)


def _reached(measurement: Measurement, family: Family) -> bool:
    """True when anybody was reached over ``family`` in this run, on whatever port of the services or on 25."""
    services = measurement.inquiries.services if measurement.inquiries is not None else None
    knocked = services is not None and any(item.connected and item.family is family for item in services.knocks)
    return knocked or any(item.family is family and got_past(item, Stage.CONNECT) for item in paths(measurement))


def _told(item: Knock) -> str:
    if item.failure is not None:
        detail = f" ({short(item.detail)})" if item.detail else ""
        return f"[{item.address}] {item.failure} after {item.elapsed:.3f} s{detail}"
    tls = item.tls.version if item.tls is not None else "no TLS"
    return f"[{item.address}] {short(item.greeting or '', 100)}; {tls}"
