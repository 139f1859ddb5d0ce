"""Several name servers, some of them ill: who is asked, how long, and what is made of it."""

import asyncio

import dns.flags
import dns.message
import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.measure.dns.answer import Manner
from probe.measure.dns.nameservers import NameServers
from probe.model.errors import NetworkError
from probe.model.network import Transport
from probe.model.settings import Settings, Timeouts
from probe.model.words import Failure, Outcome
from tests.measure.fakes_dns import FIRST, HERE, SECOND, FakeNetwork, Script, Silent, Zone, fails, unreachable

ZONE = Zone("mx.example.com. IN A 192.0.2.25")
SERVFAIL, REFUSED = fails(dns.rcode.SERVFAIL), fails(dns.rcode.REFUSED)
BOGUS = fails(dns.rcode.SERVFAIL, (6, "signature"))
BAD: Script = lambda query, transport: b"\xff" * 40  # noqa: E731


def servers(first: Script, second: Script | None = None, settings: Settings | None = None) -> NameServers:
    network = FakeNetwork({FIRST: first} if second is None else {FIRST: first, SECOND: second})
    return NameServers(network, settings or Settings())


def log(asked: NameServers) -> list[tuple[str, int]]:
    assert isinstance(asked._network, FakeNetwork)
    assert asked.sent == len(asked._network.log)
    return [item.server for item in asked._network.log]


async def test_one_question_one_message() -> None:
    asked = servers(ZONE)
    answer = await asked.ask("mx.example.com", "A")
    assert (answer.outcome, answer.records, answer.server) == (Outcome.ANSWER, ("192.0.2.25",), "2001:db8::53")
    assert asked.sent == 1
    assert asked.asked == ("2001:db8::53",)


@pytest.mark.parametrize("ill", [Silent(), unreachable, SERVFAIL, REFUSED, BOGUS, BAD])
async def test_the_second_server_answers_for_an_ill_first(ill: Script) -> None:
    asked = servers(ill, ZONE)
    answer = await asked.ask("mx.example.com", "A")
    assert (answer.outcome, answer.server) == (Outcome.ANSWER, "192.0.2.53:5353")
    assert asked._network.monotonic() <= 1.0
    assert (await asked.ask("none.example.com", "A")).outcome is Outcome.NXDOMAIN
    assert (await asked.ask("mx.example.com", "AAAA")).outcome is Outcome.NO_DATA


@pytest.mark.parametrize("dead", [Silent(), unreachable])
async def test_a_dead_server_is_left_alone(dead: Script) -> None:
    asked = servers(dead, ZONE)
    for rrtype in ("A", "AAAA", "MX"):
        await asked.ask("mx.example.com", rrtype)
    assert log(asked) == [FIRST, SECOND, SECOND, SECOND]


async def test_the_dead_are_asked_again_when_nobody_lives() -> None:
    network = FakeNetwork({FIRST: Silent(), SECOND: unreachable})
    asked = NameServers(network, Settings())
    assert (await asked.ask("a.example", "A")).outcome is Outcome.TIMEOUT
    network.scripts = {FIRST: ZONE, SECOND: ZONE}
    assert (await asked.ask("mx.example.com", "A")).outcome is Outcome.ANSWER


async def test_one_slow_answer_does_not_count_against_a_server_for_long() -> None:
    slow = {"slow.example"}

    def sometimes(query: dns.message.Message, transport: Transport) -> dns.message.Message:
        if query.question[0].name.to_text(omit_final_dot=True) in slow:
            raise NetworkError(Failure.TIMEOUT, "no answer")
        return ZONE(query, transport)

    asked = servers(Silent(), sometimes)
    assert (await asked.ask("slow.example", "A")).outcome is Outcome.TIMEOUT
    before = asked.sent
    for rrtype in ("A", "AAAA", "MX"):
        await asked.ask("mx.example.com", rrtype)
    assert log(asked)[before:] == [FIRST, SECOND, SECOND, SECOND]


