from dataclasses import replace

from probe.model.smtp import Observation, Reply, Session
from probe.model.words import Failure, Family, Stage


def talk(*steps: Observation, failure: Failure | None = None, reached: Stage = Stage.RCPT) -> Session:
    return Session(
        mx="mx1.example.com",
        names=("mx1.example.com",),
        address="2001:db8::25",
        port=25,
        family=Family.IPV6,
        until=Stage.RCPT,
        reached=reached,
        started=0.0,
        elapsed=1.0,
        failure=failure,
        steps=steps,
    )


PLAIN = Observation(Stage.EHLO, 0.1, 0.1)
INSIDE = Observation(Stage.EHLO, 0.3, 0.1, tls=True)


def test_a_step_is_the_last_one_outside_tls() -> None:
    again = replace(PLAIN, started=0.2)
    assert talk(PLAIN, again, INSIDE).step(Stage.EHLO) is again
    assert talk(INSIDE).step(Stage.EHLO) is INSIDE
    assert talk(PLAIN).step(Stage.MAIL) is None


def test_the_banner_is_the_reply_if_one_came() -> None:
    greeting = Reply(220, ("mx1.example.com ESMTP",))
    assert talk(Observation(Stage.BANNER, 0.1, 0.1, greeting)).banner is greeting
    assert talk(Observation(Stage.BANNER, 0.1, 0.1, failure=Failure.TIMEOUT)).banner is None
    assert talk().banner is None


def test_completed_means_reached_without_failure() -> None:
    assert talk().completed
    assert not talk(failure=Failure.REJECTED).completed
    assert not talk(reached=Stage.MAIL).completed


def test_the_text_of_a_reply_is_one_line() -> None:
    assert Reply(250, ("mx1.example.com", "SIZE 1000")).text == "mx1.example.com SIZE 1000"
