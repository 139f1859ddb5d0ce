"""What is kept of a reply: honest ones whole, endless ones no more than their beginning, and that is said."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.api import judge, render
from probe.grammar.text import columns, escape
from probe.measure.connector import converse
from probe.measure.session.conversation import engines
from probe.measure.session.kept import CONVERSATION, HARMLESS, LINE, REPLY, keep
from probe.model.smtp import Session
from probe.model.words import Stage
from tests.builders import V4, both, session
from tests.measure.scripted import ScriptedNetwork, answering, serving
from tests.measure.test_connector import CALL, EHLO, GREETING, MX, OK, frame


@given(st.lists(st.text(max_size=60), min_size=1, max_size=30))
def test_an_honest_reply_is_kept_whole(lines: list[str]) -> None:
    shown = [escape(line.encode("utf-8", "surrogatepass")) for line in lines]
    if sum(map(len, shown)) <= REPLY and all(len(line) <= LINE for line in shown):
        assert keep(shown) == (tuple(shown), False)


@given(st.lists(st.binary(max_size=3000), min_size=1, max_size=128))
def test_whatever_comes_its_beginning_is_kept_and_the_rest_is_said_to_be_missing(lines: list[bytes]) -> None:
    shown = [escape(line) for line in lines]
    kept, cut = keep(shown)
    assert 1 <= len(kept) <= len(shown)
    assert sum(map(len, kept)) <= REPLY + 4 * LINE
    assert all(columns(line) <= LINE for line in kept)
    assert cut == (list(kept) != shown)
    assert all(line.startswith(one.removesuffix("...")) for one, line in zip(kept, shown, strict=False))


@given(st.binary(max_size=HARMLESS))
def test_what_is_harmless_needs_no_look(raw: bytes) -> None:
    lines = [escape(line) for line in raw.split(b"\n")]
    assert sum(map(len, lines)) <= REPLY
    assert all(columns(line) <= LINE for line in lines)


@pytest.fixture(params=engines())
def network(request: pytest.FixtureRequest) -> ScriptedNetwork:
    return ScriptedNetwork(request.param)


def size(talk: Session) -> int:
    """Octets of a report in JSON about it, over what one about an honest server has."""
    (honest, found) = (len(render([judge(both(one, session(V4)))], "json").encode()) for one in (session(V4), talk))
    return found - honest


async def test_a_babbling_server_makes_no_long_report(network: ScriptedNetwork) -> None:
    """Some hundred thousand octets that each take four characters to show, in replies that are valid."""
    noise = b"".join(b"250-" + b"\x01\xff" * 200 + b"\r\n" for _ in range(20)) + b"250 2.1.0 Ok\r\n"
    greeting = noise.replace(b"250", b"220")
    async with serving(network, MX, answering(greeting, noise, noise, noise, then=noise)):
        talk = await converse(CALL, frame(network))
    assert talk.completed
    assert all(step.reply.facts[-1] == "clipped" for step in talk.steps if step.reply)
    assert size(talk) < 128_000
    said = sum(len(line.text) for line in talk.transcript if line.who == "S")
    assert said <= CONVERSATION + REPLY
    assert any("clipped" in line.text for line in talk.transcript if line.who == "*")
    assert [line.text for line in talk.transcript if line.who == "C"][-1] == "QUIT"


async def test_a_transcript_with_no_room_left_still_tells_each_reply(network: ScriptedNetwork) -> None:
    noise = b"".join(b"250-" + b"x" * 490 + b"\r\n" for _ in range(40)) + b"250 2.1.0 Ok\r\n"
    async with serving(network, MX, answering(GREETING, noise, noise, noise, noise, then=noise)):
        talk = await converse(CALL, frame(network))
    assert talk.transcript[-1].text == "a reply 250; the server has said too much for all of it to be kept"


async def test_an_honest_conversation_is_not_touched(network: ScriptedNetwork) -> None:
    async with serving(network, MX, answering(GREETING, EHLO, OK, OK, then=OK)):
        talk = await converse(CALL, frame(network))
    assert "clipped" not in json.dumps([line.text for line in talk.transcript])
    assert talk.step(Stage.EHLO).reply.facts == ()