async def test_one_server_alone_and_not_for_long() -> None:
    asked = servers(ZONE, Silent())
    assert (await asked.ask("mx.example.com", "A", server=SECOND)).outcome is Outcome.TIMEOUT
    assert set(log(asked)) == {SECOND}
    assert asked._network.monotonic() <= 2.0
    assert asked.living == (FIRST,)


async def test_patience_grows_and_is_shared() -> None:
    alone, both = servers(Silent()), servers(Silent(), Silent(), Settings(timeouts=Timeouts(dns=1.0)))
    for asked in (alone, both):
        await asked.ask("mx.example.com", "A")
        assert isinstance(asked._network, FakeNetwork)
    assert [item.timeout for item in alone._network.log] == [1.0, 2.0, 2.0]  # type: ignore[attr-defined]
    assert [item.timeout for item in both._network.log] == [0.25, 0.25, 0.5]  # type: ignore[attr-defined]


async def test_a_lost_datagram_is_sent_again() -> None:
    calls: list[Transport] = []

    def loses_one(query: dns.message.Message, transport: Transport) -> dns.message.Message:
        calls.append(transport)
        if len(calls) == 1:
            raise NetworkError(Failure.TIMEOUT, "no answer")
        return ZONE(query, transport)

    asked = servers(loses_one)
    assert (await asked.ask("mx.example.com", "A")).outcome is Outcome.ANSWER
    assert asked._network.monotonic() == 1.0


@pytest.mark.parametrize("seconds", [0.5, 5.0, 15.0])
async def test_silence_ends_in_time(seconds: float) -> None:
    asked = servers(Silent(), Silent(), Settings(timeouts=Timeouts(dns=seconds)))
    answer = await asked.ask("mx.example.com", "A")
    assert answer.outcome is Outcome.TIMEOUT
    assert asked._network.monotonic() <= seconds + 1e-9
    assert "2001:db8::53: no answer" in str(answer.detail)


async def test_the_deadline_of_the_run_binds_too() -> None:
    asked = servers(Silent(), settings=Settings(timeouts=Timeouts(dns=5.0, deadline=7.0)))
    for _ in range(3):
        assert (await asked.ask("mx.example.com", "A")).outcome is Outcome.TIMEOUT
    assert asked._network.monotonic() <= 7.0 + 1e-9


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        (SERVFAIL, REFUSED, Outcome.SERVFAIL),
        (REFUSED, SERVFAIL, Outcome.SERVFAIL),
        (BOGUS, SERVFAIL, Outcome.BOGUS),
        (SERVFAIL, BOGUS, Outcome.BOGUS),
        (Silent(), REFUSED, Outcome.REFUSED_QUERY),
        (REFUSED, Silent(), Outcome.REFUSED_QUERY),
        (unreachable, Silent(), Outcome.TIMEOUT),
        (unreachable, unreachable, Outcome.SERVFAIL),
        (BAD, BAD, Outcome.SERVFAIL),
        (BAD, REFUSED, Outcome.REFUSED_QUERY),
        (REFUSED, None, Outcome.REFUSED_QUERY),
        (BOGUS, None, Outcome.BOGUS),
    ],
)
async def test_the_most_telling_failure(first: Script, second: Script | None, outcome: Outcome) -> None:
    asked = servers(first, second)
    answer = await asked.ask("mx.example.com", "A")
    assert answer.outcome is outcome
    assert "2001:db8::53: " in str(answer.detail)
    assert second is None or "192.0.2.53:5353: " in str(answer.detail)
    assert str(answer.detail).isprintable()


async def test_an_error_is_not_asked_for_twice() -> None:
    asked = servers(SERVFAIL, REFUSED)
    await asked.ask("mx.example.com", "A")
    assert log(asked) == [FIRST, SECOND]


