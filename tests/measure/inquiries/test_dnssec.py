"""Secure, insecure, bogus or unknown: from what our resolver says with checking and without."""

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from probe.lab.faults import DnsFault
from probe.measure.inquiries.dnssec import inquire
from probe.model.network import Transport
from probe.model.security import Secured, Security
from probe.model.words import Outcome
from tests.measure.lab_case import ADDRESS, Watched, case

MX = ("example.com", "MX")


async def states(**changes: object) -> dict[tuple[str, str], Secured]:
    here, _ = await case(**changes)  # type: ignore[arg-type]
    found = await inquire(here)
    assert found is not None
    return {(item.name, item.rrtype): item for item in found}


async def test_unsigned() -> None:
    found = await states()
    assert set(found) == {MX, ("mx1.example.com", "AAAA"), ("mx1.example.com", "A")}
    assert {item.security for item in found.values()} == {Security.INSECURE}


async def test_refused_and_handed_out_without_checking_is_bogus() -> None:
    found = (await states(faults={("mx1.example.com", "AAAA"): DnsFault.BOGUS}))["mx1.example.com", "AAAA"]
    assert (found.security, found.checked, found.unchecked) == (Security.BOGUS, Outcome.BOGUS, Outcome.ANSWER)
    assert "DNSSEC_BOGUS" in (found.detail or "")


@pytest.mark.parametrize(("fault", "unchecked"), [(DnsFault.SERVFAIL, Outcome.SERVFAIL), (DnsFault.REFUSED, None)])
async def test_what_fails_either_way_is_not_bogus(fault: DnsFault, unchecked: Outcome | None) -> None:
    found = (await states(faults={MX: fault}))[MX]
    assert (found.security, found.unchecked) == (Security.INDETERMINATE, unchecked)


def rewriting(monkeypatch: pytest.MonkeyPatch, change: "Change") -> None:
    """Our resolver's answers, changed on their way."""
    original = Watched.exchange

    async def exchange(
        self: Watched, server: tuple[str, int], query: bytes, transport: Transport, timeout: float
    ) -> bytes:
        answer = await original(self, server, query, transport, timeout)
        return change(dns.message.from_wire(query), dns.message.from_wire(answer)).to_wire()

    monkeypatch.setattr(Watched, "exchange", exchange)


class Change:
    """What happens to the answers of the MX look-up; ``calls`` counts them."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, query: dns.message.Message, answer: dns.message.Message) -> dns.message.Message:
        if dns.rdatatype.to_text(query.question[0].rdtype) == "MX":
            self.calls += 1
            self.change(query, answer)
        return answer

    def change(self, query: dns.message.Message, answer: dns.message.Message) -> None:
        raise NotImplementedError


class Validated(Change):
    def change(self, query: dns.message.Message, answer: dns.message.Message) -> None:
        answer.flags |= dns.flags.AD


class Signed(Change):
    def change(self, query: dns.message.Message, answer: dns.message.Message) -> None:
        if query.ednsflags & dns.flags.DO:
            text = "MX 13 2 3600 20300101000000 20200101000000 1 example.com. aaaa"
            answer.answer.append(dns.rrset.from_text("example.com.", 3600, "IN", "RRSIG", text))


class FailsOnce(Change):
    def change(self, query: dns.message.Message, answer: dns.message.Message) -> None:
        if self.calls == 1:
            answer.answer.clear()
            answer.set_rcode(dns.rcode.SERVFAIL)


async def test_validated_counts_where_the_resolver_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    rewriting(monkeypatch, Validated())
    assert (await states(trust_ad=True))[MX].security is Security.SECURE
    assert (await states())[MX].security is Security.INSECURE


async def test_signed_and_not_validated_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    rewriting(monkeypatch, Signed())
    found = (await states())[MX]
    assert (found.security, found.signed) == (Security.INDETERMINATE, True)


async def test_a_failure_that_passes_is_not_bogus(monkeypatch: pytest.MonkeyPatch) -> None:
    rewriting(monkeypatch, FailsOnce())
    assert (await states())[MX].security is Security.INDETERMINATE


async def test_an_address_has_no_name_to_look_up() -> None:
    here, _ = await case(target=ADDRESS)
    assert await inquire(here) is None
