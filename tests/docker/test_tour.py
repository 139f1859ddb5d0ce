"""The tour without its world: one source for what is run, held against the report and shown in the README."""

from dataclasses import replace

import pytest

from probe.api import codes
from tests.docker.tour import SHOWN, SWITCHED, markdown, steps
from tests.docker.world import collision, compose, doors, subnets
from tests.readme import rewritten, tour, toured

COMPOSE = compose()
REPORT = {
    "verdict": "critical",
    "parity": "ipv6-broken",
    "findings": [{"code": "tcp-refused", "verdict": "critical"}, {"code": "parity-verdict", "verdict": "critical"}],
}
STEP = next(step for step in steps() if step.name == "inet4")


def test_ten_of_its_steps_are_shown() -> None:
    assert len([step for step in steps() if step.lines]) == 10
    assert len({step.name for step in steps()}) == len(steps())


def test_a_report_as_told_is_right() -> None:
    assert STEP.wrong(REPORT) is None


@pytest.mark.parametrize("change", [{"verdict": "ok"}, {"parity": "equal"}, {"findings": REPORT["findings"][:1]}])
def test_any_other_report_is_wrong(change: dict[str, object]) -> None:
    assert STEP.wrong({**REPORT, **change}) is not None


def test_only_a_note_may_come_by_chance() -> None:
    note = {"code": "tcp-latency-gap", "verdict": "ok"}
    assert STEP.wrong({**REPORT, "findings": [*REPORT["findings"], note]}) is None
    assert STEP.wrong({**REPORT, "findings": [*REPORT["findings"], {**note, "verdict": "warning"}]}) is not None


@pytest.mark.parametrize("step", steps(), ids=lambda step: step.name)
def test_a_step_names_what_is_there(step: object) -> None:
    assert set(step.findings) <= set(codes())  # type: ignore[attr-defined]
    assert step.service in COMPOSE["services"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("step", [step for step in steps() if step.lines], ids=lambda step: step.name)
def test_what_is_kept_of_a_step_is_of_that_report(step: object) -> None:
    first = (SHOWN / f"{step.name}.txt").read_text(encoding="utf-8").splitlines()[0]  # type: ignore[attr-defined]
    assert step.words[0] == first.split()[0]  # type: ignore[attr-defined]
    assert step.verdict.upper() in first  # type: ignore[attr-defined]
    assert step.parity == first.split()[-1]  # type: ignore[attr-defined]


def test_the_readme_shows_it() -> None:
    assert markdown().count("$ docker compose -f docker/compose.yaml run --rm ") == 10
    assert toured() in rewritten("<!-- tour -->\nold\n<!-- /tour -->\n")
    assert tour() == toured(), "python -m tests.readme writes it anew"


def test_the_readme_names_what_each_step_must_find() -> None:
    blocks = [" ".join(block.split()) for block in markdown().split("```text")[:-1]]
    shown = [step for step in steps() if step.lines]
    for step, block in zip(shown, blocks, strict=True):
        assert f"`{step.verdict}`, `{step.parity}`" in block
        assert all(f"`{code}`" in block for code in step.findings if code != "parity-verdict")


def test_every_address_of_the_world_is_for_documentation_and_given_once() -> None:
    given = [
        (kind, address)
        for service in COMPOSE["services"].values()
        for network in (service.get("networks") or {}).values()
        for kind, address in network.items()
    ]
    assert len(given) == len(set(given)) > 20
    assert all(address.startswith(("2001:db8:77::", "198.51.100.")) for _, address in given)


def test_every_server_is_waited_for_at_both_addresses_it_has() -> None:
    served = {name for name, service in COMPOSE["services"].items() if "x-" not in name and "command" in service}
    asked = [door.split() for door in doors()]
    assert {name for name, _, _ in asked} == served - {"setup"}
    assert [family for name, family, _ in asked if name == "inet4"] == ["198.51.100.31"]
    assert len(asked) == 2 * len(served - {"setup"}) - 1


@pytest.mark.parametrize(
    ("route", "way"),
    [
        ("198.51.100.0/24", "198.51.100.0/25 (route 198.51.100.0/24)"),
        ("198.51.100.200", "198.51.100.128/25 (route 198.51.100.200)"),
        ("2001:db8::/32", "2001:db8:77::/64 (route 2001:db8::/32)"),
        ("0.0.0.0/0", None),
        ("192.0.2.0/24", None),
        ("fe80::/64", None),
    ],
)
def test_a_route_of_the_machine_in_the_way_of_the_world_is_named(route: str, way: str | None) -> None:
    assert collision([route], subnets()) == way


def test_every_broken_domain_of_the_world_has_its_server() -> None:
    named = {
        pair.partition(":")[0]: pair.partition(":")[2]
        for pair in COMPOSE["services"]["setup"]["environment"]["FAULTY"].split()
    }
    served = {
        service["environment"]["DOMAIN"]: service["networks"]["world"]["ipv4_address"].rpartition(".")[2]
        for service in COMPOSE["services"].values()
        if "DOMAIN" in service.get("environment", {})
    }
    assert named == served


def test_the_probe_of_the_world_is_locked_as_the_image_is_meant_to_be() -> None:
    for name in ("probe6", "stranger", "old-bridge", "rounds"):
        service = COMPOSE["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]


def test_a_step_is_wrong_beside_another_steps_report() -> None:
    assert replace(STEP, parity="equal").wrong(REPORT) is not None


def test_several_faults_are_switched_by_the_environment() -> None:
    assert COMPOSE["services"]["any"]["environment"]["FAULTS"] == "${FAULTS:-none}"
    assert len(SWITCHED.split(",")) == 2
    (title,) = (step.title for step in steps() if step.name == "any")
    assert f"FAULTS={SWITCHED}" in title
