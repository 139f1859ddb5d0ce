"""The domain as a sender at a glance, out of the look-ups that were saved."""

import pytest

from probe.judge.facts.outbox import codes, forward, is_listed, outbox, own, record_of, refuses
from probe.model.outbound import Listing, Outbound
from probe.model.spf import SpfResult
from tests.builders import MX1, MX4, MX6, V4, V6, healthy, resolution
from tests.judge.sending import named, txt, world


def listing(*answers: str) -> Listing:
    return Listing("bl.example.net", MX6, resolution("x.bl.example.net", "A", *answers))


@pytest.mark.parametrize(
    ("answers", "listed", "refused"),
    [
        ((), False, False),
        (("127.0.0.2",), True, False),
        (("127.0.1.4", "127.0.0.2"), True, False),
        (("127.255.255.252",), False, True),
        (("127.255.255.254", "127.0.0.2"), False, True),
        (("203.0.113.1",), False, False),
        (("nonsense",), False, False),
    ],
)
def test_what_an_answer_means(answers: tuple[str, ...], listed: bool, refused: bool) -> None:
    found = listing(*answers)
    assert (is_listed(found), bool(codes(found)), refuses(found)) == (listed, listed, refused)


def test_a_sender_with_everything() -> None:
    given = world("v=spf1 mx -all", named(MX6), listings=(listing("127.0.0.2"),))
    box = outbox(given)
    assert box is not None
    (item,) = box.senders
    assert (item.address, item.family, item.named, item.host, item.helo) == (MX6, V6, True, MX1, MX1)
    assert item.spf is not None
    assert (item.spf.result, item.listed, item.fcrdns) == (SpfResult.PASS, ("bl.example.net",), True)
    assert (box.record, box.dmarc, box.dmarc_at) == ("v=spf1 mx -all", None, None)


def test_the_policy_below_an_organisation_is_that_for_subdomains() -> None:
    record = txt("_dmarc.example.com", "v=DMARC1; p=reject; sp=none")
    for name, policy in (("example.com", "reject"), ("mail.example.com", "none")):
        box = outbox(world(None, dmarc=(txt("_dmarc.mail.example.com", "nonsense"), record), domain=name))
        assert box is not None
        assert (box.dmarc, box.dmarc_at) == (policy, "example.com")


def test_what_time_did_not_allow_is_not_known() -> None:
    box = outbox(world("v=spf1 a:late.example.com -all", unfinished=True))
    assert box is not None
    assert [item.spf for item in box.senders] == [None, None]


def test_nobody_asked() -> None:
    assert outbox(healthy()) is None
    assert own(healthy()) == ()


def test_a_saved_address_that_is_none_is_passed_over() -> None:
    box = outbox(world(None, named("nonsense")))
    assert box is not None
    assert box.senders == ()


def test_two_records_are_none() -> None:
    assert record_of(Outbound("example.com", spf=(txt("example.com", "v=spf1 a", "v=spf1 b"),))) is None
    assert record_of(Outbound("example.com", spf=(txt("example.com", "v=spf1 a", "v=spf10 b"),))) == "v=spf1 a"


def test_the_name_a_host_greets_with() -> None:
    given = Outbound("example.com", helo=(resolution(MX1, "AAAA", MX6), resolution(MX1, "A", MX4)))
    six, four = forward(given, f"{MX1}.", V6), forward(given, MX1.upper(), V4)
    assert six is not None
    assert four is not None
    assert (six.records, four.records) == ((MX6,), (MX4,))
    assert forward(given, "other.example.com", V6) is None
