import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.software import Software, parse


@pytest.mark.parametrize(
    ("greeting", "expected"),
    [
        ("mx1.example.com ESMTP Postfix", Software("Postfix")),
        ("mx1.example.com ESMTP Postfix (Debian/GNU)", Software("Postfix")),
        ("mx1.example.com ESMTP Postfix (3.7.11)", Software("Postfix", "3.7.11")),
        ("mx1.example.com ESMTP Exim 4.96 Sun, 22 Nov 2026 18:00:12 +0000", Software("Exim", "4.96")),
        ("mx1.example.com ESMTP Sendmail 8.17.1.9/8.17.1.9; Sun, 22 Nov 2026", Software("Sendmail", "8.17.1.9")),
        ("mx1.example.com ESMTP OpenSMTPD", Software("OpenSMTPD")),
        ("MX1.example.com Microsoft ESMTP MAIL Service ready at Sun, 22 Nov 2026", Software("Microsoft Exchange")),
        ("mx.example.com ESMTP a1-20020a170902d890b0029f0-si123.45 - gsmtp", Software("Google")),
        ("mx1.example.com ESMTP Haraka/3.1.6 ready", Software("Haraka", "3.1.6")),
        ("mx1.example.com ESMTP ready", None),
        ("postfixed.example.com ESMTP", None),
        ("", None),
    ],
)
def test_reads_what_a_greeting_says_of_itself(greeting: str, expected: Software | None) -> None:
    assert parse(greeting) == expected


@pytest.mark.parametrize(
    ("given_", "shown"), [(Software("Exim", "4.96"), "Exim 4.96"), (Software("Postfix"), "Postfix")]
)
def test_is_shown_as_people_write_it(given_: Software, shown: str) -> None:
    assert str(given_) == shown


@given(st.text())
def test_no_greeting_is_too_odd(text: str) -> None:
    found = parse(text)
    assert found is None or found.product
