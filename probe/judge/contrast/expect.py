"""What was declared beside what was measured: one line for each expectation, met or not.

In: a measurement and the ``Declared`` of its target. Out: ``Held``. What could not be measured is unknown, never met.
"""

import re
from collections.abc import Iterator, Sequence

from probe.address import contains
from probe.grammar.pattern import compile_pattern
from probe.judge.facts.conversations import asked, greeted, hosts, of, paths
from probe.judge.facts.dane import promises, verify
from probe.judge.facts.inquired import answered_over_ipv6, lifetime, resolutions
from probe.judge.facts.normal import certificates
from probe.judge.facts.sts import inquiry, policy
from probe.judge.parity import comparisons
from probe.judge.standing import Standing, State, host_state, lookup_failed, published, standing
from probe.judge.wording import short, subject
from probe.model.expectation import Declared, Held
from probe.model.measurement import Measurement
from probe.model.report import Comparison
from probe.model.words import Family, Parity, Stage, Verdict

_MET, _MISSED, _UNSURE = Verdict.OK, Verdict.CRITICAL, Verdict.UNKNOWN
_TLS_ALONE = frozenset({Stage.STARTTLS})
_SENDING = re.compile(r"ip[46]:([0-9A-Fa-f.:]{2,45})")


def declared_for(measurement: Measurement, every: Sequence[Declared]) -> tuple[Declared, ...]:
    """Those that speak of this target."""
    return tuple(item for item in every if item.domain in {None, measurement.target.name})


def held(measurement: Measurement, every: Sequence[Declared]) -> tuple[Held, ...]:
    """All that was declared of the target, in the order of the way."""
    return tuple(line for declared in declared_for(measurement, every) for line in _held(measurement, declared))


def _held(measurement: Measurement, declared: Declared) -> Iterator[Held]:
    yield from _exchangers(measurement, declared)
    yield from _dns(measurement, declared)
    yield from _families(measurement, declared)
    yield from _parity(measurement, declared)
    yield from _greetings(measurement, declared)
    yield from _tls(measurement, declared)
    yield from _greylist(measurement, declared)
    yield from _delivery(measurement, declared)
    for key in declared.unmeasured:
        yield Held(key, _UNSURE, None, measurement.target.name, "as declared", "nothing here measures it")


def _exchangers(measurement: Measurement, declared: Declared) -> Iterator[Held]:
    if declared.mx is None:
        return
    name = measurement.target.name
    expected = _listed(host for host, _ in declared.mx)
    mx = measurement.resolved.mx
    if mx is None or mx.outcome.inconclusive:
        yield Held("mx", _UNSURE, None, name, expected, str(mx.outcome) if mx else "no MX look-up was made")
        return
    seen = {host.host for host in measurement.resolved.hosts}
    met = seen == {host for host, _ in declared.mx}
    yield Held("mx", _MET if met else _MISSED, None, name, expected, _listed(seen))


def _listed(names: Sequence[str] | Iterator[str] | set[str]) -> str:
    return short(", ".join(sorted(names)), 400) or "none"


def _families(measurement: Measurement, declared: Declared) -> Iterator[Held]:
    """A family that is declared has to work, one that is not has to be absent."""
    for host, families in declared.mx or ():
        if host not in hosts(measurement):
            continue
        for family in asked(measurement):
            addresses = published(measurement, host, family)
            state = host_state(measurement, host, family)
            if family in families:
                works = state in {State.WORKS, State.PENDING}
                verdict = _MET if works else _UNSURE if state is State.UNTESTED else _MISSED
                yield Held("family", verdict, family, host, "works", str(state))
            elif lookup_failed(measurement, host, family):
                yield Held("family", _UNSURE, family, host, "not published", "the look-up failed")
            else:
                actual = _listed(item.address for item in addresses) if addresses else "not published"
                yield Held("family", _MISSED if addresses else _MET, family, host, "not published", actual)


