"""Look-ups of a run: asked once, aliases followed, reverse names confirmed."""

import asyncio
import gc
from collections.abc import Awaitable

import dns.message
import dns.rcode
import dns.rrset
import pytest

from probe.address import reverse_name
from probe.measure.dns.lookups import Lookups
from probe.model.network import Transport
from probe.model.settings import Record, Settings
from probe.model.words import Outcome, Provenance
from tests.measure.fakes_dns import FIRST, SECOND, FakeNetwork, Script, Silent, Zone, fails


def lookups(script: Script | str, *overlay: Record) -> tuple[Lookups, FakeNetwork]:
    network = FakeNetwork(Zone(script) if isinstance(script, str) else script)
    return Lookups(network, Settings(overlay=overlay)), network


HELD = Zone("mx.example. IN A 192.0.2.25")


class Gate:
    """A server that answers when the gate is opened."""

    def __init__(self) -> None:
        self.opened = asyncio.Event()

    def __call__(self, query: dns.message.Message, transport: Transport) -> Awaitable[bytes]:
        return self._answer(query, transport)

    async def _answer(self, query: dns.message.Message, transport: Transport) -> bytes:
        await self.opened.wait()
        return HELD(query, transport).to_wire()


async def test_asked_once_now_and_later() -> None:
    found, network = lookups("mx.example. IN A 192.0.2.25")
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(found.lookup(name, "a")) for name in ("mx.example", "MX.example.", "mx.EXAMPLE")]
    again = await found.lookup("mx.example", "A")
    assert {task.result() for task in tasks} == {again}
    assert network.questions == [("mx.example", "A")]
    assert found.queries == 1
    assert found.asked == ("127.0.0.1",)


async def test_nothing_asked() -> None:
    found, network = lookups("", Record("mx.example", "A", ("192.0.2.1",), option=True))
    assert (await found.lookup("mx.example", "A")).provenance is Provenance.OPTION
    assert (found.queries, found.asked, network.log) == (0, (), [])


async def test_one_who_gives_up_does_not_take_the_answer_away() -> None:
    gate = Gate()
    found, network = lookups(gate)
    async with asyncio.TaskGroup() as group:
        asker = group.create_task(found.lookup("mx.example", "A"))
        await asyncio.sleep(0)
        waiters = [group.create_task(found.lookup("mx.example", "A")) for _ in range(3)]
        await asyncio.sleep(0)
        waiters[0].cancel()
        await asyncio.sleep(0)
        gate.opened.set()
    assert waiters[0].cancelled()
    assert {item.result().outcome for item in (asker, *waiters[1:])} == {Outcome.ANSWER}
    assert len(network.log) == 1


async def test_when_the_asker_gives_up_another_asks() -> None:
    gate = Gate()
    found, network = lookups(gate)
    async with asyncio.TaskGroup() as group:
        asker = group.create_task(found.lookup("mx.example", "A"))
        await asyncio.sleep(0)
        waiters = [group.create_task(found.lookup("mx.example", "A")) for _ in range(3)]
        await asyncio.sleep(0)
        asker.cancel()
        await asyncio.sleep(0)
        gate.opened.set()
    assert asker.cancelled()
    assert {item.result().outcome for item in waiters} == {Outcome.ANSWER}
    assert len(network.log) == 2


async def test_a_bug_is_seen_by_all_who_wait() -> None:
    async def broken(query: dns.message.Message, transport: Transport) -> bytes:
        await asyncio.sleep(0)
        raise ZeroDivisionError

    found, _ = lookups(broken)

    async def attempt() -> bool:
        try:
            await found.lookup("mx.example", "A")
        except ZeroDivisionError:
            return True
        return False

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(attempt()) for _ in range(3)]
    assert all(task.result() for task in tasks)


async def test_a_bug_nobody_else_waits_for_is_told_once() -> None:
    def broken(query: dns.message.Message, transport: Transport) -> bytes:
        raise ZeroDivisionError

    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: complaints.append(context))
    found, _ = lookups(broken)
    with pytest.raises(ZeroDivisionError):
        await found.lookup("mx.example", "A")
    del found
    gc.collect()
    await asyncio.sleep(0)
    assert complaints == []


