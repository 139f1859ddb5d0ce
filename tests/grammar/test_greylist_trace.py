"""What greylists write into headers, and what is none of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.greylist_trace import MOST, held, parse
from probe.model.delivery import Held


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"delayed 300 seconds by postgrey-1.37 at mx1.example.com; Sun, 22 Nov 2026 18:05:12 UTC",
         Held(300, "postgrey-1.37", "mx1.example.com")),
        (b"delayed 1 sec by sqlgrey-1.8.0", Held(1, "sqlgrey-1.8.0")),
        (b"Delayed for 01:05:01 by milter-greylist-4.6.4 (mx1.example.com [IPv6:2001:db8::25]); Sun",
         Held(3901, "milter-greylist-4.6.4", "mx1.example.com")),
        (b"delayed\r\n\t300 seconds by postgrey-1.37;", Held(300, "postgrey-1.37")),
        (b"Sender IP whitelisted, not delayed by milter-greylist-4.6.4 (mx1.example.com)", None),
        (b"Sender succeeded SMTP AUTH, not delayed by milter-greylist", None),
        (b"not delayed 300 seconds by postgrey", None),
        (b"delayed 300 seconds", None),
        (b"", None),
    ],
)  # fmt: skip
def test_a_value(value: bytes, expected: Held | None) -> None:
    assert parse(value) == expected


def test_all_of_a_message_and_no_more_than_that() -> None:
    one = b"X-Greylist: delayed 5 seconds by postgrey-1.37\r\n"
    assert held(b"Received: from a by b\r\n" + one + b"Subject: x\r\n\r\n" + one) == (Held(5, "postgrey-1.37"),)
    assert len(held(one * 100 + b"\r\n")) == MOST


@given(st.binary(max_size=500))
def test_nothing_raises(value: bytes) -> None:
    for text in (value, b"delayed " + value, b"delayed 5 seconds by " + value):
        found = parse(text)
        assert found is None or (found.by.isprintable() and found.seconds >= 0)
