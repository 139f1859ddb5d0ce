"""Whose domain it is: said, published, or not shown at all."""

import pytest

from probe.lab.zones import HOME, txt
from probe.measure.owner import ownership
from probe.measure.owner.ownership import subject, token
from probe.model.errors import UsageError
from probe.model.settings import Target
from probe.model.trials import OPTIONS, Leave
from probe.model.words import Purpose
from tests.measure.lab_case import ADDRESS, DOMAIN, HOST, case

CONTACT = "postmaster@example.org"
TRIALS = (Purpose.RELAY,)


def published(contact: str = CONTACT, name: str = "example.com") -> str:
    return HOME + txt(f"_probe6.{name}", "something else", token(name, contact))


async def test_who_says_so_is_believed_and_nothing_is_looked_up() -> None:
    here, network = await case(trials=TRIALS, owned=True)
    asked = len(network.sent)
    assert await ownership.show(here) is Leave.SAID
    assert len(network.sent) == asked


async def test_the_record_of_ones_own_contact_shows_it() -> None:
    here, _ = await case(published(), trials=TRIALS, contact=CONTACT)
    assert await ownership.show(here) is Leave.PUBLISHED


@pytest.mark.parametrize(
    "zone",
    [HOME, published("somebody@example.net"), HOME + txt("_probe6.example.com", token("example.org", CONTACT))],
    ids=["none", "another operator's", "another domain's"],
)
async def test_no_other_record_does(zone: str) -> None:
    here, _ = await case(zone, trials=TRIALS, contact=CONTACT)
    with pytest.raises(UsageError) as refused:
        await ownership.show(here)
    said = str(refused.value)
    assert said.startswith("--relay-check: is example.com yours? say --owned example.com, or publish ")
    assert f'_probe6.example.com. TXT "{token("example.com", CONTACT)}"' in said
    assert "\n" not in said


async def test_a_look_up_that_fails_is_told_apart() -> None:
    from probe.lab.faults import DnsFault

    faults = {("_probe6.example.com", "TXT"): DnsFault.SERVFAIL}
    here, _ = await case(HOME, trials=TRIALS, contact=CONTACT, faults=faults)
    with pytest.raises(UsageError, match=r"\(servfail\)"):
        await ownership.show(here)


@pytest.mark.parametrize(("purpose", "option"), OPTIONS.items())
async def test_without_a_contact_there_is_no_token(purpose: Purpose, option: str) -> None:
    here, _ = await case(trials=(purpose,))
    with pytest.raises(UsageError) as refused:
        await ownership.show(here)
    assert str(refused.value).startswith(f"{option}: is example.com yours? say --owned example.com")


async def test_an_address_is_spoken_for_by_a_domain() -> None:
    here, _ = await case(target=ADDRESS, trials=TRIALS, owned=True)
    with pytest.raises(UsageError, match="whose address is"):
        await ownership.show(here)


@pytest.mark.parametrize(
    ("target", "recipient", "name"),
    [
        (DOMAIN, "postmaster@example.com", "example.com"),
        (HOST, "postmaster@example.org", "mx1.example.com"),
        (ADDRESS, "postmaster@example.org", "example.org"),
        (ADDRESS, None, None),
    ],
)
def test_what_has_to_be_ones_own(target: Target, recipient: str | None, name: str | None) -> None:
    assert subject(target, recipient) == name


def test_a_token_is_one_contact_s_and_one_domain_s() -> None:
    made = {token(name, contact) for name in ("a.example", "b.example") for contact in ("me", "you")}
    assert len(made) == 4
    assert token("A.example", " me ") == token("a.example", "me")
    assert all("me" not in text.partition("=")[2] or len(text) == 45 for text in made)
