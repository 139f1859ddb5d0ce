"""The name in the greeting: does it mean a host?

WHY
    A server greets with the name it goes by, and most give the same one in EHLO when they send. A name that means no
    host there (localhost, an address, a name of an inner network, one that does not exist) makes its mail look forged,
    and is often left over from the installation.

FINDS
banner-name-dns: the server greets as localhost, as an address or by a name of an inner network; or by one that does not
    exist, from an address whose reverse name does not lead back either. A note: for receiving it does not matter.

FIX
    Greet with the name that the address has (Postfix):
        postconf -e 'myhostname = mx1.example.com'
        postfix reload
    Exim: primary_hostname; OpenSMTPD: /etc/mail/mailname; Sendmail: confDOMAIN_NAME

SEE
    RFC 5321 2.3.5 and 4.3.1, RFC 6761, RFC 8375.
"""

from collections.abc import Iterator

from probe.judge.facts.conversations import host_named, is_address, paths
from probe.judge.facts.normal import greeting_name
from probe.judge.facts.outbox import asked, forward
from probe.judge.wording import Case, argument, fold, quote, short
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Reply, Session
from probe.model.words import Family, Outcome, Verdict

_INNER = ("localhost", "localdomain", "local", "lan", "internal", "intranet", "home.arpa", "invalid")


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Every greeting."""
    cases = []
    for session in paths(measurement):
        banner = session.banner
        name = greeting_name(banner) if banner is not None and banner.code == 220 else None
        why = _no_host(measurement, session, name) if name is not None else None
        if banner is not None and name is not None and why is not None:
            cases.append(_case(session, banner, name, why))
    yield from fold(measurement, "banner-name-dns", "RFC 5321 2.3.5, 4.3.1", cases)


def _case(session: Session, banner: Reply, name: str, why: str) -> Case:
    return Case(
        session,
        Verdict.OK,
        why,
        lambda who, over: f"{who} greets as {short(name, 80)} {over}, {why}.",
        (quote(banner),),
        f"Postfix:\n  postconf -e 'myhostname = {argument(session.mx, 'HOST')}'\n  postfix reload",
    )


def _no_host(measurement: Measurement, session: Session, name: str) -> str | None:
    """Why the name means no host; None where it may, or where nobody can tell."""
    if is_address(name.strip("[]").removeprefix("ipv6:")):
        return "which is an address and no name"
    if any(name == word or name.endswith(f".{word}") for word in _INNER):
        return "a name that means nothing outside its own network"
    given = asked(measurement)
    if given is None or _confirmed(measurement, session):
        return None  # a machine of a big provider often greets by a name nobody can look up
    answers = [forward(given, name, family) for family in Family]
    if all(answer is not None and answer.outcome is Outcome.NXDOMAIN for answer in answers):
        return "a name that does not exist"
    return None


def _confirmed(measurement: Measurement, session: Session) -> bool:
    """True unless the reverse name of the address is known to lead nowhere."""
    host = host_named(measurement, session.mx)
    mine = [item for item in host.addresses if item.address == session.address] if host is not None else []
    return not mine or mine[0].fcrdns is not False
