from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.measure.session.diary import Call
from probe.measure.session.envelope import mail, rcpt
from probe.model.words import Family, Stage
from probe.smtp.commands import command

DSN = ("PIPELINING", "dsn", "8BITMIME")


async def own_name() -> str:
    return "probe.example.net"


CALL = Call(
    mx="mx1.example.com",
    names=("mx1.example.com",),
    address="2001:db8::25",
    port=25,
    family=Family.IPV6,
    until=Stage.DATA,
    helo=own_name,
    sender="me@example.net",
    recipient="user+tag@example.com",
    envid="p60100abcv6",
)
PLAIN = ("MAIL FROM:<me@example.net>",), ("RCPT TO:<user+tag@example.com>",)


def test_a_message_is_named_and_a_bounce_is_wanted_without_its_body() -> None:
    assert mail(CALL, DSN) == ("MAIL FROM:<me@example.net> RET=HDRS ENVID=p60100abcv6", *PLAIN[0])
    assert rcpt(CALL, DSN) == (
        "RCPT TO:<user+tag@example.com> NOTIFY=FAILURE,DELAY ORCPT=rfc822;user+2Btag@example.com",
        *PLAIN[1],
    )


def test_nobody_is_told_about_a_message_from_nobody() -> None:
    nobody = replace(CALL, sender="")
    assert mail(nobody, DSN) == ("MAIL FROM:<> ENVID=p60100abcv6", "MAIL FROM:<>")
    assert rcpt(nobody, DSN)[0] == "RCPT TO:<user+tag@example.com> ORCPT=rfc822;user+2Btag@example.com"


@pytest.mark.parametrize("offered", [(), ("DSNX",), ("PIPELINING", "X-DSN")])
def test_without_the_offer_nothing_is_added(offered: tuple[str, ...]) -> None:
    assert (mail(CALL, offered), rcpt(CALL, offered)) == PLAIN


def test_without_a_message_nothing_is_added() -> None:
    asking = replace(CALL, envid=None)
    assert (mail(asking, DSN), rcpt(asking, DSN)) == PLAIN


def test_an_address_too_long_or_beyond_ascii_is_not_repeated() -> None:
    assert "ORCPT" not in rcpt(replace(CALL, recipient="+" * 200 + "@example.com"), DSN)[0]
    assert rcpt(replace(CALL, sender="", recipient="j\u00fcrgen@example.com"), DSN) == (
        "RCPT TO:<j\u00fcrgen@example.com>",
    )


_LOCAL = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters='<>\\"@ '), min_size=1, max_size=64
)


@given(_LOCAL, _LOCAL)
def test_every_form_is_a_command_a_server_has_to_take(sender: str, recipient: str) -> None:
    call = replace(CALL, sender=f"{sender}@example.net", recipient=f"{recipient}@example.com")
    for form in (*mail(call, DSN), *rcpt(call, DSN)):
        assert command(form).needs <= {"DSN"}
