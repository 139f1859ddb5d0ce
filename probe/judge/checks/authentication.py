"""What the receiver thinks of us over each family: SPF, DKIM, DMARC and the reverse name.

WHY
    Receivers judge a sender by its address, and are stricter over IPv6. An SPF record that names only IPv4 addresses,
    or an IPv6 address without a reverse name, sends mail to the junk folder over one family alone. A receiver that sees
    a proxy in our place gets the same results, and refuses everybody's mail for it.

FINDS
rt-auth-results: what Authentication-Results and Received-SPF of the receiving host say. A note; a warning when a method
    passes over one family and not over the other.

FIX
    Authorise the IPv6 address in the sender's SPF record, and give it a reverse name:
        example.net. TXT "v=spf1 ip4:192.0.2.9 ip6:2001:db8::9 -all"

SEE
    RFC 8601, RFC 7208 9.1.
"""

from collections.abc import Iterator

from probe.judge.facts.echo import Seen, seen_as
from probe.judge.facts.receiving_hop import receiving_hop, session_of
from probe.judge.facts.verified import results
from probe.judge.wording import address_subject, short
from probe.model.delivery import Attempt
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Family, Verdict

CODE = "rt-auth-results"
_SEE = "RFC 8601"


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """The results of both families, side by side."""
    found = {
        attempt.family: (attempt, said)
        for attempt in reversed(measurement.attempts)
        if (said := results(measurement, attempt))
    }
    for family, (attempt, said) in found.items():
        other = found.get(family.other)
        worse = [method for method in said if other and said[method] != "pass" and other[1].get(method) == "pass"]
        yield _finding(measurement, attempt, said, other[1] if other else {}, worse)


def _finding(
    measurement: Measurement, attempt: Attempt, said: dict[str, str], other: dict[str, str], worse: list[str]
) -> Finding:
    family, who = attempt.family, address_subject(attempt.mx, attempt.address)
    shown = _shown(said)
    if not worse:
        sentence = f"{who} judged the message over {family.label}: {shown}."
        return Finding(CODE, Verdict.OK, family, who, sentence, (f"token {attempt.token}",), None, _SEE)
    return Finding(
        CODE,
        Verdict.WARNING,
        family,
        who,
        f"{who} found {_shown({method: said[method] for method in worse})} over {family.label}, "
        f"where it found {_shown({method: other[method] for method in worse})} over {family.other.label}.",
        (f"{family.label}: {shown}", f"{family.other.label}: {_shown(other)}"),
        _fix(measurement, attempt, family, worse),
        _SEE,
    )


def _shown(said: dict[str, str]) -> str:
    return short(", ".join(f"{method}={result}" for method, result in said.items()), 200)


def _fix(measurement: Measurement, attempt: Attempt, family: Family, worse: list[str]) -> str:
    session = session_of(measurement, attempt)
    hop, _ = receiving_hop(measurement, attempt)
    seen = seen_as(measurement, session, hop.address) if session is not None and hop is not None else Seen.NOT_COMPARED
    if seen not in {Seen.SAME, Seen.NOT_COMPARED}:
        return "The host does not see our address. Mend that first: a proxy or address translation hides its clients."
    source = (session.source if session is not None else None) or "OUR-ADDRESS"
    sender = measurement.settings.sender.rpartition("@")[2] or (session.helo if session is not None else None)
    number = "ip6" if family is Family.IPV6 else "ip4"
    lines = []
    if "iprev" in worse:
        lines.append(f"Give {source} a reverse name that leads back to it.")
    if set(worse) - {"iprev"}:
        lines.append(
            f'Add it to the SPF record of {short(sender or "the sender", 120)}: "v=spf1 {number}:{source} ..."'
        )
    return "\n".join(lines)
