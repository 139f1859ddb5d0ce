"""Exim's split entries: pieces of several processes mixed, pieces missing, headers behind the first line end."""

from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.log_envelope import LINE, Record, read
from probe.grammar.log_split import OPEN, Reassembler


def fed(*lines: str) -> list[str]:
    whole = Reassembler()
    records = [whole.add(record) for line in lines if (record := read(line)) is not None]
    return [record.message for record in records if record is not None]


def piece(text: str, pid: int = 7) -> str:
    return f"Nov 22 18:00:01 mx1 exim[{pid}]: {text}"


def test_pieces_are_joined() -> None:
    assert fed(piece("[1/3] one "), piece("[2/3]  two"), piece("[3/3]  three")) == ["one  two three"]


def test_processes_are_told_apart() -> None:
    assert fed(piece("[1/2] a"), piece("[1/2] b", 8), piece("[2/2] c", 8), piece("[2/2] d")) == ["bc", "ad"]


def test_behind_the_first_line_end_nothing_is_needed() -> None:
    lines = [r"[1/4] rejected fro", r"[2\4] m x", r"[3\4] P Received: y", r"[4/4] z", "whole"]
    assert fed(*map(piece, lines)) == ["rejected from x", "whole"]


def test_a_missing_piece_loses_the_entry_and_no_other() -> None:
    assert fed(piece("[2/2] b"), piece("[1/3] a"), piece("[3/3] c"), piece("[1/2] d"), piece("[2/2] e")) == ["de"]


def test_a_piece_of_one() -> None:
    assert fed(piece("[1/1] a")) == ["a"]


def test_other_programs_and_addresses_are_left_alone() -> None:
    assert fed("Nov 22 18:00:01 mx1 postfix/smtpd[7]: [1/2] a", piece("[2001:db8::9] x")) == [
        "[1/2] a",
        "[2001:db8::9] x",
    ]


def test_what_waits_is_bounded() -> None:
    whole = Reassembler()
    for pid in range(OPEN + 1):
        whole.add(Record("", "[1/2] a", "exim", pid=pid))
    assert whole.add(Record("", "[2/2] b", "exim", pid=0)) is None
    for number in range(1, 10):
        done = whole.add(Record("", f"[{number}/9] " + "x" * LINE, "exim", pid=OPEN))
    assert done is not None
    assert len(done.message) <= LINE


@given(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from("/\\"), st.integers(0, 5), st.integers(1, 2)), max_size=30)
)
def test_no_order_of_pieces_raises(pieces: list[tuple[int, str, int, int]]) -> None:
    fed(*(piece(f"[{number}{mark}{last}] x", pid) for number, mark, last, pid in pieces))
