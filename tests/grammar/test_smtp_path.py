import doctest
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import smtp_path
from probe.grammar.smtp_path import parse_domain, parse_mailbox
from probe.model.errors import UsageError


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(smtp_path).failed == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("example.com", "example.com"),
        ("Example.COM.", "example.com"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER。example", "xn--bcher-kva.example"),  # UTS 46 maps case and the ideographic full stop
        ("straße.example", "xn--strae-oqa.example"),  # IDNA 2008 keeps the sharp s, IDNA 2003 did not
        ("3com.example", "3com.example"),
        ("localhost", "localhost"),
        (".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 61]), ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 61])),
    ],
)
def test_domains(text: str, expected: str) -> None:
    assert parse_domain(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "missing"),
        (".", "empty label"),
        ("example..com", "empty label"),
        (".example.com", "empty label"),
        ("a" * 64 + ".example", "63"),
        (".".join(["a" * 63] * 4), "253"),
        ("_dmarc.example.com", "underscore"),
        ("-a.example", "hyphens"),
        ("a-.example", "hyphens"),
        ("a b.example", "blank"),
        ("a\u00a0b.example", "blank"),
        ("exam\r\nple.com", "control"),
        ("exam\0ple.com", "control"),
        ("exam\u2028ple.com", "control"),
        ("\ud800.example", "control"),
        ("192.0.2.256", "number"),
        ("192.0.2", "number"),
        ("ex*mple.com", '"ex*mple"'),
        ("bücher..example", "internationalised"),
        ("\u2615_.example", "internationalised"),
        ("ü" * 300, "253"),
    ],
)
def test_what_is_no_domain(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said.replace("*", r"\*")) as caught:
        parse_domain(text)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 240


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("user@example.com", ("user", "example.com")),
        ("User.Name+tag@EXAMPLE.com", ("User.Name+tag", "example.com")),
        ("!#$%&'*+-/=?^_`{|}~@example.com", ("!#$%&'*+-/=?^_`{|}~", "example.com")),
        ('"a@b <c> \\" \\\\"@example.com', ('"a@b <c> \\" \\\\"', "example.com")),
        ('""@example.com', ('""', "example.com")),
        ("user@[192.0.2.25]", ("user", "[192.0.2.25]")),
        ("user@[ipv6:2001:DB8:0::25]", ("user", "[IPv6:2001:db8::25]")),
        ("user@bücher.example", ("user", "xn--bcher-kva.example")),
        ("a" * 64 + "@example.com", ("a" * 64, "example.com")),
    ],
)
def test_mailboxes(text: str, expected: tuple[str, str]) -> None:
    assert parse_mailbox(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no @"),
        ("user", "no @"),
        ("@example.com", "before the @"),
        ("user@", "behind the @"),
        ("a@b@example.com", "more than one @"),
        ("a..b@example.com", "quotes"),
        (".a@example.com", "quotes"),
        ("a,b@example.com", "quotes"),
        ('"a@example.com', "quotation marks"),
        ('"a"b@example.com', "quotation marks"),
        ("a b@example.com", "blank"),
        ("<a@example.com>", "angle"),
        ("Joe <a@example.com>", "angle"),
        ('"Joe" <a@example.com>', "angle"),
        ("mailto:a@example.com", "mailto"),
        ("a@example.com\r\nDATA", "control"),
        ('"a\r\nb"@example.com', "control"),
        ("a\0@example.com", "control"),
        ("a\x7f@example.com", "control"),
        ("jörg@example.com", "SMTPUTF8"),
        ("a" * 65 + "@example.com", "64"),
        ("a" * 64 + "@" + ".".join(["b" * 63] * 3 + ["c"]), "254"),
        ("a@[2001:db8::25", "literal"),
        ("a@[mx1.example.com]", "literal"),
        ("a@[fe80::1%eth0]", "literal"),
        ("a@[192.0.2.25]]", "literal"),
        ("a@exa_mple.com", "underscore"),
    ],
)
def test_what_is_no_mailbox(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        parse_mailbox(text)
    assert str(caught.value).isprintable()


@given(st.text(max_size=80) | st.text(alphabet='a.@"\\[]<>-é:1', max_size=40))
def test_every_input_is_ready_for_the_wire_or_a_usage_error(text: str) -> None:
    try:
        local, domain = parse_mailbox(text)
    except UsageError as error:
        said = str(error)
    else:
        said = f"{local}@{domain}"
        assert said.isascii()
        assert parse_mailbox(said) == (local, domain)
    assert said.isprintable()


@given(st.text(max_size=300) | st.from_regex(r"[a-zà-ÿ。.xn-]{1,80}", fullmatch=True))
def test_every_input_is_a_domain_or_a_usage_error(text: str) -> None:
    try:
        said = parse_domain(text)
    except UsageError as error:
        said = str(error)
    else:
        assert said.isascii()
        assert parse_domain(said) == said
    assert said.isprintable()


def test_plain_names_do_not_load_the_idna_tables() -> None:
    code = (
        "import sys; from probe.grammar.smtp_path import parse_mailbox;"
        "parse_mailbox('a@xn--bcher-kva.example'); print('idna' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "False\n"
