"""Rules for clients that treat one family otherwise.

WHY
    Greylists, lists of bad addresses and checks of the sender are set up for each family by itself, and IPv6 is often
    the one that somebody made stricter, or forgot. The same machine, with a name that is in order over both, is then
    welcome over one family and a stranger over the other.

FINDS
parity-policy: over one family the server holds against the client what it does not mind over the other, where the
    client shows itself alike over both. A note: what comes of it is told by the code of the stage (rcpt-greylisted,
    rcpt-rejected and others), and a server may know one of our addresses from elsewhere.

FIX
    Let the same rules look at both families (Postfix):
        postconf -n | grep -E 'client_restrictions|recipient_restrictions|postscreen|policy_service'
    A greylist should take a /64 for one client: postgrey --ipv6cidr=64

SEE
    RFC 6647 (greylisting), RFC 7372, RFC 5782 (lists).
"""

from collections.abc import Iterator

from probe.judge.facts.attribution import Blame, Deferral, blame, deferral, refuses_ipv6
from probe.judge.facts.conversations import any_past, ending, hosts, of, replaced
from probe.judge.facts.normal import screened
from probe.judge.facts.remembered import tuple_of
from probe.judge.wording import quote, short, told
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.smtp import Observation, Session
from probe.model.words import Failure, Family, Stage, Verdict

_RULES = "Let the same rules look at both families (Postfix):\n  postconf -n | grep -E 'restrictions|policy_service'"


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Each host, one family beside the other."""
    if measurement.settings.via is not None or not _alike(measurement):
        return
    for host in hosts(measurement):
        for family in Family:
            mine, others = of(measurement, host, family), of(measurement, host, family.other)
            if not others or any(replaced(measurement, one) or _known(measurement, one) for one in others):
                continue  # it let us in, or put us off, for what it remembers
            found = [(end, what) for one in mine if (end := ending(one)) and (what := _rule(measurement, one, end))]
            if mine and len(found) == len(mine) and any_past(others, found[0][0].stage):
                yield _finding(host, family, found)


def _alike(measurement: Measurement) -> bool:
    """True when this machine is as well named over the one family as over the other."""
    six, four = (measurement.vantage_of(family) for family in (Family.IPV6, Family.IPV4))
    return six.fcrdns is not None and six.fcrdns is four.fcrdns and not (six.temporary or four.nat)


def _known(measurement: Measurement, session: Session) -> bool:
    return tuple_of(measurement, session) is not None


def _rule(measurement: Measurement, session: Session, end: Observation) -> str | None:
    """The kind of rule that stopped us; None where it was none, or one that would stop anybody once."""
    if end.reply is None or screened(session) or end.stage.rank < Stage.BANNER.rank:
        return None
    if refuses_ipv6(end.reply):
        return "takes no mail"
    match blame(end.reply):
        case Blame.LISTED:
            return "finds our address on a list"
        case Blame.AUTHENTICATION:
            return "wants the sender authenticated"
        case Blame.REVERSE:
            return "objects to our reverse name"
    if end.failure is Failure.DEFERRED and deferral(measurement, session, end) is Deferral.GREYLISTED:
        return "greylists us"
    return None


def _finding(host: str, family: Family, found: list[tuple[Observation, str]]) -> Finding:
    end, what = found[0]
    said = f"; it said: {quote(end.reply)}" if end.reply is not None else ""
    return Finding(
        "parity-policy",
        Verdict.OK,
        family,
        host,
        f"Over {family.label} {host} {what}, and over {family.other.label} it lets the same machine in{short(said)}.",
        tuple(told(item) for item, _ in found)[:6],
        _RULES,
        "RFC 6647, RFC 7372",
    )
