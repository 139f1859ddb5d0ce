"""What the diary writes down, and how it bounds a step by what is left of the run."""

import asyncio

import pytest

from probe.measure.frame import Frame
from probe.measure.session.conversation import ConversationError
from probe.measure.session.diary import ConversationOver, Diary, offers, refused, untried
from probe.measure.transport.heartbeat import BEAT, heartbeat
from probe.model.settings import Settings
from probe.model.smtp import Reply
from probe.model.words import Failure, Stage
from tests.measure.scripted import ScriptedNetwork
from tests.measure.test_connector import CALL


class StoppedClock(ScriptedNetwork):
    """A clock that moves only when told."""

    time = 100.0

    def monotonic(self) -> float:
        return self.time


@pytest.fixture
def network() -> StoppedClock:
    return StoppedClock()


def diary(network: StoppedClock, deadline: float | None = None) -> Diary:
    return Diary(CALL, Frame(network, Settings(), 100.0, None if deadline is None else 100.0 + deadline))


@pytest.mark.parametrize(
    ("code", "failure"),
    [(220, None), (250, None), (251, None), (354, Failure.PROTOCOL), (421, Failure.DEFERRED), (550, Failure.REJECTED)],
)
def test_the_first_digit_decides(code: int, failure: Failure | None) -> None:
    assert refused(Reply(code, ("text",))) is failure


@pytest.mark.parametrize(
    ("capabilities", "offered"),
    [
        ((), False),
        (("STARTTLS",), True),
        (("starttls",), True),
        (("SIZE 10", "StartTLS x"), True),
        (("STARTTLSX",), False),
        (("\u017ftarttls",), False),  # a letter that str.upper() makes an S
    ],
)
def test_a_keyword_is_compared_whole_and_without_case(capabilities: tuple[str, ...], offered: bool) -> None:
    assert offers(capabilities, "STARTTLS") is offered


def test_a_step_gets_its_own_time_or_what_is_left(network: StoppedClock) -> None:
    assert diary(network).budget(30.0) == 30.0
    assert diary(network, deadline=90.0).budget(30.0) == 30.0
    network.time = 175.0
    assert diary(network, deadline=90.0).budget(30.0) == 15.0


async def test_a_time_out_cut_short_by_the_run_is_the_deadlines(network: StoppedClock) -> None:
    async def times_out(budget: float) -> None:
        raise ConversationError(Failure.TIMEOUT, "no whole reply in time")

    short = diary(network, deadline=10.0)
    with pytest.raises(ConversationOver):
        await short.run(Stage.BANNER, 45.0, times_out)
    assert short.failure is Failure.DEADLINE
    whole = diary(network, deadline=100.0)
    with pytest.raises(ConversationOver):
        await whole.run(Stage.BANNER, 45.0, times_out)
    assert whole.failure is Failure.TIMEOUT
    assert whole.steps[0].detail == "no whole reply in time (waited 45 s)"


async def test_a_reply_that_came_before_the_end_is_kept_and_shown(network: StoppedClock) -> None:
    async def breaks(budget: float) -> None:
        raise ConversationError(Failure.TLS_HANDSHAKE, "no TLS", Reply(220, ("go ahead",)))

    book = diary(network)
    with pytest.raises(ConversationOver):
        await book.run(Stage.STARTTLS, 30.0, breaks, "STARTTLS")
    assert book.steps[0].reply == Reply(220, ("go ahead",))
    assert [line.text for line in book.lines] == ["STARTTLS", "220 go ahead", "starttls: tls-handshake: no TLS"]


async def test_a_step_that_our_own_loop_was_late_for_says_so(
    network: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the next one, of which that is not true, does not."""
    loop = asyncio.get_running_loop()
    now = [loop.time()]
    monkeypatch.setattr(loop, "time", lambda: now[0])

    async def stalled(budget: float) -> None:
        await asyncio.sleep(0)
        now[0] += 0.11
        network.time += 0.11

    async def prompt(budget: float) -> None:
        network.time += 0.1

    book = diary(network)
    _, started = await book.run(Stage.BANNER, 45.0, stalled)
    book.observe(Stage.BANNER, started)
    heartbeat(loop)._late.clear()
    _, started = await book.run(Stage.EHLO, 45.0, prompt)
    book.observe(Stage.EHLO, started)
    assert 0.1 - BEAT <= book.steps[0].delay <= book.steps[0].elapsed
    assert book.steps[1].delay == 0.0


async def test_a_bug_is_not_swallowed(network: StoppedClock) -> None:
    async def broken(budget: float) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await diary(network).run(Stage.BANNER, 45.0, broken)


def test_a_conversation_that_was_not_held_says_why(network: StoppedClock) -> None:
    session = untried(CALL, Frame(network, Settings(), 100.0, None), Failure.NOT_TRIED, "left alone")
    assert (session.reached, session.failure, session.steps[0].detail) == (
        Stage.CONNECT,
        Failure.NOT_TRIED,
        "left alone",
    )


def test_the_transcript_shows_a_reply_as_it_stands_on_the_wire(network: StoppedClock) -> None:
    book = diary(network)
    book.heard(Reply(250, ("mx1.example.com", "PIPELINING", "8BITMIME")))
    assert [line.text for line in book.lines] == ["250-mx1.example.com", "250-PIPELINING", "250 8BITMIME"]


@pytest.mark.parametrize(("late", "delay"), [(0.05, 0.05), (0.0, 0.2)])
def test_of_a_delay_the_kernel_knows_more_than_the_heart(network: StoppedClock, late: float, delay: float) -> None:
    book = diary(network)
    book._delay = 0.2
    network.time += 0.5
    book.late(late)
    book.observe(Stage.CONNECT, 0.0)
    assert book.steps[0].delay == delay
