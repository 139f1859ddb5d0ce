"""The words of the servers that mean: you are not one of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.judge.facts.submitting import Refusal, is_login, refusal
from probe.model.smtp import Observation, Reply
from probe.model.words import Failure, Purpose, Stage
from tests.builders import healthy, session, step

WORLD = healthy()
TALK = session(purpose=Purpose.VIA)


@pytest.mark.parametrize(
    ("code", "text", "meant"),
    [
        (554, "5.7.1 <a@b>: Relay access denied", Refusal.RELAY),
        (454, "4.7.1 <a@b>: Relay access denied", Refusal.RELAY),
        (554, "5.7.1 <a@b>: Recipient address rejected: not yours", Refusal.RELAY),
        (550, "5.7.1 Relaying is not allowed", Refusal.RELAY),
        (553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", Refusal.RELAY),
        (530, "5.7.0 Authentication required", Refusal.RELAY),
        (550, "5.7.1 Must authenticate first", Refusal.RELAY),
        (550, "5.7.1 not today", None),
        (550, "5.7.25 Client host rejected: cannot find your hostname, [2001:db8:9::9]", None),
        (454, "4.7.1 try again later", None),
        (552, "5.2.2 Mailbox full", None),
    ],
)
def test_an_answer_to_rcpt(code: int, text: str, meant: Refusal | None) -> None:
    assert refusal(WORLD, TALK, step(Stage.RCPT, code=code, text=text)) is meant
    assert refusal(WORLD, session(), step(Stage.RCPT, code=code, text=text)) is None


def test_auth_is_told_from_mail() -> None:
    assert is_login(step(Stage.MAIL, code=535, text="no", command="AUTH LOGIN ***"))
    assert not is_login(step(Stage.MAIL, code=535, text="no", command="MAIL FROM:<auth@example.com>"))
    assert not is_login(step(Stage.MAIL, code=535, text="no"))


@given(st.sampled_from(list(Stage)), st.sampled_from(list(Failure)), st.integers(400, 599), st.text(max_size=80))
def test_any_end_has_one_meaning_or_none(stage: Stage, failure: Failure, code: int, text: str) -> None:
    end = Observation(stage, 0.0, 0.0, Reply(code, (text,)), failure)
    assert refusal(WORLD, TALK, end) in {None, *Refusal}
