"""The evaluation against the public test suite, its limits, and whatever else anybody may publish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.spf.evaluation import Question, Steps, evaluate, replay
from probe.model.dns import Resolution
from probe.model.spf import Evaluation, SpfCause, SpfResult
from probe.model.words import Outcome
from tests.grammar.spf.suite import Case, cases, look_up

SUITE = cases()


def run(zone: dict[str, list[object]], steps: Steps) -> Evaluation:
    answers: tuple[Resolution, ...] | None = None
    while True:
        try:
            questions: tuple[Question, ...] = next(steps) if answers is None else steps.send(answers)
        except StopIteration as end:
            found: Evaluation = end.value
            return found
        answers = tuple(look_up(zone, question) for question in questions)


def test_the_whole_suite_is_here() -> None:
    assert len(SUITE) == 203


@pytest.mark.parametrize("case", SUITE, ids=[case.name for case in SUITE])
def test_the_public_suite(case: Case) -> None:
    domain = case.sender.rpartition("@")[2] or case.helo
    found = run(case.zone, evaluate(case.client, domain, case.sender, case.helo))
    assert found.result in case.results, found
    if case.explanation is not None:
        assert (found.explanation or "DEFAULT") == case.explanation


ZONE: dict[str, list[object]] = {
    "example.com": [("TXT", "v=spf1 include:spf.example.net a:gone.example.com mx -all exp=why.example.com")],
    "spf.example.net": [("TXT", ["v=spf1 ip6:2001:db8:5::/48", " ?all"])],
    "mail.example.com": [("A", "192.0.2.25"), ("AAAA", "2001:db8::25")],
    "why.example.com": [("TXT", "%{i} may not, says %{d}")],
}
ZONE["example.com"].append(("MX", [10, "mail.example.com"]))


def asked(client: str, record: str | None = None, **more: list[object]) -> Evaluation:
    zone = (
        dict(ZONE) if record is None else {**ZONE, "example.com": [("TXT", record), ("MX", [10, "mail.example.com"])]}
    )
    return run({**zone, **more}, evaluate(client, "example.com"))


def test_the_way_to_the_term_that_matched() -> None:
    found = asked("2001:db8:5::9")
    assert found.result is SpfResult.PASS
    assert [(it.domain, it.term) for it in found.matched] == [
        ("example.com", "include:spf.example.net"),
        ("spf.example.net", "ip6:2001:db8:5::/48"),
    ]
    assert (found.lookups, found.voids) == (1, ())


def test_what_an_included_record_did_not_match_is_forgotten() -> None:
    found = asked("2001:db8::25")
    assert [(it.domain, it.term) for it in found.matched] == [("example.com", "mx")]
    assert found.voids == ("a:gone.example.com: gone.example.com has no AAAA record",)


def test_the_explanation_comes_with_a_fail() -> None:
    found = asked("192.0.2.99")
    assert (found.result, found.explanation) == (SpfResult.FAIL, "192.0.2.99 may not, says example.com")


def test_nothing_matched() -> None:
    found = asked("192.0.2.99", "v=spf1 mx")
    assert (found.result, found.matched, found.record) == (SpfResult.NEUTRAL, (), "v=spf1 mx")


def test_a_mapped_client_is_an_ipv4_client() -> None:
    assert asked("::ffff:192.0.2.25").result is SpfResult.PASS


def test_hosts_without_ipv6_are_void_for_an_ipv6_client_alone() -> None:
    record = "v=spf1 a:a.example.net a:b.example.net a:c.example.net ip6:2001:db8::25 ip4:192.0.2.25 -all"
    hosts: dict[str, list[object]] = {f"{name}.example.net": [("A", "192.0.2.77")] for name in "abc"}
    six, four = asked("2001:db8::25", record, **hosts), asked("192.0.2.25", record, **hosts)
    assert (six.result, six.cause, len(six.voids)) == (SpfResult.PERMERROR, SpfCause.VOID, 3)
    assert (four.result, four.voids) == (SpfResult.PASS, ())


@pytest.mark.parametrize(
    ("record", "cause"),
    [
        ("v=spf1 ip4:2001:db8::1 -all", SpfCause.SYNTAX),
        ("v=spf1 include:nowhere.example.net -all", SpfCause.ABSENT),
        ("v=spf1 redirect=nowhere.example.net", SpfCause.ABSENT),
        ("v=spf1" + " a:mail.example.com" * 11 + " -all", SpfCause.LOOKUPS),
        ("v=spf1 include:example.com", SpfCause.LOOKUPS),
    ],
)
def test_why_a_record_cannot_be_evaluated(record: str, cause: SpfCause) -> None:
    found = asked("2001:db8::99", record)
    assert (found.result, found.cause) == (SpfResult.PERMERROR, cause)
    assert found.detail


def test_two_records_are_none() -> None:
    two: list[object] = [("TXT", "v=spf1 -all"), ("TXT", "v=spf1 mx"), ("TXT", "v=spf10 mx")]
    found = asked("2001:db8::99", **{"example.com": two})
    assert (found.cause, found.detail) == (SpfCause.SEVERAL, "example.com has 2 SPF records")


def test_eleven_mail_hosts_are_too_many() -> None:
    many: list[object] = [("TXT", "v=spf1 mx -all"), *(("MX", [10, f"m{n}.example.com"]) for n in range(11))]
    assert asked("192.0.2.25", **{"example.com": many}).cause is SpfCause.MX_NAMES


def test_a_look_up_that_fails_says_nothing() -> None:
    found = asked("192.0.2.25", "v=spf1 a:error.example.com -all", **{"error.example.com": ["TIMEOUT"]})
    assert (found.result, found.cause) == (SpfResult.TEMPERROR, SpfCause.DNS)


def test_an_explanation_that_fails_leaves_the_result() -> None:
    gone = "v=spf1 a:x.example.net a:y.example.net -all exp=%{p}.example.com"
    found = asked("192.0.2.99", gone)
    assert (found.result, found.explanation) == (SpfResult.FAIL, None)


def test_a_saved_look_up_serves_again() -> None:
    answers = {
        (name, rrtype): look_up(ZONE, Question(name, rrtype))
        for name in (*ZONE, "gone.example.com")
        for rrtype in ("TXT", "MX", "A", "AAAA")
    }
    assert replay(answers, evaluate("2001:db8::25", "example.com")) == asked("2001:db8::25")
    assert replay({}, evaluate("2001:db8::25", "example.com")).result is SpfResult.TEMPERROR
    assert replay({}, evaluate("2001:db8::25", "localhost")).result is SpfResult.NONE


TERMS = st.sampled_from(
    [
        "a", "mx", "ptr", "-all", "?all", "a:b.example", "include:b.example", "include:c.example", "redirect=b.example",
        "exists:%{ir}.c.example", "mx:%{p}.b.example", "exp=c.example", "exp=%{p}.b.example", "a:%{d}.%{d}.%{d}.%{s}",
        "ip6:2001:db8::/32", "ptr:c.example", "include:%{l}.b.example", "x=y", "a:@;(.b.example", "%",
    ]
)  # fmt: skip
RECORDS = st.lists(TERMS, max_size=14).map(lambda terms: " ".join(["v=spf1", *terms]))
OWNERS = ("a.example", "b.example", "c.example")
OUTCOMES = st.sampled_from([Outcome.ANSWER, Outcome.ANSWER, Outcome.NO_DATA, Outcome.NXDOMAIN, Outcome.TIMEOUT])
RDATA = {
    "MX": (*(f"{n} m{n}.b.example." for n in range(11)), "nonsense"),
    "A": ("192.0.2.1", "nonsense"),
    "AAAA": ("2001:db8::1", "::ffff:192.0.2.1"),
    "PTR": (*(f"p{n}.c.example." for n in range(30)), ".", "a..b."),
}


@given(st.data())
def test_nothing_raises_and_nothing_is_endless(data: st.DataObject) -> None:
    records = {owner: tuple(data.draw(st.lists(RECORDS, max_size=2))) for owner in OWNERS}
    client = data.draw(st.sampled_from(["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"]))
    steps = evaluate(client, "a.example", data.draw(st.sampled_from(["", "x@b.example", "@@", '"a b"@c.example'])))
    answers: tuple[Resolution, ...] | None = None
    for _ in range(200):
        try:
            questions = next(steps) if answers is None else steps.send(answers)
        except StopIteration:
            return
        assert 0 < len(questions) <= 10
        assert all(question.name.isascii() and question.name.isprintable() for question in questions)
        answers = tuple(_drawn(data, question, records) for question in questions)
    pytest.fail("more than 200 steps")


def _drawn(data: st.DataObject, question: Question, records: dict[str, tuple[str, ...]]) -> Resolution:
    outcome = data.draw(OUTCOMES)
    if question.rrtype == "TXT":
        found = tuple(f'"{text}"' for text in records.get(question.name, ("%{c} %{p} no",)))
    else:
        found = RDATA[question.rrtype][: data.draw(st.integers(1, 40))]
    return Resolution(question.name, question.rrtype, outcome, found if outcome is Outcome.ANSWER else ())