def _parity(measurement: Measurement, declared: Declared) -> Iterator[Held]:
    if declared.parity in {None, "off"} or len(asked(measurement)) < len(Family):
        return
    both = {host for host, families in declared.mx or () if len(families) == len(Family)}
    for item in comparisons(measurement):
        if declared.mx is not None and item.host not in both:
            continue
        expected = "equal" if declared.parity == "strict" else "equal in TLS"
        yield Held("parity", _equal(item, declared.parity or ""), None, item.host, expected, _parted(item))


def _equal(item: Comparison, word: str) -> Verdict:
    if item.parity is Parity.UNTESTABLE:
        return _UNSURE
    if word == "strict":
        return _MET if item.parity is Parity.EQUAL else _MISSED
    if item.parity not in {Parity.EQUAL, Parity.DIFFERS}:
        return _MISSED
    return _MISSED if any(it.stage in _TLS_ALONE and not it.note for it in item.differences) else _MET


def _parted(item: Comparison) -> str:
    return f"{item.parity} at {item.first_divergence}" if item.first_divergence is not None else str(item.parity)


def _greetings(measurement: Measurement, declared: Declared) -> Iterator[Held]:
    for talk in paths(measurement):
        step = talk.step(Stage.BANNER)
        if step is None or step.reply is None:
            continue
        if declared.banner_max_s is not None:
            seconds = max(step.elapsed - step.delay, 0.0)
            met = seconds <= declared.banner_max_s
            expected = f"within {declared.banner_max_s:g} s"
            yield Held(
                "banner time", _MET if met else _MISSED, talk.family, subject(talk), expected, f"{seconds:.3f} s"
            )
        if declared.banner is not None:
            met = compile_pattern(declared.banner).found_in(step.reply.text)
            expected = f"like {short(declared.banner, 100)}"
            actual = short(step.reply.text) or "empty"
            yield Held("banner", _MET if met else _MISSED, talk.family, subject(talk), expected, actual)
    if (declared.banner_max_s is not None or declared.banner is not None) and not greeted(measurement):
        yield Held("banner", _UNSURE, None, measurement.target.name, "a greeting", "none was seen")


def _tls(measurement: Measurement, declared: Declared) -> Iterator[Held]:
    talks = [talk for talk in paths(measurement) if talk.step(Stage.STARTTLS) is not None]
    name = measurement.target.name
    if declared.starttls == "required":
        if not talks:
            yield Held("tls.starttls", _UNSURE, None, name, "required", "nobody came so far")
        for talk in talks:
            step = talk.step(Stage.STARTTLS)
            actual = talk.tls.version if talk.tls is not None else str((step.failure if step else None) or "no TLS")
            met = talk.tls is not None
            yield Held("tls.starttls", _MET if met else _MISSED, talk.family, subject(talk), "required", actual)
    if declared.cert == "trusted":
        for talk in talks:
            if talk.tls is None:
                continue
            sure = talk.tls.trusted is not None
            met = bool(talk.tls.trusted) and talk.tls.name_matches is not False
            actual = "trusted" if met else talk.tls.reason or "another name" if sure else "not looked at"
            verdict = _MET if met else _MISSED if sure else _UNSURE
            yield Held("tls.cert", verdict, talk.family, subject(talk), "trusted", actual)
    if declared.cert == "same":
        yield from _same_certificate(measurement)
    yield from _policies(measurement, declared)


def _same_certificate(measurement: Measurement) -> Iterator[Held]:
    for host in hosts(measurement):
        six, four = (set(certificates(measurement, host, family)) for family in (Family.IPV6, Family.IPV4))
        if not of(measurement, host, Family.IPV6) or not of(measurement, host, Family.IPV4):
            continue
        shown = f"IPv6 {_listed(key[:16] for key in six)}; IPv4 {_listed(key[:16] for key in four)}"
        verdict = _UNSURE if not six or not four else _MET if six == four else _MISSED
        yield Held("tls.cert", verdict, None, host, "the same over both families", shown)


