"""The reporting address of a domain is looked up, and only a domain's."""

from probe.measure.case import Case
from probe.measure.frame import Frame
from probe.measure.inquiries.tlsrpt import inquire
from probe.measure.resolver import Resolver
from probe.model.dns import Resolved
from probe.model.settings import Record, Settings, Target, TargetKind
from probe.model.words import Outcome
from tests.measure.scripted import ScriptedNetwork

RECORD = '"v=TLSRPTv1; rua=mailto:tls@example.com"'
SETTINGS = Settings(overlay=(Record("_smtp._tls.example.com", "TXT", (RECORD,)),))


def case(target: Target) -> Case:
    network = ScriptedNetwork()
    return Case(Frame(network, SETTINGS, 0.0, None), Resolver(network, SETTINGS), target, Resolved(None))


async def test_a_domain_is_asked_for_its_record() -> None:
    found = await inquire(case(Target("example.com", TargetKind.DOMAIN, "example.com")))
    assert found is not None
    assert (found.outcome, found.records) == (Outcome.ANSWER, (RECORD,))


async def test_a_host_has_none() -> None:
    assert await inquire(case(Target("[mx1.example.com]", TargetKind.HOST, "mx1.example.com"))) is None
