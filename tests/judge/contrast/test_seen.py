from probe.judge import judge
from probe.judge.contrast.seen import exchangers, taken_apart
from probe.judge.standing import State
from probe.model.words import Outcome, Stage
from tests.builders import MX1, V4, V6, healthy, resolution
from tests.judge.contrast.test_diff import DEAD6, MX_UNKNOWN, NO_AAAA


def test_how_each_family_stands() -> None:
    assert taken_apart(judge(healthy())).states == {V6: State.WORKS, V4: State.WORKS}
    assert taken_apart(judge(DEAD6)).states == {V6: State.BROKEN, V4: State.WORKS}
    assert taken_apart(judge(NO_AAAA)).states[V6] is State.ABSENT
    assert taken_apart(judge(MX_UNKNOWN)).states == {V6: State.UNTESTED, V4: State.UNTESTED}


def test_traits_by_host_and_family() -> None:
    trait = taken_apart(judge(DEAD6)).by[MX1, V6].get((Stage.CONNECT, "outcome"))
    assert trait is not None
    assert trait.value == "refused"


def test_the_mx_records_are_a_set() -> None:
    one, other = (resolution("example.com", "MX", *records) for records in (("10 A.", "5 b"), ("5 b.", "10 a")))
    assert exchangers(one) == exchangers(other)
    assert exchangers(resolution("example.com", "MX", outcome=Outcome.NXDOMAIN)) == "nxdomain"