def piecemeal(zone: str) -> Script:
    """A server that says one record at a time, aliases without what they lead to."""
    held = Zone(zone)

    def script(query: dns.message.Message, transport: Transport) -> dns.message.Message:
        response = held(query, transport)
        if response.answer:
            del response.answer[1:]
            response.authority.clear()
            response.set_rcode(dns.rcode.NOERROR)
        return response

    return script


CHAIN = """
a.example. 50 IN CNAME b.example.
b.example. 20 IN CNAME c.example.
c.example. 90 IN AAAA 2001:db8::25
"""


async def test_aliases_in_one_message_and_in_several() -> None:
    for script, messages in ((Zone(CHAIN), 1), (piecemeal(CHAIN), 3)):
        found, network = lookups(script)
        answer = await found.lookup("A.example", "AAAA")
        assert (answer.name, answer.outcome, answer.records) == ("a.example", Outcome.ANSWER, ("2001:db8::25",))
        assert (answer.cnames, answer.ttl) == (("b.example", "c.example"), 20)
        assert len(network.log) == messages
        nothing = await found.lookup("a.example", "A")
        assert (nothing.outcome, nothing.cnames) == (Outcome.NO_DATA, ("b.example", "c.example"))


async def test_alias_to_nowhere() -> None:
    found, _ = lookups(piecemeal("a.example. 50 IN CNAME gone.example."))
    answer = await found.lookup("a.example", "AAAA")
    assert (answer.outcome, answer.cnames, answer.ttl) == (Outcome.NXDOMAIN, ("gone.example",), 50)


@pytest.mark.parametrize(
    "circle", ["a.example. CNAME a.example.", "a.example. CNAME b.example.\nb.example. CNAME a.example."]
)
async def test_circle(circle: str) -> None:
    for script in (Zone(circle), piecemeal(circle)):
        found, network = lookups(script)
        answer = await found.lookup("a.example", "AAAA")
        assert answer.outcome is Outcome.SERVFAIL
        assert str(answer.detail).endswith("CNAME loop")
        assert len(network.log) <= 2


@pytest.mark.parametrize(("aliases", "outcome"), [(8, Outcome.ANSWER), (9, Outcome.SERVFAIL)])
async def test_a_long_chain(aliases: int, outcome: Outcome) -> None:
    zone = "\n".join(f"h{number}.example. CNAME h{number + 1}.example." for number in range(aliases))
    for script in (Zone, piecemeal):
        found, _ = lookups(script(f"{zone}\nh{aliases}.example. A 192.0.2.25"))
        answer = await found.lookup("h0.example", "A")
        assert answer.outcome is outcome
        assert len(answer.cnames) == 8
        assert answer.records == (("192.0.2.25",) if outcome is Outcome.ANSWER else ())


async def test_ad_needs_every_link() -> None:
    sure, unsure = Zone(CHAIN, ad=True), Zone(CHAIN)

    def script(query: dns.message.Message, transport: Transport) -> dns.message.Message:
        response = (unsure if len(network.log) == 2 else sure)(query, transport)
        del response.answer[1:]
        return response

    found, network = lookups(script)
    assert not (await found.lookup("a.example", "AAAA")).ad
    assert (await found.lookup("c.example", "AAAA")).ad


async def test_assumed_aliases_lead_into_the_dns_and_back() -> None:
    alias = Record("a.example", "CNAME", ("b.example.",), ttl=5)
    found, network = lookups("b.example. 60 IN A 192.0.2.25", alias)
    answer = await found.lookup("a.example", "A")
    assert (answer.records, answer.cnames, answer.ttl) == (("192.0.2.25",), ("b.example",), 5)
    assert answer.provenance is Provenance.OVERLAY
    assert network.questions == [("b.example", "A")]
    pinned = Record("c.example", "AAAA", ("2001:db8::99",), option=True)
    found, network = lookups(CHAIN, pinned)
    answer = await found.lookup("a.example", "AAAA")
    assert (answer.records, answer.cnames) == (("2001:db8::99",), ("b.example", "c.example"))
    assert answer.provenance is Provenance.OPTION


async def test_assumed_circle() -> None:
    found, _ = lookups("", Record("a.example", "CNAME", ("b.example.",)), Record("b.example", "CNAME", ("a.example.",)))
    assert (await found.lookup("a.example", "A")).detail == "CNAME loop"


