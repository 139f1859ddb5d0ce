from dataclasses import replace

import pytest

from probe.model.bounce import Action, Bounce, BouncedRecipient
from probe.model.smtp import Line, TlsFacts
from probe.model.words import Failure, Family, Purpose, Stage
from probe.report.json.conversations import HIDDEN_TEXT, delivery, session
from tests.report import measurements

SIX = "2001:db8::25"


@pytest.mark.parametrize(
    ("trusted", "matches", "reason", "verified", "said"),
    [
        (True, True, None, True, None),
        (True, None, None, True, None),
        (True, False, None, False, "hostname mismatch"),
        (False, True, "self-signed certificate", False, "self-signed certificate"),
        (False, False, "certificate has expired", False, "certificate has expired"),
        (None, True, None, None, None),
    ],
)
def test_verified_needs_trust_and_the_right_name(
    trusted: bool | None, matches: bool | None, reason: str | None, verified: bool | None, said: str | None
) -> None:
    facts = TlsFacts("TLSv1.3", "x", trusted=trusted, reason=reason, name_matches=matches, chain=(b"0",))
    tls = session(replace(measurements.session(SIX), tls=facts), redact=False)["tls"]
    assert isinstance(tls, dict)
    assert (tls["verified"], tls["reason"], tls["chain"]) == (verified, said, (b"0",))


def test_arrived_is_null_when_nobody_looked() -> None:
    lost, found = measurements.report("lost").measurement.attempts
    assert [delivery(item, {})["arrived"] for item in (lost, found)] == [False, True]
    assert delivery(replace(lost, watched=(), failure=None), {})["arrived"] is None


def test_a_broken_conversation_keeps_what_was_seen_before() -> None:
    shown = session(measurements.failed(SIX, Stage.EHLO, Failure.CLOSED), redact=False)
    assert (shown["reached"], shown["failure"]) == (Stage.EHLO, Failure.CLOSED)
    assert shown["banner"] == "220 mx1.example.com ESMTP Postfix (Debian/GNU)"
    assert shown["tls"] is None
    steps = shown["steps"]
    assert isinstance(steps, list)
    assert [step["stage"] for step in steps] == [Stage.CONNECT, Stage.BANNER, Stage.EHLO]
    assert steps[-1]["reply"] is None


def test_message_text_is_hidden_where_asked() -> None:
    lines = (Line(0.0, "S", "354 go"), Line(0.1, "C", "Subject: x"), Line(0.2, "S", "250 ok"))
    talk = replace(measurements.session(SIX), transcript=lines, purpose=Purpose.MESSAGE)
    for redact, text in ((False, "Subject: x"), (True, HIDDEN_TEXT)):
        transcript = session(talk, redact=redact)["transcript"]
        assert isinstance(transcript, list)
        assert [line["text"] for line in transcript] == ["354 go", text, "250 ok"]


def test_a_bounce_and_what_the_receiver_judged() -> None:
    lost, found = measurements.report("lost").measurement.attempts
    one = BouncedRecipient(
        Action.FAILED, "jane@example.com", diagnostic="550 no", address="2001:db8::99", family=Family.IPV6
    )
    bounce = Bounce(standard=True, recipients=(one,), reporting_mta="mx1.example.com")
    shown = delivery(replace(lost, bounce=bounce), {})["bounce"]
    assert isinstance(shown, dict)
    assert (shown["action"], shown["reporting_mta"], shown["recipients"]) == ("failed", "mx1.example.com", (one,))
    assert delivery(found, {"spf": "fail"})["results"] == {"spf": "fail"}
