"""MTA-STS: the policy by which a domain makes senders check TLS.

WHY
    With a policy in force, senders that know MTA-STS deliver only to the hosts it lists, and only with a certificate
    that names them. They fetch it from a web server, which has families of its own: a sender that reaches it over IPv6
    must find there what others find over IPv4, else it works by an old policy or by none.

FINDS
mtasts-policy: the DNS announces a policy that cannot be fetched or is not valid, or that does not list an MX host. A
    warning; critical where senders have to leave a host out (mode: enforce).
mtasts-host: the policy host serves the policy over one family alone, or another one over each.
mtasts-present: a note: the policy that was found.

FIX
    Serve this over both families at https://mta-sts.example.com/.well-known/mta-sts.txt, as text/plain:
        version: STSv1
        mode: testing
        mx: mx1.example.com
        max_age: 604800
    and publish a new id with every change:
        _mta-sts.example.com. IN TXT "v=STSv1; id=20260101T000000"

SEE
    RFC 8461 3.1 (the record), 3.2 (the policy), 3.3 (fetching it), 4.1 (matching hosts), 5 (the modes).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from probe.grammar.mtasts import Mode, Policy
from probe.grammar.text import clip, escape
from probe.grammar.txt import octets
from probe.judge.facts.conversations import any_past, greeted, hosts, is_address
from probe.judge.facts.sts import Served, announced, inquiry, policy, served
from probe.judge.wording import argument, short
from probe.model.dns import Resolution
from probe.model.measurement import Measurement
from probe.model.policies import MtaSts
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Failure, Family, Outcome, Stage, Verdict

_SEE = "RFC 8461 3 and 4"
_MOST = 8
_LONGEST = 600  # characters of what is said of a policy
_OURS = frozenset({Failure.NO_ROUTE, Failure.DEADLINE, Failure.NOT_TRIED})
_ON_THE_WAY = frozenset({Failure.TIMEOUT, Failure.UNREACHABLE, Failure.PROHIBITED})


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """The announcement, then each family's answer, then the policy beside the MX hosts."""
    found, told = inquiry(measurement), announced(measurement)
    if found is None or told is None:
        return
    record = tuple(
        f"{found.record.name} TXT {clip(escape(octets(text)), 160)}" for text in found.record.records[:_MOST]
    )
    if told.id is None:
        what = f"announces an MTA-STS policy in a way that senders cannot read: {'; '.join(told.faults)}"
        yield _policy(measurement, Verdict.WARNING, what, record, _record_fix(measurement))
        return
    answers = [item for item in served(measurement) if item.fetch.failure not in _OURS]
    valid = [item for item in answers if item.valid]
    if not valid:
        yield from _none(measurement, found, answers, record)
        return
    yield from _families(measurement, found, answers)
    followed = policy(measurement)
    yield from _content(measurement, next(item for item in valid if item.policy == followed))
    yield from _left_out(measurement, valid)


def _none(
    measurement: Measurement, found: MtaSts, answers: Sequence[Served], record: tuple[str, ...]
) -> Iterator[Finding]:
    """No family gave a policy that counts. Where nothing answered at all, it may be that we are kept from asking."""
    lookups = [item for item in (found.ipv6, found.ipv4) if item is not None]
    if not answers and (found.unfinished or any(item.records or item.outcome.inconclusive for item in lookups)):
        return
    if not answers:
        what = f"announces an MTA-STS policy, but {found.host} has no address"
    elif all(item.policy is None for item in answers):
        what = f"announces an MTA-STS policy, but none can be fetched: {_why(answers[0])}"
    else:
        what = f"announces an MTA-STS policy that is not valid: {_why(next(it for it in answers if it.policy))}"
    unheard = bool(answers) and all(item.fetch.failure in _ON_THE_WAY for item in answers)
    evidence = (*record, *map(_line, answers), *(f"{it.name} {it.rrtype}: {it.outcome}" for it in lookups))
    verdict = Verdict.UNKNOWN if unheard else Verdict.WARNING
    yield _policy(measurement, verdict, what, evidence, _serve_fix(measurement))


