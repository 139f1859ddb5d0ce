from dataclasses import replace

from probe.judge.wording import Case, address_subject, fold, only_one_each, over, quote, short, told
from probe.model.report import Finding
from probe.model.smtp import Session
from probe.model.words import Failure, Purpose, Stage, Verdict
from tests.builders import MX1, MX4, MX6, SECOND6, V4, V6, both, healthy, host, measurement, reply, session, step

WARNING, CRITICAL = Verdict.WARNING, Verdict.CRITICAL


def case(one: Session, key: str = "x", verdict: Verdict = WARNING) -> Case:
    return Case(one, verdict, key, lambda who, over: f"{who} is odd {over}", ("seen",), "mend it")


def test_all_addresses_of_both_families_make_one_finding() -> None:
    world = healthy()
    (found,) = fold(world, "some-code", "RFC 1", [case(item) for item in world.sessions])
    assert (found.family, found.subject) == (None, MX1)
    assert found.sentence == f"{MX1} is odd over IPv6 and over IPv4."
    assert found.evidence == (f"[{MX6}] seen", f"[{MX4}] seen")


def test_another_thing_on_each_family_makes_two() -> None:
    six, four = healthy().sessions
    found = list(fold(healthy(), "some-code", "RFC 1", [case(six), case(four, "y")]))
    assert [item.family for item in found] == [V6, V4]
    assert found[0].subject == f"{MX1} [{MX6}]"


def test_one_address_that_is_well_keeps_them_apart() -> None:
    second = session(V6, address=SECOND6)
    world = measurement(session(V6), second, session(V4), hosts=[host(MX1, MX6, SECOND6, MX4)])
    found = list(fold(world, "some-code", "RFC 1", [case(world.sessions[0]), case(world.sessions[2])]))
    assert [item.family for item in found] == [V6, V4]


def test_one_family_alone_is_never_both() -> None:
    world = measurement(session(V6))
    (found,) = fold(world, "some-code", "RFC 1", [case(world.sessions[0])])
    assert found.family is V6


def test_two_conversations_with_one_address_make_one_finding_the_worse() -> None:
    world = measurement(session(V6), session(V6, purpose=Purpose.MESSAGE), session(V4))
    cases = [case(world.sessions[0]), case(world.sessions[1], "y", CRITICAL)]
    (found,) = fold(world, "some-code", "RFC 1", cases)
    assert found.verdict is CRITICAL


def test_two_hosts_that_share_an_address_are_told_once() -> None:
    names = (MX1, "mx2.example.com")
    world = measurement(
        session(V6, names=names),
        session(V4, names=names),
        hosts=[host(MX1, MX6, MX4), host("mx2.example.com", MX6, MX4)],
    )
    found = list(fold(world, "some-code", "RFC 1", [case(item) for item in world.sessions]))
    assert [item.subject for item in found] == [MX1]


def test_text_from_the_network_is_bounded() -> None:
    assert len(quote(reply(550, "x" * 9999))) == 200
    assert short("abc", 3) == "abc"
    assert short("abcd", 3) == "..."
    assert len(told(step(Stage.EHLO, failure=Failure.PROTOCOL, detail="y" * 9999, command="z" * 9999))) < 400


def test_a_delay_of_our_own_is_no_fault_of_theirs() -> None:
    assert told(step(Stage.EHLO, code=250, text="ok", elapsed=0.12)) == "ehlo: 250 ok after 0.120 s"
    late = told(step(Stage.EHLO, code=250, text="ok", elapsed=0.12, delay=0.035))
    assert late == "ehlo: 250 ok after 0.120 s, up to 0.035 s of them our own"


def test_subjects() -> None:
    assert address_subject(MX1, MX6) == "mx1.example.com [2001:db8::25]"
    assert address_subject(MX6, MX6) == "[2001:db8::25]"
    assert over(V4) == "over IPv4"
    assert both(session(V6), session(V4)).sessions


def test_the_worse_of_two_that_say_the_same_stays() -> None:
    mild = Finding("some-code", WARNING, V6, MX1, "A.", ("a",))
    worse = replace(mild, verdict=CRITICAL, sentence="B.", evidence=("b",))
    (found,) = only_one_each([mild, worse])
    assert (found.verdict, found.sentence, found.evidence) == (CRITICAL, "B.", ("b", "a"))
