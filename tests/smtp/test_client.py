"""The event machine: whole conversations, who is answered, what nobody asked for, and whose mistake it is."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.smtp.client import (
    MOST_OCTETS,
    MOST_UNASKED,
    Answered,
    Broken,
    Client,
    Ended,
    Event,
    Injected,
    Unasked,
)
from probe.smtp.commands import OurMistake, command
from probe.smtp.replies import NotSmtp, TooLong
from probe.smtp.states import FINAL_DOT, GREETING, Phase

GREETED = b"220 mx1.example.com ESMTP\r\n"
HELLO = b"250-mx1.example.com\r\n250-PIPELINING\r\n250-Size 1000\r\n250 STARTTLS\r\n"
OK = b"250 2.1.0 Ok\r\n"


def codes(events: list[Event]) -> list[tuple[str, int]]:
    return [(event.to, event.reply.code) for event in events if isinstance(event, Answered)]


def ask(client: Client, text: str, reply: bytes) -> list[Event]:
    assert client.send(command(text)) == text.encode() + b"\r\n"
    return client.receive(reply)


def greeted() -> Client:
    client = Client()
    client.receive(GREETED)
    return client


def introduced() -> Client:
    client = greeted()
    ask(client, "EHLO x", HELLO)
    return client


def test_a_whole_conversation() -> None:
    client = Client()
    assert codes(client.receive(GREETED)) == [(GREETING, 220)]
    assert codes(ask(client, "EHLO x", HELLO)) == [("EHLO", 250)]
    assert client.offered == {"PIPELINING": "", "SIZE": "1000", "STARTTLS": ""}
    assert codes(ask(client, "MAIL FROM:<>", OK)) == [("MAIL", 250)]
    assert codes(ask(client, "RCPT TO:<a@example.com>", OK)) == [("RCPT", 250)]
    assert codes(ask(client, "DATA", b"354 go\r\n")) == [("DATA", 354)]
    assert client.data(b".x\r\n").wire == b"..x\r\n.\r\n"
    assert codes(client.receive(OK)) == [(FINAL_DOT, 250)]
    assert codes(ask(client, "QUIT", b"221 bye\r\n")) == [("QUIT", 221)]
    assert client.over
    assert client.receive(b"") == []


def test_nothing_is_said_before_the_last_line_of_the_greeting() -> None:
    client = Client()
    for part in (b"", b"220-wait\r\n", b"220 mx"):
        if part:
            assert client.receive(part) == []
        with pytest.raises(OurMistake, match="awaited"):
            client.send(command("EHLO x"))
    client.receive(b"\r\n")
    assert client.send(command("EHLO x"))


def test_who_is_turned_away_may_only_say_goodbye() -> None:
    client = Client()
    client.receive(b"554 5.7.1 no\r\n")
    with pytest.raises(OurMistake):
        client.send(command("EHLO x"))
    assert codes(ask(client, "QUIT", b"221 bye\r\n")) == [("QUIT", 221)]


def test_one_command_at_a_time_without_pipelining_and_a_group_with_it() -> None:
    group = [command(text) for text in ("MAIL FROM:<>", "RCPT TO:<a@example.com>", "RSET", "QUIT")]
    bare = greeted()
    ask(bare, "EHLO x", b"250 mx1.example.com PIPELINING\r\n")  # the first line is a greeting, not an extension
    with pytest.raises(OurMistake, match="PIPELINING"):
        bare.send(*group)
    client = introduced()
    assert client.send(*group) == b"MAIL FROM:<>\r\nRCPT TO:<a@example.com>\r\nRSET\r\nQUIT\r\n"
    assert client.awaiting == 4
    assert codes(client.receive(OK + b"550 no\r\n" + OK)) == [("MAIL", 250), ("RCPT", 550), ("RSET", 250)]
    assert codes(client.receive(b"221 bye\r\n")) == [("QUIT", 221)]


@pytest.mark.parametrize(
    ("rcpt", "data", "phase"),
    [
        (OK, b"354 go\r\n", Phase.CONTENT),
        (b"550 no\r\n", b"354 go\r\n", Phase.CONTENT),
        (OK, b"554 no\r\n", Phase.RCPT),
    ],
)
def test_after_a_group_with_data_the_replies_decide(rcpt: bytes, data: bytes, phase: Phase) -> None:
    client = introduced()
    client.send(*(command(text) for text in ("MAIL FROM:<>", "RCPT TO:<a@example.com>", "DATA")))
    client.receive(OK + rcpt + data)
    assert client.phase is phase


def test_a_message_only_after_a_354() -> None:
    with pytest.raises(OurMistake, match="354"):
        introduced().data(b"x\r\n")


def test_tls_makes_everything_forgotten() -> None:
    client = introduced()
    assert codes(ask(client, "STARTTLS", b"220 go\r\n")) == [("STARTTLS", 220)]
    with pytest.raises(OurMistake):
        client.send(command("EHLO x"))
    client.secured()
    assert client.offered == {}
    with pytest.raises(OurMistake):
        client.send(command("MAIL FROM:<>"))
    assert codes(ask(client, "EHLO x", HELLO)) == [("EHLO", 250)]


def test_a_handshake_nobody_asked_for_is_our_mistake() -> None:
    with pytest.raises(OurMistake):
        introduced().secured()


def test_a_hello_that_failed_or_was_an_old_one_offers_nothing() -> None:
    for text, reply in (("EHLO x", b"502-what\r\n502 SIZE\r\n"), ("HELO x", HELLO)):
        client = introduced()
        ask(client, text, reply)
        assert client.offered == {}


@pytest.mark.parametrize("behind", [b"250 injected\r\n", b"x", b"\r", b"220 half"])
def test_whatever_stands_behind_the_220_of_starttls_is_told(behind: bytes) -> None:
    whole = b"220 2.0.0 go ahead\r\n" + behind
    for cut in range(len(whole) + 1):
        client = introduced()
        client.send(command("STARTTLS"))
        events = [*client.receive(whole[:cut])] if cut else []
        if cut < len(whole):
            events += client.receive(whole[cut:])
        assert [type(event) for event in events] == [Answered, Injected]
        assert behind.startswith(events[1].raw)  # cut behind the 220, the rest comes when nobody looks any more
        assert client.over


def test_what_follows_a_refused_starttls_is_no_injection() -> None:
    client = introduced()
    events = ask(client, "STARTTLS", b"454 no\r\n250 more\r\n")
    assert [type(event) for event in events] == [Answered, Unasked]
    assert not client.over


def test_a_second_reply_does_not_answer_the_next_command() -> None:
    client = Client()
    events = client.receive(GREETED + b"220 second\r\n")
    assert [type(event) for event in events] == [Answered, Unasked]
    assert codes(ask(client, "EHLO x", HELLO)) == [("EHLO", 250)]


def test_rubbish_nobody_asked_for_does_no_harm_and_rubbish_for_an_answer_does() -> None:
    client = greeted()
    assert client.receive(b"\r\n") == [Unasked(NotSmtp(b"\r\n", b"\r\n"))]
    client.send(command("EHLO x"))
    assert client.receive(b"250-a\r\nrubbish\r\n") == [Broken(NotSmtp(b"250-a\r\nrubbish\r\n", b"rubbish\r\n"))]
    assert client.over


def test_a_421_nobody_asked_for_is_the_last_word() -> None:
    client = greeted()
    [event] = client.receive(b"421 4.3.2 shutting down\r\n")
    assert isinstance(event, Unasked)
    assert client.farewell is event.heard
    assert client.over
    with pytest.raises(OurMistake):
        client.send(command("EHLO x"))


def test_a_server_that_talks_on_its_own_is_cut_off() -> None:
    client = greeted()
    events = client.receive(b"250 bla\r\n" * (MOST_UNASKED + 5))
    assert [type(event) for event in events] == [Unasked] * MOST_UNASKED + [Broken]
    assert isinstance(events[-1].heard, TooLong)
    assert client.receive(b"250 bla\r\n" * 1000) == []


def test_a_conversation_has_a_limit_of_its_own_however_it_is_cut() -> None:
    """Each reply is within its limits, all of them together are not."""
    reply = b"250-" + b"x" * 4000 + b"\r\n250 y\r\n"
    said = b"220 mx\r\n" + reply * (MOST_OCTETS // len(reply) + 1)
    for size in (1000, 4096, len(said)):
        client = Client()
        heard: list[Event] = []
        for at in range(0, len(said), size):
            heard += client.receive(said[at : at + size])
        assert isinstance(heard[-1], Broken)
        assert heard[-1].heard == TooLong(b"", f"more than {MOST_OCTETS} octets in one conversation")
        assert len(heard) == 2 + MOST_OCTETS // len(reply)
        assert client.over


def test_an_end_says_what_was_left_unsaid() -> None:
    client = Client()
    client.receive(b"220-mx\r\n220 un")
    assert client.receive(b"") == [Ended(b"220-mx\r\n220 un")]
    assert client.receive(b"") == []


def test_the_first_line_has_the_time_it_was_whole() -> None:
    client = Client()
    client.receive(b"220-wa", at=1.0)
    client.receive(b"it\r\n220", at=2.0)
    [event] = client.receive(b" mx\r\n", at=3.0)
    assert isinstance(event, Answered)
    assert event.first_line == 2.0
    client.send(command("EHLO x"), at=4.0)
    [event] = client.receive(HELLO, at=5.0)
    assert event.first_line == 5.0


def test_the_transcript_is_what_went_over_the_wire_and_when() -> None:
    client = Client()
    client.receive(GREETED, at=1.0)
    client.send(command("EHLO x"), at=2.0)
    client.receive(HELLO + b"250 unasked\r\n", at=3.0)
    assert [(entry.at, entry.sent, entry.raw) for entry in client.transcript] == [
        (1.0, False, GREETED),
        (2.0, True, b"EHLO x\r\n"),
        (3.0, False, HELLO),
        (3.0, False, b"250 unasked\r\n"),
    ]


SAID = st.lists(
    st.sampled_from(
        [GREETED, HELLO, OK, b"354 go\r\n", b"421 bye\r\n", b"220-", b"250", b" \r\n", b"\n", b"\xff\0", b"y" * 5000]
    )
    | st.binary(max_size=12),
    max_size=40,
).map(b"".join)
STORY = ("EHLO x", "STARTTLS", "MAIL FROM:<>", "RCPT TO:<a@example.com>", "DATA", "RSET", "QUIT")


@given(SAID, st.lists(st.integers(0, 300), max_size=10))
def test_any_bytes_cut_anyhow_are_the_same_events(said: bytes, places: list[int]) -> None:
    whole, parts = Client(), Client()
    ends = sorted({min(place, len(said)) for place in places} | {0, len(said)})
    heard = [event for start, end in pairwise(ends) for event in parts.receive(said[start:end])]
    assert heard == (whole.receive(said) if said else [])


@given(st.lists(SAID, max_size=12), st.booleans())
def test_no_server_can_make_us_break_the_protocol(answers: list[bytes], tls: bool) -> None:
    """Whatever it says, what we send is one whole command of ours at a time, and what is kept is bounded."""
    client = Client()
    for answer, text in zip(answers, STORY, strict=False):
        if answer:
            client.receive(answer)
        if client.securing and tls:
            client.secured()
        with suppress(OurMistake):
            assert client.send(command(text)) == text.encode() + b"\r\n"
            assert client.awaiting == 1
    assert sum(len(entry.raw) for entry in client.transcript) <= sum(map(len, answers)) + 200