def _families(measurement: Measurement, found: MtaSts, answers: Sequence[Served]) -> Iterator[Finding]:
    """One family beside the other. What fails over one alone is its own, unless we cannot tell."""
    works = {family: [it for it in answers if it.fetch.family is family and it.valid] for family in Family}
    for family, lookup in ((Family.IPV6, found.ipv6), (Family.IPV4, found.ipv4)):
        failed = [it for it in answers if it.fetch.family is family and not it.valid]
        if lookup is not None and lookup.outcome in {Outcome.SERVFAIL, Outcome.BOGUS}:
            yield _host(found, family, _broken_lookup(found, lookup), (), Verdict.WARNING)
        elif failed and works[family.other]:
            ours = all(it.fetch.failure in _ON_THE_WAY for it in failed) and not _proven(measurement, family)
            what = f"{found.host} does not give the MTA-STS policy over {family.label}: {_why(failed[0])}"
            verdict = Verdict.OK if ours or works[family] else Verdict.WARNING
            yield _host(found, family, what, answers, verdict)
    six, four = ({_essence(it.policy) for it in works[family] if it.policy} for family in Family)
    if six and four and six != four:
        what = f"{found.host} serves one MTA-STS policy over IPv6 and another over IPv4"
        yield _host(found, Family.IPV6, what, answers, Verdict.WARNING)


def _content(measurement: Measurement, item: Served) -> Iterator[Finding]:
    """What the policy says, beside the hosts that the MX records name."""
    said = item.policy
    if said is None or said.mode is None:
        return
    domain = measurement.target.name
    lines = (_line(item),)
    yield Finding(
        "mtasts-present",
        Verdict.OK,
        None,
        domain,
        f"{domain} has an MTA-STS policy (mode: {said.mode}, max_age: {said.max_age} s).",
        lines,
        None,
        _SEE,
    )
    if said.mode is Mode.NONE:
        return
    if item.fetch.media_type != "text/plain":
        kind = item.fetch.media_type or "no media type"
        what = f"serves its MTA-STS policy as {short(kind, 60)}; some senders take it as text/plain only"
        yield _policy(
            measurement,
            Verdict.WARNING,
            what,
            lines,
            "Serve the file as text/plain (nginx):\n  default_type text/plain;",
        )


def _left_out(measurement: Measurement, valid: Sequence[Served]) -> Iterator[Finding]:
    """MX hosts that the policy does not list; of one family alone where the other is given a policy that does."""
    named = [host for host in hosts(measurement) if not is_address(host)]
    without = {
        place: [host for host in named if not item.policy.lists(host)]
        for place, item in enumerate(valid)
        if item.policy is not None and item.policy.mode in {Mode.ENFORCE, Mode.TESTING}
    }
    short_of = [valid[place] for place, left_out in without.items() if left_out]
    if not short_of:
        return
    left_out = [host for host in named if any(host in some for some in without.values())]
    enforced = any(item.policy is not None and item.policy.mode is Mode.ENFORCE for item in short_of)
    stop = "senders that heed it do not deliver there" if enforced else "senders would not deliver there in earnest"
    families = {item.fetch.family for item in short_of}
    well = {item.fetch.family for item in valid if item not in short_of}
    family = families.pop() if len(families) == 1 and well - families else None
    over = "" if family is None else f", as it is given over {family.label},"
    what = f"has an MTA-STS policy that{over} does not list {', '.join(left_out[:_MOST])}; {stop}"
    fix = "Add to the policy, and give the record a new id:\n" + "\n".join(
        f"  mx: {argument(host, 'HOST')}" for host in left_out[:_MOST]
    )
    found = _policy(
        measurement, Verdict.CRITICAL if enforced else Verdict.WARNING, what, tuple(map(_line, short_of)), fix
    )
    yield replace(found, family=family)


