import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import queue_id
from probe.grammar.queue_id import LONGEST, MOST, from_reply, style


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(queue_id).failed == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.0.0 Ok: queued as 4BzQ3t1mZvz9s", "4BzQ3t1mZvz9s"),
        ("Ok: queued as ABCDEF", "ABCDEF"),
        ("2.0.0 Ok: queued as 0bd6a3f0-5b7a-11f0-8000-0123456789ab", "0bd6a3f0-5b7a-11f0-8000-0123456789ab"),
        ("2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4BzQ3t1mZvz9s", "4BzQ3t1mZvz9s"),
        ("2.0.0 Ok: queued on mx3.example.org 1795370401-AbCdEf12", "1795370401-AbCdEf12"),
        ("OK id=1tsNIS-00000002QEt-2cM2", "1tsNIS-00000002QEt-2cM2"),
        ("Requested mail action okay, completed: id=1MRAyd-1tzVqY0Q3f-00NLNZ", "1MRAyd-1tzVqY0Q3f-00NLNZ"),
        ("2.0.0 4ALI01abc012345 Message accepted for delivery", "4ALI01abc012345"),
        ("2.0.0 e858df75 Message accepted for delivery", "e858df75"),
        ("2.0.0 OK  1795370401 z8si5551212ilq.142 - gsmtp", "z8si5551212ilq.142"),
        (
            "2.6.0 <p6a@probe.example.net> [InternalId=4711, Hostname=MX1.example.com] Queued mail for delivery",
            "4711",
        ),
        ("2.0.0 <user@example.com> qYyyBMsl9FRuZQAAA15QOA Saved", "qYyyBMsl9FRuZQAAA15QOA"),
        ("Message Queued (0BD6A3F0-5B7A-4E5A-9A3A-0123456789AB.1)", "0BD6A3F0-5B7A-4E5A-9A3A-0123456789AB.1"),
        ("ok 1795370401 qp 12345", "12345"),
        ("2.0.0 Message queued with id 1a2b3c4d5e6f.", "1a2b3c4d5e6f"),
        ("ok:  Message 123456 accepted", "123456"),
        ("Ok. 00000000000A0B1C.000000006922.00000001", "00000000000A0B1C.000000006922.00000001"),
        # Replies that name none.
        ("", None),
        ("2.0.0 Ok", None),
        ("2.0.0 Message accepted for delivery", None),
        ("Message accepted for delivery", None),
        ("Mail saved", None),
        ("Queued (0.012 seconds)", None),
        ("OK: queued as.", None),
        ("2.6.0 Message received", None),
        ("Great success", None),
        ("queued as " + "a1" * LONGEST, None),
        (" " * MOST + "queued as 4BzQ3t1mZvz9s", None),
    ],
)
def test_replies(text: str, expected: str | None) -> None:
    assert from_reply(text) == expected
    assert from_reply(text.upper()) == (expected and expected.upper())


@pytest.mark.parametrize("word", ["a1", "a:", "id=", "<", "queued as ", "queued on a ", "ok 1 ", "1 Saved ", "."])
def test_a_long_row_of_beginnings_comes_back(word: str) -> None:
    found = from_reply(word * (1 << 18))
    assert found is None or len(found) <= LONGEST


@given(st.text(max_size=200) | st.text(alphabet="queueds aOKid=<>:.20Mg", max_size=200))
def test_no_input_raises_and_an_id_is_one_word_of_the_text(text: str) -> None:
    found = from_reply(text)
    assert found is None or (found in text and not any(char.isspace() for char in found))


@pytest.mark.parametrize(
    ("queue_id", "habit"),
    [
        ("3F2A1B4C5D", "Postfix, short"),
        ("4BzQ3t1mZvz9s", "Postfix, long"),
        ("1tEXHp-0001Ab-C3", "Exim"),
        ("1tEXHp-0000000Ab1C-3Dz9", "Exim 4.97"),
        ("5AMI0Cde012345", "Sendmail"),
        ("a1b2c3d4", "OpenSMTPD"),
        ("ok", None),
    ],
)
def test_each_daemon_has_its_habit(queue_id: str, habit: str | None) -> None:
    assert style(queue_id) == habit
