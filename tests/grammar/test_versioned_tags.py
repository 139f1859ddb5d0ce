import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.versioned_tags import MOST, Tags, belongs, read


@pytest.mark.parametrize("text", [b"v=STSv1; id=1", b"v=STSv1;", b"v=STSv1"])
def test_it_is_of_the_kind(text: bytes) -> None:
    assert belongs(text, "STSv1")


@pytest.mark.parametrize(
    "text", [b"", b"v=STSv10; id=1", b"v=STSv1 ; id=1", b" v=STSv1; id=1", b"V=STSv1; id=1", b"v=spf1"]
)
def test_it_is_of_another_kind(text: bytes) -> None:
    assert not belongs(text, "STSv1")


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        (b"v=STSv1; id=1", (("id", "1"),)),
        (b"v=STSv1;id=1;", (("id", "1"),)),
        (b"v=STSv1; id=1 ; x-y.z_0 = a=b ; ", (("id", "1"), ("x-y.z_0 ", "a=b"))),
        (b"v=STSv1;", ()),
    ],
)
def test_tags_in_order(text: bytes, pairs: tuple[tuple[str, str], ...]) -> None:
    found = read(text)
    good = tuple(pair for pair in pairs if not pair[0].endswith(" "))
    assert found.pairs == good
    assert bool(found.faults) == (good != pairs)


@pytest.mark.parametrize(
    "text", [b"v=STSv1;; id=1", b"v=STSv1; id", b"v=STSv1; id=", b"v=STSv1; =1", b"v=STSv1; id=\xff"]
)
def test_what_is_no_tag_is_a_fault(text: bytes) -> None:
    assert read(text).faults


def test_the_first_of_several_counts() -> None:
    assert Tags((("id", "1"), ("id", "2"))).first("id") == "1"
    assert Tags(()).first("id") is None


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda rest: b"v=STSv1;" + rest))
def test_nothing_raises_and_faults_can_be_shown(text: bytes) -> None:
    assert all(fault.isprintable() for fault in read(text).faults)


def test_an_endless_record_is_not_read() -> None:
    assert read(b"v=STSv1;" + b"a=b;" * MOST).pairs == ()
