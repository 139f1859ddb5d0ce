"""Names as they are asked for."""

import pytest

from probe.grammar.spf.names import address, exchange, is_name, within, written


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("example.com", True),
        ("example.com.", True),
        ("localhost", False),
        ("a..example.com", False),
        ("", False),
        (f"{'x' * 64}.com", False),
        (f"{'x' * 63}.com", True),
        (".".join(["x" * 60] * 5), False),
        ("b\xfccher.example", False),
    ],
)
def test_what_can_be_looked_up(name: str, known: bool) -> None:
    assert is_name(name) is known


def test_what_means_something_in_a_zone_file_is_escaped() -> None:
    assert written(r'a\b"c;(d)@e $.example.com') == r"a\092b\034c\059\040d\041\064e\032\036.example.com"
    assert written("_spf.a-b.example.com") == "_spf.a-b.example.com"


def test_names_below() -> None:
    assert within("mail.Example.com.", "example.com")
    assert within("example.com", "example.com")
    assert not within("badexample.com", "example.com")


def test_records() -> None:
    assert exchange("10 mx1.example.com.") == (10, "mx1.example.com")
    assert exchange("0 .") is None
    assert str(address("::ffff:192.0.2.1")) == "192.0.2.1"
    assert address("nonsense") is None