@pytest.mark.parametrize("rcode", [dns.rcode.FORMERR, dns.rcode.NOTIMP, dns.rcode.BADVERS])
async def test_without_edns_where_edns_is_not_understood(rcode: dns.rcode.Rcode) -> None:
    def old(query: dns.message.Message, transport: Transport) -> object:
        return fails(rcode)(query, transport) if query.edns >= 0 else ZONE(query, transport)

    network = FakeNetwork(old)  # type: ignore[arg-type]
    asked = NameServers(network, Settings())
    assert (await asked.ask("mx.example.com", "A")).outcome is Outcome.ANSWER
    assert [item.edns for item in network.log] == [True, False]
    await asked.ask("mx.example.com", "AAAA")
    assert [item.edns for item in network.log] == [True, False, False]


def drops_edns(query: dns.message.Message, transport: Transport) -> dns.message.Message:
    """As an old firewall, or a name server behind one, does it."""
    if query.edns >= 0:
        raise NetworkError(Failure.TIMEOUT, "no answer")
    return ZONE(query, transport)


async def test_silence_to_edns_is_asked_again_without() -> None:
    asked = servers(drops_edns)
    for rrtype in ("A", "AAAA", "MX"):
        assert not (await asked.ask("mx.example.com", rrtype)).outcome.inconclusive
    sent = asked._network.log  # type: ignore[attr-defined]
    assert [item.edns for item in sent] == [True, False, True, False, False]  # twice: one datagram may be lost


async def test_who_has_answered_with_edns_is_asked_with_it_ever_after() -> None:
    lost = iter([False, True, True, False])

    def loses(query: dns.message.Message, transport: Transport) -> dns.message.Message:
        if next(lost):
            raise NetworkError(Failure.TIMEOUT, "no answer")
        return ZONE(query, transport)

    asked = servers(loses)
    await asked.ask("mx.example.com", "A")
    await asked.ask("mx.example.com", "AAAA")
    assert {item.edns for item in asked._network.log} == {True}  # type: ignore[attr-defined]


async def test_where_signatures_are_wanted_silence_is_not_taken_for_there_being_none() -> None:
    asked = servers(drops_edns)
    for _ in range(2):
        await asked.ask("mx.example.com", "A")
    asked._network.signed = True  # type: ignore[attr-defined]
    answer = await asked.ask("mx.example.com", "A", Manner(signatures=True))
    assert answer.outcome is Outcome.TIMEOUT


async def test_formerr_whatever_is_asked() -> None:
    asked = servers(fails(dns.rcode.FORMERR))
    answer = await asked.ask("mx.example.com", "A")
    assert (answer.outcome, asked.sent) == (Outcome.SERVFAIL, 2)
    assert "FORMERR" in str(answer.detail)


def always_truncated(query: dns.message.Message, transport: Transport) -> dns.message.Message:
    response = dns.message.make_response(query)
    response.flags |= dns.flags.TC
    return response


def truncating(over_tcp: Script) -> Script:
    def script(query: dns.message.Message, transport: Transport) -> object:
        return over_tcp(query, transport) if transport is Transport.TCP else always_truncated(query, transport)

    return script  # type: ignore[return-value]


async def test_truncated_is_asked_again_over_tcp() -> None:
    network = FakeNetwork(truncating(ZONE))
    answer = await NameServers(network, Settings()).ask("mx.example.com", "A")
    assert answer.records == ("192.0.2.25",)
    assert [(item.server, item.transport) for item in network.log] == [(HERE, Transport.UDP), (HERE, Transport.TCP)]


@pytest.mark.parametrize("tcp", [Silent(), unreachable, always_truncated])
async def test_truncated_and_no_tcp_is_the_next_servers_turn(tcp: Script) -> None:
    asked = servers(truncating(tcp), ZONE)
    assert (await asked.ask("mx.example.com", "A")).server == "192.0.2.53:5353"
    await asked.ask("mx.example.com", "AAAA")
    assert log(asked) == [FIRST, FIRST, SECOND] * 2  # it is not taken for dead: it answers what is small


