"""``check_host()`` of RFC 7208 4, as a generator: it yields the look-ups it needs and is sent their answers.

In: the client's address, the domain, the sender, the EHLO name. Each step yields ``Question``s, all of which may be
asked at once, and takes a ``Resolution`` for each, in the same order. Out, as the generator's value: an ``Evaluation``.
Nothing is raised, whatever the records say; what a record can cost is bounded by 4.6.4: ten terms that ask, ten names
behind each mx and ptr, two look-ups without an answer (counted look-up by look-up, as the verifiers in use do it).
"""

from collections.abc import Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_network
from typing import TypeVar

from probe.address import reverse_name
from probe.grammar.spf.macros import UNKNOWN, Speaker, expand, names_client, target
from probe.grammar.spf.names import address, exchange, is_name, unmapped, within, written
from probe.grammar.spf.terms import VERSION, Mechanism, Record, TermError, check_macros, parse
from probe.grammar.text import printable
from probe.grammar.txt import joined
from probe.model.dns import Resolution
from probe.model.spf import Evaluation, SpfCause, SpfMatch, SpfResult
from probe.model.words import Outcome

MOST_TERMS, MOST_NAMES, MOST_VOIDS = 10, 10, 2
_LONGEST_EXPLANATION = 2000
_VOID = {Outcome.NO_DATA, Outcome.NXDOMAIN}
_ANSWERED = {Outcome.ANSWER, *_VOID}


@dataclass(frozen=True, slots=True)
class Question:
    """A look-up that is needed. ``name`` is written as in a zone file, without the final dot."""

    name: str
    rrtype: str


Wanted = TypeVar("Wanted")
Asking = Generator[tuple[Question, ...], tuple[Resolution, ...], Wanted]
Steps = Asking[Evaluation]


class _StopError(Exception):
    """The evaluation ends here, in temperror or permerror."""

    def __init__(self, result: SpfResult, cause: SpfCause, detail: str) -> None:
        super().__init__(detail)
        self.result, self.cause, self.detail = result, cause, detail


def evaluate(client: str, domain: str, sender: str = "", helo: str = "", *, now: int = 0) -> Steps:
    """What the record of ``domain`` says of ``client``. A sender without a local part is the postmaster (4.3)."""
    local, _, origin = sender.rpartition("@")
    speaker = Speaker(unmapped(client), local or "postmaster", origin or domain, helo or domain, now)
    host = _CheckHost(speaker)
    domain = domain.removesuffix(".")
    try:
        result = yield from host.check(domain)
    except _StopError as stop:
        return host.told(client, domain, stop.result, stop)
    if result is SpfResult.FAIL:
        with suppress(_StopError):  # whatever is wrong with the explanation leaves the result alone (6.2)
            host.explanation = yield from host.explain()
    return host.told(client, domain, result, None)


def replay(known: Mapping[tuple[str, str], Resolution], steps: Steps) -> Evaluation:
    """The evaluation with answers that are there already; a look-up nobody made has timed out."""
    answers: tuple[Resolution, ...] | None = None
    while True:
        try:
            questions = next(steps) if answers is None else steps.send(answers)
        except StopIteration as end:
            found: Evaluation = end.value
            return found
        answers = tuple(known.get((it.name.lower(), it.rrtype)) or _unmade(it) for it in questions)


def _unmade(question: Question) -> Resolution:
    return Resolution(question.name, question.rrtype, Outcome.TIMEOUT, detail="not asked")


