"""The reply reader: a table of what comes and what it says, at every byte boundary, and how much work it is."""

import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.smtp.replies import (
    LINE_LIMIT,
    MOST_LINES,
    REPLY_LIMIT,
    Fact,
    Heard,
    NotSmtp,
    Reply,
    ReplyReader,
    TooLong,
)


def read(*segments: bytes) -> list[Heard]:
    reader = ReplyReader()
    heard = []
    for segment in segments:
        reader.feed(segment)
        while (item := reader.next()) is not None:
            heard.append(item)
    return heard


def reply(code: int, *lines: bytes, raw: bytes, facts: tuple[Fact, ...] = ()) -> Reply:
    return Reply(code, lines, raw, facts)


TABLE: dict[bytes, list[Heard]] = {
    b"220 mx\r\n": [reply(220, b"mx", raw=b"220 mx\r\n")],
    b"220\r\n": [reply(220, b"", raw=b"220\r\n")],
    b"220 \r\n": [reply(220, b"", raw=b"220 \r\n")],
    b"220  two blanks \r\n": [reply(220, b" two blanks ", raw=b"220  two blanks \r\n")],
    b"250-a\r\n250-\r\n250 c\r\n": [reply(250, b"a", b"", b"c", raw=b"250-a\r\n250-\r\n250 c\r\n")],
    b"250-a\r\n250\r\n": [reply(250, b"a", b"", raw=b"250-a\r\n250\r\n")],
    b"299 legal\r\n": [reply(299, b"legal", raw=b"299 legal\r\n")],
    b"555 x\r\n": [reply(555, b"x", raw=b"555 x\r\n")],
    b"220\tx\r\n": [NotSmtp(b"220\tx\r\n", b"220\tx\r\n")],
    b"220x\r\n": [NotSmtp(b"220x\r\n", b"220x\r\n")],
    b"2200 x\r\n": [NotSmtp(b"2200 x\r\n", b"2200 x\r\n")],
    b"22 x\r\n": [NotSmtp(b"22 x\r\n", b"22 x\r\n")],
    b"+22 x\r\n": [NotSmtp(b"+22 x\r\n", b"+22 x\r\n")],
    b"2_2 x\r\n": [NotSmtp(b"2_2 x\r\n", b"2_2 x\r\n")],
    b" 22 x\r\n": [NotSmtp(b" 22 x\r\n", b" 22 x\r\n")],
    b"\xd9\xa2\xd9\xa2\xd9\xa0 x\r\n": [
        NotSmtp(b"\xd9\xa2\xd9\xa2\xd9\xa0 x\r\n", b"\xd9\xa2\xd9\xa2\xd9\xa0 x\r\n")
    ],  # digits of Unicode, int() takes them
    b"150 x\r\n": [NotSmtp(b"150 x\r\n", b"150 x\r\n")],
    b"650 x\r\n": [NotSmtp(b"650 x\r\n", b"650 x\r\n")],
    b"\r\n": [NotSmtp(b"\r\n", b"\r\n")],
    b"\n": [NotSmtp(b"\n", b"\n")],
    b"HTTP/1.1 400 Bad Request\r\n": [NotSmtp(b"HTTP/1.1 400 Bad Request\r\n", b"HTTP/1.1 400 Bad Request\r\n")],
    b"250-a\r\nb\r\n250 c\r\n": [
        NotSmtp(b"250-a\r\nb\r\n", b"b\r\n"),
        reply(250, b"c", raw=b"250 c\r\n"),
    ],
    b"220 a\n": [reply(220, b"a", raw=b"220 a\n", facts=(Fact.BARE_LF,))],
    b"220-a\n220 b\r\n": [reply(220, b"a", b"b", raw=b"220-a\n220 b\r\n", facts=(Fact.BARE_LF,))],
    b"220 a\rb\r\n": [reply(220, b"a\rb", raw=b"220 a\rb\r\n", facts=(Fact.BARE_CR,))],
    b"220 a\r\r\n": [reply(220, b"a\r", raw=b"220 a\r\r\n", facts=(Fact.BARE_CR,))],
    b"220 caf\xc3\xa9\r\n": [reply(220, b"caf\xc3\xa9", raw=b"220 caf\xc3\xa9\r\n", facts=(Fact.EIGHT_BIT,))],
    b"220 a\0b\r\n": [reply(220, b"a\0b", raw=b"220 a\0b\r\n", facts=(Fact.NUL,))],
    b"220 \x1b[2J\r\n": [reply(220, b"\x1b[2J", raw=b"220 \x1b[2J\r\n", facts=(Fact.CONTROL,))],
    b"220 a\tb\r\n": [reply(220, b"a\tb", raw=b"220 a\tb\r\n")],
    b"550-no\r\n250 yes\r\n": [reply(250, b"no", b"yes", raw=b"550-no\r\n250 yes\r\n", facts=(Fact.MIXED_CODES,))],
    b"250-a\r\n550-b\r\n250 c\r\n": [
        reply(250, b"a", b"b", b"c", raw=b"250-a\r\n550-b\r\n250 c\r\n", facts=(Fact.MIXED_CODES,))
    ],
    b"250 a\r\n421 b\r\n": [reply(250, b"a", raw=b"250 a\r\n"), reply(421, b"b", raw=b"421 b\r\n")],
    b"250 " + b"x" * 506 + b"\r\n": [reply(250, b"x" * 506, raw=b"250 " + b"x" * 506 + b"\r\n")],
    b"250 " + b"x" * 507 + b"\r\n": [
        reply(250, b"x" * 507, raw=b"250 " + b"x" * 507 + b"\r\n", facts=(Fact.LONG_LINE,))
    ],
    b"220 not whole": [],
    b"250-not whole\r\n": [],
}


