"""One question to one server: what is recorded of the answer, and what silence costs."""

import asyncio

import dns.rcode
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probe.lab.faults import DnsFault, Server
from probe.lab.zones import MX6, NAMESERVER, NS1_4, NS1_6
from probe.measure.dns.direct import Direct, Heard
from probe.measure.dns.walker import Walker
from probe.measure.inquiries.zones import inquire
from probe.model.network import Transport
from probe.model.words import Failure, Family, Outcome
from probe.model.zones import DirectAnswer
from tests.measure.lab_case import Watched, case

AAAA = ("mx1.example.com", "AAAA")


async def ask(
    fault: DnsFault | None = None, *, transport: Transport = Transport.UDP, server: Server | None = None
) -> tuple[DirectAnswer, Watched]:
    world = server or Server(dns={AAAA: fault} if fault else {})
    here, network = await case(servers={NS1_6: world})
    before = here.resolver.queries
    heard = await Direct(here).ask(NS1_6, *AAAA, transport)
    assert heard is not None
    assert here.resolver.queries - before == len(network.to(NS1_6))  # whatever is sent is counted
    return heard.answer, network


@pytest.mark.parametrize("transport", Transport)
async def test_an_answer_with_authority(transport: Transport) -> None:
    answer, network = await ask(transport=transport)
    assert (answer.transport, answer.name, answer.rrtype) == (transport, *AAAA)
    assert (answer.outcome, answer.rcode, answer.aa, answer.records) == (Outcome.ANSWER, "NOERROR", True, (MX6,))
    assert (answer.ttl, answer.tries, answer.failure, answer.heard) == (300, 1, None, True)
    assert answer.size > 50
    assert network.to(NS1_6) == [(*AAAA, transport)]


@pytest.mark.parametrize(
    ("fault", "outcome", "rcode"),
    [
        (DnsFault.SERVFAIL, Outcome.SERVFAIL, "SERVFAIL"),
        (DnsFault.REFUSED, Outcome.REFUSED_QUERY, "REFUSED"),
        (DnsFault.NXDOMAIN, Outcome.NXDOMAIN, "NXDOMAIN"),
    ],
)
async def test_errors_are_not_asked_for_again(fault: DnsFault, outcome: Outcome, rcode: str) -> None:
    answer, network = await ask(fault)
    assert (answer.outcome, answer.rcode, answer.tries) == (outcome, rcode, 1)
    assert len(network.to(NS1_6)) == 1


async def test_silence_over_udp_is_asked_again_and_over_tcp_not() -> None:
    answer, network = await ask(DnsFault.TIMEOUT)
    assert (answer.outcome, answer.rcode, answer.failure, answer.tries) == (Outcome.TIMEOUT, None, Failure.TIMEOUT, 2)
    assert len(network.to(NS1_6)) == 3  # the last without EDNS
    answer, network = await ask(DnsFault.TIMEOUT, transport=Transport.TCP)
    assert (answer.heard, answer.tries) == (False, 1)


async def test_a_closed_port_is_told_from_silence() -> None:
    answer, _ = await ask(server=Server(tcp=False), transport=Transport.TCP)
    assert (answer.failure, answer.outcome, answer.detail) == (
        Failure.REFUSED,
        Outcome.SERVFAIL,
        "Connection refused",
    )


async def test_an_answer_cut_short_has_no_records() -> None:
    answer, _ = await ask(DnsFault.TRUNCATED)
    assert (answer.truncated, answer.heard, answer.aa, answer.records) == (True, True, True, ())


async def test_a_server_from_before_edns_is_asked_without() -> None:
    answer, network = await ask(DnsFault.FORMERR)
    assert (answer.outcome, answer.records, len(network.to(NS1_6))) == (Outcome.ANSWER, (MX6,), 2)


@pytest.mark.parametrize("transport", Transport)
async def test_a_server_that_drops_edns_is_asked_without(transport: Transport) -> None:
    answer, network = await ask(server=Server(drops_edns=True), transport=transport)
    assert (answer.outcome, answer.records, answer.without_edns) == (Outcome.ANSWER, (MX6,), True)
    assert (answer.tries, len(network.to(NS1_6))) == ((3, 3) if transport is Transport.UDP else (2, 2))


async def test_after_two_such_answers_it_is_asked_without_at_once() -> None:
    here, network = await case(servers={NS1_6: Server(drops_edns=True)})
    direct = Direct(here)
    heard = [await direct.ask(NS1_6, *AAAA) for _ in range(3)]
    assert [one.answer.tries for one in heard if one] == [3, 3, 1]
    assert {one.answer.without_edns for one in heard if one} == {True}
    assert len(network.to(NS1_6)) == 7


async def test_who_has_answered_with_edns_is_not_suspected_of_dropping_it() -> None:
    here, network = await case(servers={NS1_6: Server(dns={AAAA: DnsFault.TIMEOUT})})
    direct = Direct(here)
    await direct.ask(NS1_6, "mx1.example.com", "A")
    heard = await direct.ask(NS1_6, *AAAA)
    assert heard is not None
    assert (heard.answer.failure, heard.answer.tries) == (Failure.TIMEOUT, 2)
    assert len(network.to(NS1_6)) == 3


async def test_a_referral_is_no_answer() -> None:
    here, _ = await case()
    heard = await Direct(here).ask("2001:db8:b::1", "example.com", "SOA")  # the top level
    assert heard is not None
    assert (heard.answer.rcode, heard.answer.aa, heard.answer.outcome) == ("NOERROR", False, Outcome.SERVFAIL)
    assert heard.message is not None
    assert heard.message.rcode() == dns.rcode.NOERROR


async def test_without_time_nothing_is_said() -> None:
    here, network = await case(left=0.001)
    assert await Direct(here).ask(NS1_4, *AAAA) is None
    assert network.to(NS1_4) == []


async def test_a_name_the_dns_cannot_hold_is_asked_of_nobody() -> None:
    here, network = await case()
    heard = await Direct(here).ask(NS1_4, "x" * 64 + ".example.com", "A")
    assert isinstance(heard, Heard)
    assert (heard.answer.heard, heard.answer.outcome) == (False, Outcome.NXDOMAIN)
    assert network.to(NS1_4) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=80), st.booleans(), st.integers(0, 255), st.integers(0, 255))
def test_whatever_bytes_come_back(body: bytes, headed: bool, high: int, low: int) -> None:
    """Neither a question nor a walk is upset by them."""

    class Hostile(Watched):
        async def exchange(self, server: tuple[str, int], query: bytes, transport: Transport, timeout: float) -> bytes:
            if server[0] == NAMESERVER:
                return await super().exchange(server, query, transport, timeout)
            return query[:2] + bytes([high | 0x80, low]) + body if headed else body

    async def run() -> None:
        here, network = await case()
        network.__class__ = Hostile
        heard = await Direct(here).ask(NS1_6, *AAAA)
        assert heard is not None
        assert heard.answer.heard == (heard.answer.rcode is not None)
        assert (await Walker(here, Family.IPV6).walk("example.com")).name == "example.com"
        assert await inquire(here) is not None

    asyncio.run(run())
