from dataclasses import replace

import pytest

from probe.model.bounce import Action, Bounce, BouncedRecipient
from probe.report._shown.wording import counted, returned, roughly, seconds


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0 ms"),
        (0.0004, "0.4 ms"),
        (0.0098, "9.8 ms"),
        (0.00996, "10 ms"),
        (0.012, "12 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1 s"),
        (1.5, "1.5 s"),
        (15.0, "15 s"),
        (90.04, "90 s"),
    ],
)
def test_durations_as_people_say_them(value: float, text: str) -> None:
    assert seconds(value) == text


def test_rough_durations_and_counts() -> None:
    assert [roughly(value) for value in (0.01, 0.44, 12.0)] == ["under 0.1 s", "0.4 s", "12.0 s"]
    assert [counted(number, "query") for number in (0, 1, 2)] == ["0 queries", "1 query", "2 queries"]
    assert [counted(2, noun) for noun in ("connection", "address")] == ["2 connections", "2 addresses"]


def test_a_returned_message_names_who_and_why() -> None:
    one = BouncedRecipient(Action.FAILED, status="5.1.1")
    bounce = Bounce(standard=True, recipients=(one,), reporting_mta="mx1.example.com")
    assert returned(bounce) == "by mx1.example.com, 5.1.1"
    assert returned(replace(bounce, recipients=(replace(one, diagnostic="550 no"),))) == "by mx1.example.com, 550 no"
    assert returned(Bounce(standard=False, recipients=())) == "by a server without a name, without a reason"
