"""The mailbox elsewhere: found, or useless; and a source that is too near."""

from typing import Any

import pytest

from probe.lab.faults import DnsFault
from probe.lab.zones import HOME, MX6, REFERENCE, host, mx
from probe.measure.owner import relay
from probe.model.errors import UsageError
from probe.model.trials import Foreign
from probe.model.words import Family, Purpose
from tests.measure.lab_case import case

TESTER = "tester@example.net"
FAR = HOME + mx(f"10 {REFERENCE}.", domain="example.net")


async def choice(zone: str, mailbox: str = TESTER, **changes: Any) -> Foreign:
    here, _ = await case(zone, trials=(Purpose.RELAY,), owned=True, relay_to=mailbox, **changes)
    return await relay.foreign(here)


async def test_a_mailbox_whose_mail_goes_elsewhere() -> None:
    assert await choice(FAR) == Foreign(TESTER, (REFERENCE,))


@pytest.mark.parametrize(
    ("zone", "mailbox", "trouble"),
    [
        (FAR, "tester@nowhere.example.net", "has no mail host with an address"),
        (HOME + mx("0 .", domain="example.net"), TESTER, "takes no mail (null MX)"),
        (HOME + mx("10 gone.example.net.", domain="example.net"), TESTER, "has no mail host with an address"),
        (FAR + mx("90 mx1.example.com.", domain="example.net"), TESTER, "mx1.example.com is a mail host of"),
        (
            HOME + mx("10 other.example.net.", domain="example.net") + host("other.example.net", MX6, pointer=False),
            TESTER,
            f"{MX6} is a mail host of",
        ),
    ],
    ids=["no such domain", "null MX", "a dangling MX", "a backup", "the same machine by another name"],
)
async def test_what_makes_it_useless(zone: str, mailbox: str, trouble: str) -> None:
    found = await choice(zone, mailbox)
    assert found.trouble is not None
    assert trouble in found.trouble


async def test_a_look_up_that_fails_makes_it_useless_too() -> None:
    found = await choice(FAR, faults={("example.net", "MX"): DnsFault.SERVFAIL})
    assert found.trouble == "its MX record could not be looked up (servfail)"


async def test_somebody_has_to_name_it() -> None:
    here, _ = await case(FAR, trials=(Purpose.RELAY,), owned=True)
    with pytest.raises(UsageError, match="--relay-to ADDR"):
        await relay.foreign(here)


NEAR = {
    "IPv6": {Family.IPV6: "2001:db8:0:77::9", Family.IPV4: "203.0.113.9"},
    "IPv4": {Family.IPV6: "2001:db8:9::9", Family.IPV4: "192.0.2.99"},
}


@pytest.mark.parametrize("family", NEAR)
async def test_a_neighbour_does_not_ask(family: str) -> None:
    with pytest.raises(UsageError, match="--trusted-source") as refused:
        await choice(FAR, sources=NEAR[family])
    assert "is in the network of mx1.example.com" in str(refused.value)


@pytest.mark.parametrize("family", NEAR)
async def test_unless_he_says_that_he_knows(family: str) -> None:
    assert (await choice(FAR, sources=NEAR[family], trusted_source=True)).trouble is None


async def test_a_family_that_is_not_asked_or_has_no_way_does_not_count() -> None:
    assert (await choice(FAR, sources=NEAR["IPv6"], families=(Family.IPV4,))).trouble is None
    assert (await choice(FAR, sources={Family.IPV4: "203.0.113.9"})).trouble is None