async def test_truncated_and_no_tcp_at_all() -> None:
    answer = await servers(truncating(unreachable)).ask("mx.example.com", "A")
    assert answer.outcome is Outcome.SERVFAIL
    assert "truncated, and over TCP: connection refused" in str(answer.detail)


@pytest.mark.parametrize(
    ("server", "settings", "resolv_conf", "believed"),
    [
        (HERE, Settings(), False, True),
        (("::1", 53), Settings(), False, True),
        (FIRST, Settings(), False, False),
        (FIRST, Settings(), True, True),
        (FIRST, Settings(trust_ad=True), False, True),
        (FIRST, Settings(nameservers=(FIRST,)), True, False),  # resolv.conf does not speak of the user's servers
        (("fe80::1%eth0", 53), Settings(), False, False),
    ],
)
async def test_ad_is_believed_only_from_a_safe_place(
    server: tuple[str, int], settings: Settings, resolv_conf: bool, believed: bool
) -> None:
    network = FakeNetwork({server: Zone("mx.example.com. IN A 192.0.2.25", ad=True)}, trust_ad=resolv_conf)
    assert (await NameServers(network, settings).ask("mx.example.com", "A")).ad is believed


async def test_the_users_servers_replace_those_of_the_system() -> None:
    network = FakeNetwork({FIRST: Silent(), SECOND: ZONE})
    asked = NameServers(network, Settings(nameservers=(SECOND,)))
    await asked.ask("mx.example.com", "A")
    assert log(asked) == [SECOND]


async def test_no_name_server_at_all() -> None:
    answer = await NameServers(FakeNetwork({}), Settings()).ask("mx.example.com", "A")
    assert (answer.outcome, answer.detail) == (Outcome.SERVFAIL, "no name server is configured")


async def test_a_system_that_cannot_say_its_servers() -> None:
    class Broken(FakeNetwork):
        def nameservers(self) -> tuple[tuple[str, int], ...]:
            raise NetworkError(Failure.NO_ROUTE, "no resolver configuration")

    assert (await NameServers(Broken({}), Settings()).ask("a.example", "A")).outcome is Outcome.SERVFAIL


async def test_a_name_the_dns_cannot_hold_is_not_asked_for() -> None:
    asked = servers(ZONE)
    answer = await asked.ask("a" * 64 + ".example", "A")
    assert (answer.outcome, asked.sent) == (Outcome.NXDOMAIN, 0)


async def test_many_at_once_use_a_bounded_number_of_sockets() -> None:
    class Counting(FakeNetwork):
        now_open = most = 0

        async def exchange(self, server: tuple[str, int], query: bytes, transport: Transport, timeout: float) -> bytes:
            self.now_open += 1
            self.most = max(self.most, self.now_open)
            await asyncio.sleep(0)
            self.now_open -= 1
            return await super().exchange(server, query, transport, timeout)

    network = Counting(ZONE)
    asked = NameServers(network, Settings())
    async with asyncio.TaskGroup() as group:
        for number in range(300):
            group.create_task(asked.ask(f"h{number}.example", "A"))
    assert asked.sent == 300
    assert 32 <= network.most <= 64


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=6), st.booleans())
def test_whatever_bytes_come_back(replies: list[bytes], right_header: bool) -> None:
    left = list(replies)

    def noise(query: dns.message.Message, transport: Transport) -> bytes:
        head = query.to_wire()[:2] + b"\x81\x80" if right_header else b""
        return head + (left.pop() if len(left) > 1 else left[0])

    answer = asyncio.run(servers(noise).ask("mx.example.com", "A"))
    assert answer.outcome in Outcome
    assert (answer.detail or "").isprintable()
    assert right_header or answer.outcome is Outcome.SERVFAIL
