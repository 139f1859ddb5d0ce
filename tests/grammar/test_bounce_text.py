"""The texts of bounces: where the copy begins, whom they are about, which server and which reply they name."""

import time

import pytest

from probe.grammar.bounce_text import LONGEST, about, lines, reply, server, told
from probe.grammar.mime import Part


def test_the_first_text_counts_and_html_stands_in_for_it() -> None:
    html = Part("text/html", {}, b"<p>Your <b>message</b>\r\n550\t5.1.1</p>")
    assert lines([html]).split() == ["Your", "message", "550", "5.1.1"]
    assert lines([html, Part("text/plain", {}, b"plain \x1b")]) == r"plain \x1b"
    assert lines([]) == ""


@pytest.mark.parametrize(
    "mark",
    [
        "--- Below this line is a copy of the message.",
        "------ This is a copy of the message, including all the headers. ------",
        "----- Original message -----",
        "Below is a copy of the original message:",
        "Original message headers:",
    ],
)
def test_the_copy_is_no_part_of_what_is_told(mark: str) -> None:
    assert told(f"no\n{mark}\n<u@example.com>").strip() == "no"
    assert about(f"no\n{mark}\n<u@example.com>") == {}


@pytest.mark.parametrize(
    "text",
    [
        "<u@example.com>: no",
        "<u@example.com>:\nno",
        "  u@example.com\n    no",
        "Recipient: u@example.com\nno",
        "Recipient address: u@example.com\nno",
        "Message to u@example.com could not be delivered: no",
        "u@example.com on 11/22/2026 6:01 PM\nno",
        "Your message wasn't delivered to u@example.com because no",
    ],
)
def test_whom_it_is_about(text: str) -> None:
    assert list(about(text)) == ["u@example.com"]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("host mx1.example.com[2001:DB8::25] said: 550", "2001:db8::25"),
        ("host mx1.example.com [192.0.2.25]: 550", "192.0.2.25"),
        ("by mx1.example.com. [2001:db8::25].", "2001:db8::25"),
        ("Server at mx1.example.com (2001:db8::25) returned", "2001:db8::25"),
        ("[LastAttemptedIP=192.0.2.25:25]", "192.0.2.25"),
        ("2001:db8::25 does not like recipient.", "2001:db8::25"),
        ("Connected to 192.0.2.25 but sender was rejected.", "192.0.2.25"),
        ("Giving up on 192.0.2.25.", "192.0.2.25"),
        ("said: 550-5.7.1 [2001:db8::9      13] our system", None),
        ("Postfix (3.7.11) at 18:00:01", None),
        ("", None),
    ],
)
def test_which_server_refused(text: str, address: str | None) -> None:
    assert server(text) == address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("550 5.1.1 no", (550, "5.1.1")),
        ("550-5.7.26 no", (550, "5.7.26")),
        ("#550 #5.1.1 no", (550, "5.1.1")),
        ("no mailbox (#5.1.1)", (None, "5.1.1")),
        ("192.0.2.550 no", (None, None)),
        ("", (None, None)),
    ],
)
def test_with_which_reply(text: str, expected: tuple[int | None, str | None]) -> None:
    assert reply(text) == expected


@pytest.mark.parametrize(
    "piece", ["a@", "<a@b", "a@b ", "a@b\n", "host a [", "Recipient: ", "- copy ", ":: ", "a" * 300 + "@"]
)
def test_a_text_full_of_one_thing_comes_back_soon(piece: str) -> None:
    text = piece * (LONGEST // len(piece))
    began = time.perf_counter()
    about(text), server(text), reply(text), lines([Part("text/html", {}, text.encode())])
    assert time.perf_counter() - began < 2.0


@pytest.mark.parametrize(
    "text",
    [
        "550-5.7.1 [2001:db8::9] our system",
        "550 Client host [2001:db8::9] blocked",
        "mailbox unavailable (2001:db8::9)",
    ],
)
def test_an_address_without_a_server_name_is_the_clients(text: str) -> None:
    assert server(text) is None


@pytest.mark.parametrize(
    "text",
    ["host mx1[2001:db8::25] said: 550", "mx1.example.com. [2001:db8::25]", "9.example.com (2001:db8::25, the server)",
     "Remote server (2001:db8::25) issued an error."],
)  # fmt: skip
def test_the_address_of_a_server(text: str) -> None:
    assert server(text) == "2001:db8::25"