@dataclass(slots=True)
class _CheckHost:
    """The state of one evaluation: the limits are shared by all records it comes to."""

    speaker: Speaker
    terms: int = 0
    voids: list[str] = field(default_factory=list)
    matched: list[SpfMatch] = field(default_factory=list)
    record: str | None = None
    explanation: str | None = None
    _explain: tuple[str, str] | None = None
    _validated: list[str] | None = None

    @property
    def rrtype(self) -> str:
        return "AAAA" if isinstance(self.speaker.client, IPv6Address) else "A"

    def told(self, client: str, domain: str, result: SpfResult, stop: _StopError | None) -> Evaluation:
        return Evaluation(
            client=client,
            domain=domain,
            result=result,
            record=None if self.record is None else printable(self.record),
            matched=tuple(self.matched) if stop is None else (),
            cause=stop.cause if stop else None,
            detail=stop.detail if stop else None,
            voids=tuple(self.voids),
            lookups=self.terms,
            explanation=self.explanation,
        )

    def check(self, domain: str, depth: int = 0) -> Asking[SpfResult]:
        """The record of ``domain``, term by term. ``depth`` 0 is the domain asked about, and what it redirects to."""
        text = yield from self._published(domain)
        if text is None:
            return SpfResult.NONE
        if self.record is None:
            self.record = text
        try:
            record = parse(text)
        except TermError as error:
            raise _StopError(SpfResult.PERMERROR, SpfCause.SYNTAX, f"{error} (in the record of {domain})") from None
        for mechanism in record.mechanisms:
            if (yield from self._matches(mechanism, domain, depth)):
                self.matched.insert(0, SpfMatch(domain, mechanism.text))
                if depth == 0 and record.explanation:
                    self._explain = record.explanation, domain
                return mechanism.result
        if record.redirect is None or any(item.name == "all" for item in record.mechanisms):
            return SpfResult.NEUTRAL
        return (yield from self._redirect(record, domain, depth))

    def _published(self, domain: str) -> Asking[str | None]:
        """The one SPF record of a name; None where there is none (4.3 to 4.5)."""
        if not is_name(domain):
            return None
        [answer] = yield (Question(written(domain), "TXT"),)
        self._must_be_known(answer)
        found = [text for text in map(joined, answer.records) if VERSION.match(text)]
        if len(found) > 1:
            raise _StopError(SpfResult.PERMERROR, SpfCause.SEVERAL, f"{domain} has {len(found)} SPF records")
        return found[0] if found else None

    def _redirect(self, record: Record, domain: str, depth: int) -> Asking[SpfResult]:
        name = yield from self._target(record.redirect or "", domain)
        self._spend(f"redirect={record.redirect}")
        result = yield from self.check(name, depth)
        if result is SpfResult.NONE:
            raise _StopError(SpfResult.PERMERROR, SpfCause.ABSENT, f"redirect={name}: no SPF record there")
        self.matched.insert(0, SpfMatch(domain, f"redirect={record.redirect}"))
        return result

    def _matches(self, mechanism: Mechanism, domain: str, depth: int) -> Asking[bool]:
        match mechanism.name:
            case "all":
                return True
            case "ip4" | "ip6":
                network = mechanism.network
                return (
                    network is not None
                    and network.version == self.speaker.client.version
                    and self.speaker.client in network
                )
        self._spend(mechanism.text)
        name = (yield from self._target(mechanism.target, domain)) if mechanism.target else domain
        match mechanism.name:
            case "include":
                return (yield from self._included(name, mechanism.text, depth))
            case "ptr":
                return any(within(it, name) for it in (yield from self._names(mechanism.text)))
        if not is_name(name, labels=1):
            return False
        match mechanism.name:
            case "exists":
                answer = yield from self._ask(name, "A", mechanism.text)
                return bool(answer.records)
            case "a":
                answer = yield from self._ask(name, self.rrtype, mechanism.text)
                return self._among(answer, mechanism)
        return (yield from self._exchanger(name, mechanism))

    def _included(self, name: str, term: str, depth: int) -> Asking[bool]:
        """RFC 7208 5.2: only a pass matches, and a name without a record is the includer's mistake."""
        kept = list(self.matched)
        result = yield from self.check(name, depth + 1)
        if result is SpfResult.NONE:
            raise _StopError(SpfResult.PERMERROR, SpfCause.ABSENT, f"{term}: {name} has no SPF record")
        if result is not SpfResult.PASS:
            self.matched = kept
        return result is SpfResult.PASS

    def _exchanger(self, name: str, mechanism: Mechanism) -> Asking[bool]:
        answer = yield from self._ask(name, "MX", mechanism.text)
        ranked = sorted(filter(None, map(exchange, answer.records)))
        if len(ranked) > MOST_NAMES:
            detail = f"{mechanism.text}: {name} has {len(ranked)} mail hosts, and {MOST_NAMES} is the limit"
            raise _StopError(SpfResult.PERMERROR, SpfCause.MX_NAMES, detail)
        if not ranked:
            return False
        answers = yield tuple(Question(host, self.rrtype) for _, host in ranked)
        for found in answers:
            self._must_be_known(found)
            self._count_void(found, mechanism.text)
            if self._among(found, mechanism):
                return True
        return False

    def _names(self, term: str) -> Asking[list[str]]:
        """The client's names that lead back to it (5.5); whatever fails on the way is a name less."""
        if self._validated is None:
            [found] = yield (Question(reverse_name(str(self.speaker.client)), "PTR"),)
            if found.outcome in _ANSWERED:
                self._count_void(found, term)
            names = [name for name in (it.removesuffix(".") for it in found.records[:MOST_NAMES]) if is_name(name, 1)]
            answers = (yield tuple(Question(name, self.rrtype) for name in names)) if names else ()
            self._validated = [
                name
                for name, answer in zip(names, answers, strict=True)
                if self.speaker.client in map(address, answer.records)
            ]
        return self._validated

    def _target(self, spec: str, domain: str) -> Asking[str]:
        name = yield from self._client_name(spec, domain)
        return target(spec, self.speaker, domain, name)

    def _client_name(self, text: str, domain: str) -> Asking[str]:
        """What ``%{p}`` stands for in ``text``: the domain itself, else a name below it, else any (7.3)."""
        if not names_client(text):
            return UNKNOWN
        names = yield from self._names("%{p}")
        best = sorted(names, key=lambda name: (name.lower() != domain.lower(), not within(name, domain)))
        return best[0] if best else UNKNOWN

    def _ask(self, name: str, rrtype: str, term: str) -> Asking[Resolution]:
        [answer] = yield (Question(written(name), rrtype),)
        self._must_be_known(answer)
        self._count_void(answer, term)
        return answer

    def _spend(self, term: str) -> None:
        self.terms += 1
        if self.terms > MOST_TERMS:
            detail = f"{term} is the {self.terms}th term that needs a look-up, and {MOST_TERMS} is the limit"
            raise _StopError(SpfResult.PERMERROR, SpfCause.LOOKUPS, detail)

    def _must_be_known(self, answer: Resolution) -> None:
        if answer.outcome not in _ANSWERED:
            detail = f"{answer.name} {answer.rrtype}: {answer.outcome}"
            raise _StopError(SpfResult.TEMPERROR, SpfCause.DNS, detail)

    def _count_void(self, answer: Resolution, term: str) -> None:
        if answer.outcome not in _VOID:
            return
        self.voids.append(f"{term}: {answer.name} has no {answer.rrtype} record")
        if len(self.voids) > MOST_VOIDS:
            detail = f"{len(self.voids)} look-ups had no answer, and {MOST_VOIDS} is the limit"
            raise _StopError(SpfResult.PERMERROR, SpfCause.VOID, detail)

    def _among(self, answer: Resolution, mechanism: Mechanism) -> bool:
        """True when the client is in the network of one of these addresses."""
        length = mechanism.length6 if self.rrtype == "AAAA" else mechanism.length4
        addresses = (address(record) for record in answer.records)
        return any(
            it is not None
            and it.version == self.speaker.client.version
            and self.speaker.client in ip_network((int(it), length), strict=False)
            for it in addresses
        )

    def explain(self) -> Asking[str | None]:
        """What a refused sender is to be told; None wherever anything is wrong with it (6.2)."""
        if self._explain is None:
            return None
        spec, domain = self._explain
        name = yield from self._target(spec, domain)
        if not is_name(name):
            return None
        [answer] = yield (Question(written(name), "TXT"),)
        if len(answer.records) != 1:
            return None
        text = joined(answer.records[0])
        if not text.isascii() or not text.isprintable() or len(text) > _LONGEST_EXPLANATION:
            return None
        try:
            for word in text.split(" "):
                check_macros(word, word, explained=True)
        except TermError:
            return None
        client = yield from self._client_name(text, domain)
        return expand(text, self.speaker, domain, client)