def _policies(measurement: Measurement, declared: Declared) -> Iterator[Held]:
    if declared.dane not in {None, "off"}:
        yield from _dane(measurement, required=declared.dane == "required")
    if declared.mta_sts in {None, "off"}:
        return
    name, found = measurement.target.name, inquiry(measurement)
    said = policy(measurement)
    if said is not None:
        verdict = _MET if said.mode == declared.mta_sts else _MISSED
        yield Held("tls.mta_sts", verdict, None, name, f"mode {declared.mta_sts}", f"mode {said.mode}")
        return
    unsure = found is None or found.unfinished or found.record.outcome.inconclusive
    actual = "not measured in this run" if unsure else "no policy that counts"
    yield Held("tls.mta_sts", _UNSURE if unsure else _MISSED, None, name, f"mode {declared.mta_sts}", actual)


def _dane(measurement: Measurement, *, required: bool) -> Iterator[Held]:
    """Each conversation beside what its host promises; a host without a promise is well where none is required."""
    expected = "required" if required else "kept where it is promised"
    asked_about = measurement.inquiries.dane if measurement.inquiries is not None else None
    if asked_about is None or asked_about.unfinished:
        yield Held("tls.dane", _UNSURE, None, measurement.target.name, expected, "not measured in this run")
        return
    for promise in promises(measurement):
        if not promise.binding:
            unsure = promise.lookup.outcome.inconclusive
            verdict = _UNSURE if unsure else _MISSED if required else _MET
            actual = str(promise.lookup.outcome) if unsure else "no promise that binds"
            yield Held("tls.dane", verdict, None, promise.host, expected, actual)
            continue
        for talk in of(measurement, promise.host):
            if talk.tls is None:
                continue
            match = verify(promise, talk.tls)
            verdict = _UNSURE if match.kept is None else _MET if match.kept else _MISSED
            yield Held("tls.dane", verdict, talk.family, subject(talk), expected, match.why or "matches")


def _greylist(measurement: Measurement, declared: Declared) -> Iterator[Held]:
    if declared.greylist != "forbidden":
        return
    pending = [talk for talk in paths(measurement) if standing(measurement, talk) is Standing.PENDING]
    for talk in pending:
        yield Held("greylist", _MISSED, talk.family, subject(talk), "forbidden", "put off")
    if not pending:
        came = any(talk.step(Stage.RCPT) is not None for talk in paths(measurement))
        actual = "nobody was put off" if came else "nobody came so far"
        yield Held("greylist", _MET if came else _UNSURE, None, measurement.target.name, "forbidden", actual)


def _delivery(measurement: Measurement, declared: Declared) -> Iterator[Held]:
    if declared.rcpt is None and declared.deadline_s is None and declared.junk is None:
        return
    rcpt, name = declared.rcpt or measurement.settings.recipient, measurement.target.name
    within = f" within {declared.deadline_s:g} s" if declared.deadline_s is not None else ""
    expected = f"arrives{within}"
    if not measurement.attempts or (measurement.settings.recipient or "").lower() != (rcpt or "").lower():
        sent = "another mailbox was written to" if measurement.attempts else "no message was sent"
        yield Held("deliver", _UNSURE, None, name, expected, sent)
        return
    if declared.sender is not None and measurement.settings.sender.lower() != declared.sender.lower():
        yield Held("deliver.from", _UNSURE, None, name, declared.sender, measurement.settings.sender or "<>")
    kinds = {proof.partition(":")[0] for proof in measurement.settings.proofs}
    for proof in declared.proof:
        if not any(kind in {proof, f"{proof}s"} for kind in kinds):
            yield Held("deliver.proof", _UNSURE, None, name, proof, _listed(kinds))
    for attempt in measurement.attempts:
        who = f"{attempt.mx} [{attempt.address}]"
        if attempt.arrival is None:
            proven = bool(attempt.watched) and attempt.accepted is not None
            actual = "not found" if attempt.watched else "no proof was watching"
            actual = "not accepted" if attempt.accepted is False else actual
            verdict = _MISSED if proven or attempt.accepted is False else _UNSURE
            yield Held("deliver", verdict, attempt.family, who, expected, actual)
            continue
        late = declared.deadline_s is not None and attempt.arrival.seconds > declared.deadline_s
        actual = f"arrived after {attempt.arrival.seconds:.1f} s"
        yield Held("deliver", _MISSED if late else _MET, attempt.family, who, expected, actual)
        if declared.junk == "fail":
            junk = attempt.arrival.junk
            actual = "junk" if junk else "inbox"
            yield Held("deliver.junk", _MISSED if junk else _MET, attempt.family, who, "not taken for spam", actual)


