import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.address import canonical
from probe.grammar import ehlo_echo
from probe.grammar.ehlo_echo import client_address

MX, HELO, V6 = "mx1.example.com", "probe.example.net", "2001:db8::9"
LITERAL = f"[IPv6:{V6}]"


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(ehlo_echo).failed == 0


@pytest.mark.parametrize(
    ("line", "helo", "expected"),
    [
        (f"{MX} Hello host9.example.net [{V6}]", HELO, V6),  # Exim
        (f"{MX} Hello joe at host9.example.net [{V6}]", HELO, V6),
        (f"{MX} Hello {LITERAL} [{V6}]", LITERAL, V6),
        (f"{MX} Hello [192.0.2.9] [192.0.2.9]", "[192.0.2.9]", "192.0.2.9"),
        (f"{MX} Hello [192.0.2.9] [172.17.0.1]", "[192.0.2.9]", "172.17.0.1"),
        (f"{MX} Hello {HELO} [IPv6:2001:db8:0:0:0:0:0:9], pleased to meet you", HELO, V6),  # Sendmail
        (f"{MX} Hello host9.example.net [IPv6:2001:DB8::9] (may be forged), pleased to meet you", HELO, V6),
        (f"{MX} Hello [IPv6:fd00::1], pleased to meet you", LITERAL, "fd00::1"),
        (f"{MX} Hello {HELO} [{V6}], pleased to meet you", HELO, V6),  # OpenSMTPD
        (f"{MX} Hello {LITERAL} [{V6}], pleased to meet you", LITERAL, V6),
        (f"mx.example.org at your service, [{V6}]", HELO, V6),  # Gmail
        (f"MX1.example.com Hello [{V6}]", LITERAL, V6),  # Exchange: without our tag, so not our argument
        (f"{MX} Hello host9.example.net [::ffff:192.0.2.9], Haraka is at your service.", HELO, "192.0.2.9"),
        (f"{MX} Hello {HELO} [{V6}])", HELO, V6),  # James
        (f"{MX} Hello [fe80::1%eth0]", HELO, "fe80::1"),
        # Nothing said, or nothing that is certain.
        (MX, HELO, None),
        ("", HELO, None),
        (LITERAL, LITERAL, None),
        (f"{MX} Hello {LITERAL}", LITERAL, None),
        (f"{MX} Hello {LITERAL}, pleased to meet you", LITERAL.lower(), None),
        (f"{MX} Hello {HELO}", HELO, None),
        (f"{MX} [192.0.2.25] ESMTP", HELO, None),
        (f"[192.0.2.25] Hello {HELO}", HELO, None),
        (f"{MX} Hello {HELO}, this is Mailer 1.2.3.4 ready", HELO, None),
        (f"{MX} Hello {HELO} [unknown]", HELO, None),
        (f"{MX} Hello {'x' * 5000} [{V6}]", HELO, None),
    ],
)
def test_greetings(line: str, helo: str, expected: str | None) -> None:
    assert client_address([line, "PIPELINING", f"XHELLO Hello [{V6}]"], helo) == expected


def test_no_lines_at_all() -> None:
    assert client_address([], HELO) is None


words = st.sampled_from([MX, "Hello", HELO, LITERAL, f"[{V6}]", "service,", "[", "]", "(", "192.0.2.9", "[192.0.2.9],"])


@given(
    st.text(max_size=200) | st.lists(words).map(" ".join), st.sampled_from([HELO, LITERAL, ""]) | st.text(max_size=20)
)
def test_no_input_raises_and_only_addresses_come_back(line: str, helo: str) -> None:
    found = client_address([line], helo)
    assert found is None or canonical(found) == found
