"""How names and servers are written."""

import pytest

from probe.measure.dns.answer import fold, server_text


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Example.COM.", "example.com"), ("example.com", "example.com"), (".", ""), ("a\\.", "a\\."), ("a\\..", "a\\.")],
)
def test_fold(name: str, expected: str) -> None:
    assert fold(name) == expected
    assert fold(expected) == expected


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        (("2001:db8::53", 53), "2001:db8::53"),
        (("2001:db8::53", 5353), "[2001:db8::53]:5353"),
        (("192.0.2.53", 53), "192.0.2.53"),
        (("192.0.2.53", 5353), "192.0.2.53:5353"),
    ],
)
def test_server(server: tuple[str, int], expected: str) -> None:
    assert server_text(server) == expected
