"""Commands: what they look like on the wire, what they need, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.smtp.commands import OurMistake, command


@pytest.mark.parametrize(
    ("text", "verb", "needs"),
    [
        ("EHLO probe.example.net", "EHLO", set()),
        ("ehlo [IPv6:2001:db8::1]", "EHLO", set()),
        ("QUIT", "QUIT", set()),
        ("MAIL FROM:<>", "MAIL", set()),
        ("mail from:<a@example.com> size=1000", "MAIL", {"SIZE"}),
        ("MAIL FROM:<a@example.com> BODY=8BITMIME RET=HDRS ENVID=a>b", "MAIL", {"8BITMIME", "DSN"}),
        ("MAIL FROM:<a@example.com> SMTPUTF8", "MAIL", {"SMTPUTF8"}),
        ("RCPT TO:<jürgen@example.com>", "RCPT", {"SMTPUTF8"}),
        ('RCPT TO:<"a > SIZE=1"@example.com> NOTIFY=NEVER ORCPT=rfc822;a', "RCPT", {"DSN"}),
        ('RCPT TO:<"quoted \\" mark"@example.com>', "RCPT", set()),
        ("MAIL FROM:<> X-OWN=1", "MAIL", set()),
    ],
)
def test_a_command_and_what_it_needs(text: str, verb: str, needs: set[str]) -> None:
    found = command(text)
    assert (found.verb, found.wire, found.needs) == (verb, text.encode() + b"\r\n", needs)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " EHLO x",
        "EHLO\r",
        "NOOP\r\nQUIT",
        "NOOP\nQUIT",
        "EHLO a\0b",
        "EHLO a\tb",
        "EHLO büro.example",
        "QUIT\u2028",
        "É x",
        "MAIL",
        "MAIL FROM:a@example.com",
        "MAIL FROM:<a@example.com",
        "MAIL FROM:<a@example.com>SIZE=1",
        "MAIL TO:<a@example.com>",
        "RCPT FROM:<a@example.com>",
        "\ud800",
    ],
)
def test_what_is_no_command_is_our_mistake(text: str) -> None:
    with pytest.raises(OurMistake):
        command(text)


@pytest.mark.parametrize(("verb", "most"), [("EHLO {}", 512), ("RCPT TO:<{}>", 1012), ("MAIL FROM:<{}>", 665)])
def test_a_command_is_as_long_as_its_extensions_allow(verb: str, most: int) -> None:
    room = most - 2 - len(verb.format(""))
    assert len(command(verb.format("x" * room)).wire) == most
    with pytest.raises(OurMistake, match="longer"):
        command(verb.format("x" * (room + 1)))


@given(st.text(max_size=80).map(lambda text: "MAIL FROM:<" + text) | st.text(max_size=80))
def test_any_text_is_one_line_or_our_mistake(text: str) -> None:
    try:
        line = command(text).wire.removesuffix(b"\r\n")
    except OurMistake:
        return
    assert not set(b"\r\n\0") & set(line)
