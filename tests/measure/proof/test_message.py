import random
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.body import digest, unchanged
from probe.grammar.header import SECTION, section
from probe.measure.proof import message
from probe.measure.proof.message import (
    LEAST,
    WIDTH,
    build,
    carries,
    check,
    is_ours,
    new_token,
    no_message,
)
from probe.model.errors import UsageError
from probe.model.words import Family

TOKEN = "p60100abcdefghijklmnopv6"
DATE = datetime(2026, 11, 22, 18, 0, 1, tzinfo=UTC)


def built(**changes: str) -> bytes:
    given_text = {"sender": "", "recipient": "user@example.com", "mx": "mx1.example.com", "helo": "probe.example.net"}
    return build(token=TOKEN, family=Family.IPV6, date=DATE, **{**given_text, **changes})


@pytest.mark.parametrize(("family", "end"), [(Family.IPV6, "v6"), (Family.IPV4, "v4")])
def test_a_token_names_its_family_and_fits_everywhere(family: Family, end: str) -> None:
    token = new_token(family)
    assert len(token) <= 32
    assert token == token.lower()
    assert token.isalnum()
    assert token.startswith("p6")
    assert token.endswith(end)


def test_tokens_differ_unless_the_same_seed_is_asked_for() -> None:
    assert len({new_token(Family.IPV6) for _ in range(1000)}) == 1000
    first, second = (new_token(Family.IPV4, random.Random(7)) for _ in range(2))
    assert first == second != new_token(Family.IPV4, random.Random(8))


@given(st.integers(0, 2**80 - 1))
def test_all_eighty_bits_are_in_the_token(bits: int) -> None:
    class Fixed(random.Random):
        def getrandbits(self, k: int) -> int:
            assert k == 80
            return bits

    token = new_token(Family.IPV6, Fixed())
    assert message._ANY.fullmatch(token.encode("ascii"))
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    assert sum(alphabet.index(char) << 5 * place for place, char in enumerate(reversed(token[6:-2]))) == bits


def test_the_message_is_read_back_as_it_was_meant() -> None:
    data = built(contact="ops@example.net, +1 555 0100")
    read = message_from_bytes(data, policy=SMTP)
    assert dict(read.items()) == {
        "Date": "Sun, 22 Nov 2026 18:00:01 +0000",
        "From": "probe6 <postmaster@probe.example.net>",
        "To": "user@example.com",
        "Subject": f"probe6 {TOKEN} v6 mx1.example.com",
        "Message-ID": f"<{TOKEN}@probe.example.net>",
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
        "X-Auto-Response-Suppress": "All",
        "X-Probe6-Token": TOKEN,
        "X-Probe6-Family": "ipv6",
        "X-Probe6-Body": digest(data.partition(b"\r\n\r\n")[2]),
        "X-Probe6-Contact": "ops@example.net, +1 555 0100",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="us-ascii"',
        "Content-Transfer-Encoding": "7bit",
    }
    assert read.defects == []
    body = read.get_content().splitlines()
    assert body[0] == TOKEN
    assert "ops@example.net, +1 555 0100" in body
    assert "IPv6 to mx1.example.com" in " ".join(body)


def test_the_wire_form_is_short_ascii_lines_that_end_in_crlf() -> None:
    data = built()
    assert data.isascii()
    assert data.endswith(b"\r\n")
    lines = data.split(b"\r\n")
    assert all(len(line) < 78 and b"\r" not in line and b"\n" not in line for line in lines)
    assert b"X-Probe6-Contact" not in data


def test_the_author_is_the_sender_where_there_is_one_and_else_our_postmaster_even_behind_a_literal() -> None:
    assert b"From: probe6 <probe@example.net>\r\n" in built(sender="probe@example.net")
    literal = built(helo="[IPv6:2001:db8::9]")
    assert b"From: probe6 <postmaster@[IPv6:2001:db8::9]>\r\n" in literal
    assert f"Message-ID: <{TOKEN}@[IPv6:2001:db8::9]>\r\n".encode() in literal


def test_long_names_are_folded_and_read_back_whole() -> None:
    mx = ".".join(["m" * 60] * 4)
    recipient = f"{'u' * 64}@{mx[:180]}"
    data = built(mx=mx, recipient=recipient, contact="word " * 38)
    read = message_from_bytes(data, policy=SMTP)
    assert read["Subject"] == f"probe6 {TOKEN} v6 {mx}"
    assert read["To"] == recipient
    assert read["X-Probe6-Contact"].split() == ["word"] * 38
    assert max(map(len, data.split(b"\r\n"))) < 998
    assert all(line.strip() for line in section(data).split(b"\r\n"))


