from dataclasses import replace
from typing import Any

from probe.judge.facts.receiving_hop import receiving_hop
from probe.model.delivery import Hop
from tests.builders import MX1, MX4, MX6, V4, V6, arrival, attempt, delivered, hop, host, resolved, session

STORE = hop(by="store.example.com", address=MX6, id="s1")
FILTER = hop(by=MX1, address="127.0.0.1", family=V4, id="f1")
MINE = hop()


def found(*hops: Hop, queue_id: str | None = None, **changes: Any) -> tuple[Hop | None, bool]:
    carried = attempt(V6, queue_id=queue_id, arrival=arrival(V6, *hops))
    return receiving_hop(replace(delivered(carried), **changes), carried)


def test_the_queue_id_tells() -> None:
    assert found(STORE, FILTER, hop(by="inside"), queue_id=MINE.id) == (hop(by="inside"), True)


def test_the_name_tells_and_the_oldest_of_its_headers_is_ours() -> None:
    assert found(STORE, FILTER, MINE) == (MINE, True)


def test_the_name_behind_an_alias_and_the_name_in_the_greeting_tell_too() -> None:
    real = hop(by="Real.Example.COM.")
    alias = resolved(host(MX1, MX6, MX4, cnames=("real.example.com",)))
    assert found(STORE, real, resolved=alias) == (real, True)
    greeted = hop(by="real.example.com", address="172.17.0.1")
    banners = tuple(
        replace(item, reply=replace(item.reply, lines=("real.example.com ESMTP",))) if item.stage == "banner" else item
        for item in session(V6).steps
    )
    sessions = (replace(session(V6), steps=banners), session(V4))
    assert found(STORE, greeted, sessions=sessions) == (greeted, True)


def test_without_a_name_the_header_with_our_source_is_it() -> None:
    nameless = hop(by=None, id=None)
    assert found(STORE, nameless) == (nameless, True)


def test_a_guess_among_several_is_called_one() -> None:
    strange = [hop(by=f"{name}.example.com", address=f"2001:db8:77::{name}", id=None) for name in "ab"]
    assert found(*strange) == (strange[0], False)
    assert found(strange[0]) == (strange[0], True)
    assert found(hop(by="a.example.com", address="10.0.0.1", id=None)) == (None, False)


def test_no_header_at_all() -> None:
    carried = attempt(V6, arrival=replace(arrival(V6), hops=()))
    assert receiving_hop(delivered(carried), carried) == (None, False)
