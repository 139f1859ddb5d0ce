import dns.rdata
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.txt_record import joined


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ('"v=STSv1; id=1"', b"v=STSv1; id=1"),
        ('"v=STSv1; " "id=1"', b"v=STSv1; id=1"),
        ("v=STSv1;", b"v=STSv1;"),
        (r'"a \"word\" and \\ and \009"', b'a "word" and \\ and \t'),
        (r'"\999"', rb"\999"),
        ('""', b""),
        ("", b""),
        ('"open', b"open"),
    ],
)
def test_a_record_is_one_text(record: str, text: bytes) -> None:
    assert joined(record) == text


@given(st.lists(st.binary(max_size=255), min_size=1, max_size=4))
def test_whatever_a_library_writes_comes_back(strings: list[bytes]) -> None:
    wire = b"".join(bytes((len(item),)) + item for item in strings)
    record = dns.rdata.from_wire("IN", "TXT", wire, 0, len(wire)).to_text()
    assert joined(record) == b"".join(strings)


@given(st.text())
def test_nothing_raises(text: str) -> None:
    assert isinstance(joined(text), bytes)


def test_it_takes_time_in_proportion() -> None:
    assert len(joined('"' + "\\" * 400_001)) <= 400_001
    assert joined('" ' * 200_000) is not None
