"""A machine that has a certificate for each name it is asked by.

WHY
    Who connects may say which name it wants to see (SNI). Senders that check certificates do, most others do not, and
    get whichever certificate is the server's first. A mail host that decides by that name shows different senders
    different certificates, and a renewal that forgets one of them is found by some senders only.

FINDS
tls-sni-dependent: the same address shows one certificate to who asks by one name and another to who asks by another.
    A note. It is known only where an address had to be asked by a further name: one that TLSA records or an MTA-STS
    policy may promise a certificate for. Nobody is called for it alone. Quiet where the certificate changes with the
    same name too: that is a pool.

FIX
    Have one certificate with all MX names in it, or renew all of them together (Postfix: tls_server_sni_maps):
        certbot certonly -d mx1.example.com -d mx2.example.com

SEE
    RFC 6066 3, RFC 7672 8.1, postconf(5) tls_server_sni_maps.
"""

from collections.abc import Iterator

from probe.judge.facts.conversations import index, paths
from probe.judge.wording import Case, argument, fold, short
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Session
from probe.model.words import Verdict


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Each address that was asked by several names."""
    found = [case for session in paths(measurement) if (case := _case(measurement, session)) is not None]
    yield from fold(measurement, "tls-sni-dependent", "RFC 6066 3, RFC 7672 8.1", found)


def _case(measurement: Measurement, session: Session) -> Case | None:
    shown: dict[str, set[str]] = {}
    for one in index(measurement).by_address.get(session.address, ()):
        if one.tls is not None and one.tls.sha256 is not None:
            shown.setdefault(one.mx, set()).add(one.tls.sha256)
    changing = any(len(keys) > 1 for keys in shown.values())
    if session.mx not in shown or changing or len({key for keys in shown.values() for key in keys}) < 2:
        return None
    names = " -d ".join(argument(name, "HOST") for name in shown)
    return Case(
        session,
        Verdict.OK,
        f"by name {sorted(shown.items(), key=str)}",
        lambda who, over: (
            f"{who} shows a certificate {over} that depends on the name it is asked by (SNI); "
            f"it was asked by {' and by '.join(shown)}."
        ),
        tuple(f"asked by {name}: SHA-256 {short(key, 64)}" for name, keys in shown.items() for key in keys),
        f"One certificate with all names is renewed in one go:\n  certbot certonly -d {names}",
    )