@pytest.mark.parametrize("bad", ["\r", "\n", "\0", "\r\nBcc: <all@example.com>", "\x1b", "\x7f", "é", "\u2028"])
@pytest.mark.parametrize("field", ["sender", "recipient", "mx", "helo", "contact"])
def test_what_could_end_a_header_is_a_usage_error(field: str, bad: str) -> None:
    with pytest.raises(UsageError) as caught:
        built(**{field: f"a{bad}b"})
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("helo", ["a b", "a>b", "", "[]", "[a", "a@b", "x" * 300])
def test_a_name_of_ours_that_is_none_is_a_usage_error(helo: str) -> None:
    with pytest.raises(UsageError):
        check("", "user@example.com", None, helo)
    check("", "user@example.com", None, None)


def test_a_strange_name_from_dns_is_made_harmless() -> None:
    assert f"Subject: probe6 {TOKEN} v6 a?032b?c_d\r\n".encode() in built(mx="a\\032b>c_d")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (f"Message-ID: <{TOKEN}@probe.example.net>", True),
        (f"message-id:\r\n <{TOKEN.upper()}@probe.example.net>", True),
        (f"Subject: [SPAM] probe6 {TOKEN} v6 mx1\nMessage-ID: <new@gateway.example>", True),
        (f"X-Probe6-Token: {TOKEN}", True),
        (f"X-Other: {TOKEN}", False),
        ("Message-ID: <p60100abcdefghijklmnopv4@probe.example.net>", False),
        (f"Subject: Re: probe6 {TOKEN} v6 mx1\nIn-Reply-To: <{TOKEN}@probe.example.net>", False),
        (f"References: <x@y> <{TOKEN}@probe.example.net>\nSubject: Undeliverable: probe6 {TOKEN}", False),
        (f"Subject: other\n\nX-Probe6-Token: {TOKEN}", False),
        ("", False),
    ],
)
def test_the_message_is_known_by_its_headers_and_an_answer_is_not_the_message(headers: str, expected: bool) -> None:
    assert carries(headers.encode(), TOKEN) is expected


def test_what_was_built_carries_its_token() -> None:
    assert carries(section(built()), TOKEN)
    assert not carries(section(built()), new_token(Family.IPV6))


def test_a_message_of_ours_is_known_without_its_token_an_answer_is_none() -> None:
    assert is_ours(section(built()))
    assert is_ours(f"X-Probe6-Token: {TOKEN.upper()}".encode())
    assert not is_ours(f"Subject: Re: {TOKEN}\r\nReferences: <{TOKEN}@probe.example.net>".encode())
    assert not is_ours(f"To: <{TOKEN}@example.com>".encode())
    assert not is_ours(f"Subject: {TOKEN[:-1]}".encode())


@given(st.binary(max_size=300))
def test_whatever_stands_around_it_the_token_tells(headers: bytes) -> None:
    assert is_ours(b"Subject: x " + TOKEN.encode() + b"\n" + headers.replace(TOKEN.encode(), b""))


def test_a_header_section_full_of_tokens_takes_linear_time() -> None:
    tokens = " ".join(f"p60100{number:016d}v6".translate(str.maketrans("0189", "abcd")) for number in range(30_000))
    assert not is_ours(f"Subject: {tokens}\nReferences: {tokens}".encode()[:SECTION])


def test_a_message_fills_more_than_one_packet_and_so_does_what_is_none() -> None:
    assert LEAST <= len(built()) < LEAST + 100
    trial = no_message("probe.example.net", Family.IPV6)
    assert LEAST <= len(trial) < LEAST + 100
    assert b"This is no message" in trial
    assert max(map(len, trial.splitlines())) <= WIDTH
    assert not is_ours(trial), "a token would make it look like a message"


def test_the_message_knows_its_own_text() -> None:
    data = built(contact="ops@example.net")
    assert unchanged(data) is True
    assert unchanged(data + b"-- \r\nA notice.\r\n") is False
    assert unchanged(b"Received: from a by b\r\n" + data.replace(b"\r\n", b"\n")) is True