@pytest.mark.parametrize("data", TABLE)
def test_says_what_came(data: bytes) -> None:
    assert read(data) == TABLE[data]


@pytest.mark.parametrize("data", TABLE)
def test_at_every_byte_boundary(data: bytes) -> None:
    for cut in range(len(data) + 1):
        assert read(data[:cut], data[cut:]) == TABLE[data]
    assert read(*(data[at : at + 1] for at in range(len(data)))) == TABLE[data]


def test_facts_belong_to_one_reply_only() -> None:
    assert [item.facts for item in read(b"220 a\n250 b\r\n") if isinstance(item, Reply)] == [(Fact.BARE_LF,), ()]


LONGEST_LINE = b"250 " + b"x" * (LINE_LIMIT - 6) + b"\r\n"
MANY = b"250-x\r\n" * (MOST_LINES - 1) + b"250 x\r\n"
FULL = b"250-" + b"x" * 4090 + b"\r\n"
OVER: dict[str, tuple[bytes, bytes]] = {
    "line": (b"250-a\r\n" + b"y" * (LINE_LIMIT + 9) + b"\r\n", b"250-a\r\n" + b"y" * LINE_LIMIT),
    "line by one": (
        b"250 " + b"x" * (LINE_LIMIT - 5) + b"\r\n",
        (b"250 " + b"x" * LINE_LIMIT)[: LINE_LIMIT - 1] + b"\r",
    ),
    "lines": (b"250-x\r\n" * MOST_LINES + b"250 x\r\n250 again\r\n", b"250-x\r\n" * MOST_LINES + b"250 x\r\n"),
    "octets": (FULL * 17, (FULL * 17)[:REPLY_LIMIT]),
}


def test_up_to_the_limits_nothing_is_wrong() -> None:
    assert [type(item) for item in read(LONGEST_LINE, MANY, FULL * 15 + LONGEST_LINE)] == [Reply, Reply, Reply]


@pytest.mark.parametrize("name", OVER)
def test_beyond_the_limits_it_says_so_once_and_reads_no_more(name: str) -> None:
    data, kept = OVER[name]
    [heard] = read(data)
    assert isinstance(heard, TooLong)
    assert heard.raw == kept
    assert read(data, b"250 not looked at\r\n") == [heard]
    for size in (1, 7, 1000, 4096):
        assert read(*(data[at : at + size] for at in range(0, len(data), size))) == [heard]


# Whole replies, their parts and rubbish, so that what is drawn is not always rubbish.
PIECES = st.sampled_from(
    [
        b"220",
        b"250",
        b"421",
        b"550",
        b"-",
        b" ",
        b"\r",
        b"\n",
        b"\r\n",
        b"x",
        b"\0",
        b"\xff",
        b"250-a\r\n",
        b"250 a\r\n",
        b"y" * 600,
        b"z" * 5000,
    ]
)
STREAMS = st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=60).map(b"".join))


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({min(place, len(data)) for place in places} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(ends)]


@given(STREAMS, st.lists(st.integers(0, 6000), max_size=20))
def test_any_bytes_cut_anyhow_say_the_same(data: bytes, places: list[int]) -> None:
    assert read(*cut(data, places)) == read(data)


@given(STREAMS)
def test_no_octet_is_lost_and_none_is_invented(data: bytes) -> None:
    reader = ReplyReader()
    reader.feed(data)
    raw = b""
    cut_off = False
    while (item := reader.next()) is not None:
        raw += item.raw
        cut_off |= isinstance(item, TooLong)
    assert data.startswith(raw) if cut_off else raw + reader.unfinished == data


@given(STREAMS, st.integers(1, 50))
def test_the_work_is_linear_however_small_the_segments(data: bytes, size: int) -> None:
    reader = ReplyReader()
    for at in range(0, len(data), size):
        reader.feed(data[at : at + size])
        while reader.next() is not None:
            pass
    assert reader.looked_at <= 4 * len(data)


def test_several_replies_of_one_segment_come_one_by_one() -> None:
    """And what follows the last whole one waits for its rest."""
    reader = ReplyReader()
    reader.feed(b"250 2.1.0 Ok\r\n250-a\r\n250 b\r\n354")
    assert [reader.next(), reader.next(), reader.next()] == [
        Reply(250, (b"2.1.0 Ok",), b"250 2.1.0 Ok\r\n"),
        Reply(250, (b"a", b"b"), b"250-a\r\n250 b\r\n"),
        None,
    ]
    assert reader.unfinished == b"354"
    reader.feed(b" go\r\n221 bye\n")
    assert [item.facts for item in (reader.next(), reader.next()) if isinstance(item, Reply)] == [(), (Fact.BARE_LF,)]
    assert reader.rest == b""


def test_a_flood_of_lines_in_small_segments_is_looked_at_twice() -> None:
    """Six octets at a time, as the quadratic reader of another library met them: see performance of the engines."""
    reader = ReplyReader()
    for _ in range(100_000):
        reader.feed(b"220-\r\n")
        reader.next()
    assert reader.looked_at <= 2 * (MOST_LINES + 1) * 6
    slow = ReplyReader()
    for _ in range(LINE_LIMIT):
        slow.feed(b"x")
        slow.next()
    assert slow.looked_at <= 2 * LINE_LIMIT


def test_what_is_kept_of_an_endless_reply_is_bounded() -> None:
    segment = FULL * 4
    reader = ReplyReader()
    tracemalloc.start()
    try:
        for _ in range(500):
            reader.feed(segment)
            while reader.next() is not None:
                pass
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 4 * LINE_LIMIT
    assert peak < 6 * REPLY_LIMIT