def _dns(measurement: Measurement, declared: Declared) -> Iterator[Held]:
    name = measurement.target.name
    for prefix in declared.forbid_prefix:
        seen = [what for what, address in _addresses(measurement) if _inside(prefix, address)]
        yield Held("dns.forbid_prefix", _MISSED if seen else _MET, None, f"{name} {prefix}", "nowhere", _listed(seen))
    if declared.max_ttl is not None:
        yield from _ttls(measurement, declared.max_ttl)
    if declared.require_ns_v6:
        yield from _name_servers(measurement)


def _addresses(measurement: Measurement) -> Iterator[tuple[str, str]]:
    """Every address that was seen of the target: published, in sending records, on the way of the messages."""
    for host in measurement.resolved.hosts:
        for item in host.addresses:
            yield f"{host.host} {item.address}", item.address
    for attempt in measurement.attempts:
        for hop in attempt.arrival.hops if attempt.arrival is not None else ():
            if hop.address is not None:
                yield f"Received from {hop.address}", hop.address
    for record in _texts(measurement):
        for address in _SENDING.findall(record[:4096]):
            yield f"SPF {address}", address


def _texts(measurement: Measurement) -> Iterator[str]:
    for item in resolutions(measurement.inquiries):
        if item.rrtype == "TXT":
            yield from item.records


def _inside(prefix: str, address: str) -> bool:
    try:
        return contains(prefix, address)
    except ValueError:
        return False


def _ttls(measurement: Measurement, most: int) -> Iterator[Held]:
    """What a resolver says is at most what the zone says: too much is certain, enough only from the zone itself."""
    resolved = measurement.resolved
    answers = [
        *([resolved.mx] if resolved.mx else []),
        *(item for host in resolved.hosts for item in (host.ipv6, host.ipv4)),
    ]
    seen = [(it, lifetime(measurement, it.name, it.rrtype)) for it in answers if it.records]
    long = [(item, found) for item, found in seen if found is not None and found.seconds > most]
    for item, found in long:
        yield Held(
            "dns.max_ttl", _MISSED, None, f"{item.name} {item.rrtype}", f"at most {most} s", f"{found.seconds} s"
        )
    if not long:
        known = [found for _, found in seen if found is not None]
        longest = max((found.seconds for found in known), default=None)
        source = all(found.source for found in known)
        where = "at its name servers" if source else "left at the resolver; its name servers were not heard"
        actual = f"{longest} s {where}" if longest is not None else "no TTL was seen"
        verdict = _MET if longest is not None else _UNSURE
        yield Held("dns.max_ttl", verdict, None, measurement.target.name, f"at most {most} s", actual)


def _name_servers(measurement: Measurement) -> Iterator[Held]:
    zones = answered_over_ipv6(measurement)
    for zone, answers in zones:
        verdict = _UNSURE if answers is None else _MET if answers else _MISSED
        actual = "could not be asked" if answers is None else "answers" if answers else "no answer"
        yield Held("dns.require_ns_v6", verdict, Family.IPV6, zone, "a name server answers over IPv6", actual)
    if not zones:
        name = measurement.target.name
        yield Held("dns.require_ns_v6", _UNSURE, None, name, "name servers over IPv6", "not measured in this run")
