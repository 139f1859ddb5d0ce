"""``--via``: what is refused before anybody is dialled, who is dialled, and that the password stays nowhere."""

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest

from probe.api import judge, measure, render, save
from probe.lab.scenario import Scenario
from probe.lab.scenarios import SCENARIOS
from probe.lab.world import World, world
from probe.measure.visits import check
from probe.model.errors import UsageError
from probe.model.measurement import Measurement
from probe.model.settings import Redirect, Settings
from probe.model.words import Failure, Family, Purpose, Stage

HEALTHY, REFUSED = SCENARIOS["via-healthy"], SCENARIOS["via-auth-refused"]
SECOND6, SECOND4 = "2001:db8::26", "192.0.2.26"
FINE = Settings(recipient="you@example.org", until=Stage.DATA, via="smtp://me@mail.example.com:587")


async def measured(scenario: Scenario, directory: Path, **changes: object) -> tuple[World, Measurement]:
    async with world(scenario, directory) as place:
        settings = replace(place.settings, **changes)  # type: ignore[arg-type]
        return place, await measure(place.target, settings, network=place.network, secrets=place.secrets)


def test_fine_settings_pass() -> None:
    check(FINE, "secret")
    check(replace(FINE, via="smtp://mail.example.com:25"))


@pytest.mark.parametrize(
    ("settings", "secret", "said"),
    [
        (FINE, None, "PROBE6_SMTP_PASSWORD"),
        (FINE, "", "PROBE6_SMTP_PASSWORD"),
        (replace(FINE, via="http://mail.example.com"), "x", "smtp://"),
        (replace(FINE, via="smtp://me:hunter2@mail.example.com"), "x", "can be read by every user"),
        (replace(FINE, until=Stage.RCPT), "x", "name the mailbox"),
        (replace(FINE, redirects=(Redirect("mail.example.com", 25, "192.0.2.1", 25),)), "x", "--connect-to"),
    ],
)
def test_what_nobody_can_follow_is_refused(settings: Settings, secret: str | None, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        check(settings, secret)
    assert str(caught.value).startswith("--via: ")
    assert "hunter2" not in str(caught.value)


async def test_no_password_is_missed_before_anybody_is_dialled(tmp_path: Path) -> None:
    async with world(HEALTHY, tmp_path) as place:
        with pytest.raises(UsageError, match="PROBE6_SMTP_PASSWORD"):
            await measure(place.target, place.settings, network=place.network)
        assert list((place.maildir / "new").iterdir()) == []


async def test_one_message_over_each_family_to_the_server_alone(tmp_path: Path) -> None:
    place, measurement = await measured(HEALTHY, tmp_path)
    assert {session.address for session in measurement.sessions} == {SECOND6, SECOND4}
    assert {session.purpose for session in measurement.sessions} == {Purpose.VIA}
    assert {session.port for session in measurement.sessions} == {587}
    assert measurement.resolved.mx is None  # the target's mail hosts are the server's affair
    assert [host.host for host in measurement.resolved.hosts] == ["mail.example.com"]
    assert measurement.references == ()
    assert measurement.engine == "aiosmtplib"
    assert len(list((place.maildir / "new").iterdir())) == 2


async def test_the_proof_of_arrival_is_that_of_a_direct_delivery(tmp_path: Path) -> None:
    _, measurement = await measured(HEALTHY, tmp_path)
    assert {attempt.family for attempt in measurement.attempts} == set(Family)
    for attempt in measurement.attempts:
        assert attempt.accepted
        assert attempt.arrival is not None
        assert attempt.arrival.hops[0].by == "mail.example.com"
        assert attempt.arrival.hops[0].family is attempt.family
        assert attempt.queue_id == attempt.arrival.hops[0].id
    receiving = judge(measurement).receiving
    assert {hop.family for _, hop in receiving} == set(Family)


async def test_one_family_alone(tmp_path: Path) -> None:
    _, measurement = await measured(HEALTHY, tmp_path, families=(Family.IPV6,))
    assert [session.address for session in measurement.sessions] == [SECOND6]


async def test_the_first_address_is_enough(tmp_path: Path) -> None:
    more = replace(HEALTHY, zone=f"{HEALTHY.zone}mail.example.com. 300 IN AAAA 2001:db8::27\n")
    place, measurement = await measured(more, tmp_path)
    six = {session.address: session.failure for session in measurement.sessions if session.family is Family.IPV6}
    assert sorted(six) == ["2001:db8::26", "2001:db8::27"]
    assert Failure.NOT_TRIED in six.values()
    assert len(list((place.maildir / "new").iterdir())) <= 2


async def test_an_address_in_the_url_has_one_family(tmp_path: Path) -> None:
    known = SCENARIOS["via-mynetworks"]
    _, measurement = await measured(known, tmp_path, via=f"smtp://[{SECOND6}]:25")
    assert [(session.address, session.failure) for session in measurement.sessions] == [(SECOND6, None)]
    assert [attempt.accepted for attempt in measurement.attempts] == [True]


async def test_a_server_in_the_house_is_dialled(tmp_path: Path) -> None:
    """The user named it: a private address is no mistake there."""
    _, measurement = await measured(SCENARIOS["via-mynetworks"], tmp_path, treat_global=())
    assert Failure.NOT_GLOBAL not in {session.failure for session in measurement.sessions}


async def test_a_domain_that_takes_no_mail_is_the_servers_affair(tmp_path: Path) -> None:
    nowhere = replace(HEALTHY, zone=HEALTHY.zone.replace("10 mx1.example.com.", "0 ."))
    _, measurement = await measured(nowhere, tmp_path)
    assert [session.failure for session in measurement.sessions] == [None, None]


@pytest.mark.parametrize("scenario", [HEALTHY, REFUSED], ids=["healthy", "refused"])
async def test_the_password_appears_nowhere(scenario: Scenario, tmp_path: Path) -> None:
    place, measurement = await measured(scenario, tmp_path)
    assert place.scenario.secret is not None
    secret, user = place.scenario.secret, "lab@example.com"
    forms = [secret, *(b64encode(item.encode()).decode() for item in (secret, f"\0{user}\0{secret}"))]
    report = judge(measurement)
    texts = [
        repr(measurement),
        repr(report),
        save(measurement).decode(),
        render([report], "json"),
        render([report], "text", transcript=True, verbose=2),
        *(path.read_text() for path in (place.maildir / "new").iterdir()),
    ]
    assert not [form for form in forms for text in texts if form in text]
    hidden = render([report], "text", transcript=True, redact=True) + render([report], "json", redact=True)
    assert "lab%40" not in hidden
    assert "lab@" not in hidden