def _why(item: Served) -> str:
    """What is wrong with an answer, in words."""
    fetch = item.fetch
    if item.policy is not None:
        return short("; ".join(item.policy.faults))
    match fetch.failure:
        case Failure.TLS_CERTIFICATE:
            return f"its certificate does not hold ({short(fetch.detail or 'no reason given')})"
        case None if fetch.location is not None:
            return f"it redirects to {short(fetch.location, 80)}, and senders do not follow"
        case None:
            return f"it answers {fetch.status}"
        case Failure.NOT_GLOBAL:
            return f"[{fetch.address}] is not an address of the Internet"
        case _:
            return f"{fetch.failure} ({short(fetch.detail or 'no reason given')})"


def _line(item: Served) -> str:
    fetch = item.fetch
    came = f"{fetch.status} {fetch.media_type or ''}".strip() if fetch.status else str(fetch.failure)
    more = "" if item.valid else f": {_why(item)}"
    said = f", {_summary(item.policy)}" if item.valid and item.policy else ""
    return f"{fetch.family.label} [{fetch.address}]: {came}{said}{more} after {fetch.elapsed:.3f} s"


def _summary(said: Policy) -> str:
    return short(f"mode {said.mode}, max_age {said.max_age}, mx {' '.join(said.mx) or 'none'}")


def _essence(said: Policy) -> tuple[Mode | None, int | None, frozenset[str]]:
    return said.mode, said.max_age, frozenset(said.mx)


def _proven(measurement: Measurement, family: Family) -> bool:
    """True when this machine reached somebody over ``family`` in this run."""
    return any(session.family is family and any_past([session], Stage.CONNECT) for session in greeted(measurement))


def _broken_lookup(found: MtaSts, lookup: Resolution) -> str:
    return f"the {lookup.rrtype} look-up of {found.host} fails ({lookup.outcome}), so some senders do not find it"


def _policy(measurement: Measurement, verdict: Verdict, what: str, evidence: tuple[str, ...], fix: str) -> Finding:
    domain = measurement.target.name
    return Finding("mtasts-policy", verdict, None, domain, f"{domain} {short(what, _LONGEST)}.", evidence, fix, _SEE)


def _host(found: MtaSts, family: Family, what: str, answers: Sequence[Served], verdict: Verdict) -> Finding:
    lookups = [it for it in (found.ipv6, found.ipv4) if it is not None]
    evidence = tuple(map(_line, answers)) or tuple(f"{it.name} {it.rrtype}: {it.outcome}" for it in lookups)
    fix = (
        "Let the web server listen on every address that is published, with the same file and certificate behind it:\n"
        f"  curl -6 -v https://{argument(found.host, 'HOST')}/.well-known/mta-sts.txt\n"
        f"  curl -4 -v https://{argument(found.host, 'HOST')}/.well-known/mta-sts.txt"
    )
    return Finding("mtasts-host", verdict, family, found.host, f"{what}.", evidence, fix, "RFC 8461 3.3")


def _record_fix(measurement: Measurement) -> str:
    name = argument(measurement.target.name, "DOMAIN")
    return f'Publish one record:\n  _mta-sts.{name}. IN TXT "v=STSv1; id=20260101T000000"'


def _serve_fix(measurement: Measurement) -> str:
    name = argument(measurement.target.name, "DOMAIN")
    listed = [argument(host, "HOST") for host in hosts(measurement) if not is_address(host)] or ["HOST"]
    lines = "\n".join(f"  mx: {host}" for host in listed[:_MOST])
    return (
        f"Serve this at https://mta-sts.{name}/.well-known/mta-sts.txt, as text/plain and without a redirect:\n"
        f"  version: STSv1\n  mode: testing\n{lines}\n  max_age: 604800"
    )