REVERSE = reverse_name("2001:db8::25") + "."


@pytest.mark.parametrize(
    ("zone", "names", "confirmed", "outcome"),
    [
        ("@ PTR MX.example.\nmx.example. AAAA 2001:db8::25", ("mx.example",), True, Outcome.ANSWER),
        ("@ PTR mx.example.\nmx.example. AAAA 2001:db8::26", ("mx.example",), False, Outcome.ANSWER),
        ("@ PTR mx.example.\nmx.example. A 192.0.2.1", ("mx.example",), False, Outcome.ANSWER),
        ("@ PTR mx.example.", ("mx.example",), False, Outcome.ANSWER),
        (
            "@ PTR a.example.\n@ PTR b.example.\nb.example. AAAA 2001:db8::25",
            ("a.example", "b.example"),
            True,
            Outcome.ANSWER,
        ),
        (
            "@ PTR a.example.\na.example. CNAME b.example.\nb.example. AAAA 2001:db8::25",
            ("a.example",),
            True,
            Outcome.ANSWER,
        ),
        ("@ TXT nothing", (), False, Outcome.NO_DATA),
        ("example. A 192.0.2.1", (), False, Outcome.NXDOMAIN),
    ],
)
async def test_reverse(zone: str, names: tuple[str, ...], confirmed: bool, outcome: Outcome) -> None:
    found, _ = lookups(zone.replace("@", REVERSE))
    assert await found.reverse("2001:DB8::25") == (names, confirmed, outcome)


async def test_reverse_of_ipv4() -> None:
    found, network = lookups("25.2.0.192.in-addr.arpa. PTR mx.example.\nmx.example. A 192.0.2.25")
    assert await found.reverse("192.0.2.25") == (("mx.example",), True, Outcome.ANSWER)
    assert network.questions == [("25.2.0.192.in-addr.arpa", "PTR"), ("mx.example", "A")]


async def test_reverse_not_known() -> None:
    for script, outcome in ((Silent(), Outcome.TIMEOUT), (fails(dns.rcode.REFUSED), Outcome.REFUSED_QUERY)):
        found, _ = lookups(script)
        assert await found.reverse("2001:db8::25") == ((), None, outcome)


async def test_forward_not_known() -> None:
    zone, broken = Zone(f"{REVERSE} PTR mx.example."), fails(dns.rcode.SERVFAIL)
    found, _ = lookups(lambda query, via: (broken if len(network.log) > 1 else zone)(query, via))
    network = found._network
    assert isinstance(network, FakeNetwork)
    assert await found.reverse("2001:db8::25") == (("mx.example",), None, Outcome.ANSWER)


async def test_very_many_names() -> None:
    found, network = lookups("\n".join(f"{REVERSE} PTR h{number:03}.example." for number in range(200)))
    names, confirmed, _ = await found.reverse("2001:db8::25")
    assert (len(names), confirmed, len(network.log)) == (5, None, 6)


async def test_odd_names_come_through() -> None:
    found, _ = lookups(
        f"{REVERSE} PTR we\\032ird\\.\\007\\255.example.\nwe\\032ird\\.\\007\\255.example. AAAA 2001:db8::25"
    )
    names, confirmed, _ = await found.reverse("2001:db8::25")
    assert names == ("we\\032ird\\.\\007\\255.example",)
    assert confirmed


async def test_each_server_by_itself() -> None:
    zone = Zone("mx.example. AAAA 2001:db8::25")
    network = FakeNetwork({FIRST: zone, SECOND: fails(dns.rcode.REFUSED)})
    found = Lookups(network, Settings(overlay=(Record("mx.example", "AAAA", ("2001:db8::1",)),)))
    one, other = await found.each("MX.example.", "AAAA")
    assert (one.name, one.server, one.records) == ("mx.example", "2001:db8::53", ("2001:db8::25",))
    assert (other.server, other.outcome) == ("192.0.2.53:5353", Outcome.REFUSED_QUERY)


async def test_messages_to_others_count() -> None:
    found, _ = lookups(Zone("mx.example. AAAA 2001:db8::25"))
    found.count()
    assert (found.queries, found.asked) == (1, ())
    await found.lookup("mx.example", "AAAA")
    assert found.queries == 2
