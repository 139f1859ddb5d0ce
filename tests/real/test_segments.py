"""Path MTU black holes between real kernels: a router takes 1280 octets of IPv6 at most and says so to nobody."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.real.certificates import issue
from tests.real.namespaces import command
from tests.real.postfix import HOSTNAME
from tests.real.world import RECIPIENT, World

pytestmark = pytest.mark.real


@pytest.fixture(autouse=True)
def nft() -> None:
    if command("nft") is None:
        pytest.skip("missing Debian packages: nftables")


def found(told: dict[str, Any], code: str) -> dict[str, Any]:
    [finding] = [item for item in told["findings"] if item["code"] == code]
    return dict(finding)


def talks(told: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(item["purpose"], item["failure"]) for item in told["sessions"] if item["family"] == "ipv6"]


@pytest.fixture(scope="module")
def large_certificate(built: World) -> Path:
    """A certificate as many hosts have it: with names enough to fill more than one packet."""
    place = built.postfix.directory.parent / "large"
    place.mkdir()
    return issue(place, HOSTNAME, *(f"customer{number}.example.com" for number in range(150)))[1]


def test_what_the_host_sends_is_lost(world: World, large_certificate: Path) -> None:
    with (
        world.postfix_setting("smtpd_tls_chain_files", str(large_certificate)),
        world.black_hole(world.border, "near"),
    ):
        done = world.probe6("example.com", "--timeout", "4", "--format", "json")
    told = json.loads(done.stdout)
    assert done.returncode == 2, done.stderr
    finding = found(told, "pmtud-blackhole-in")
    assert (finding["verdict"], finding["family"]) == ("critical", "ipv6")
    assert talks(told) == [("check", "timeout"), ("narrow", None), ("retry", "timeout")]
    assert told["parity"] == "ipv6-broken"
    tcp = next(item["tcp"] for item in told["sessions"] if item["family"] == "ipv6")
    assert tcp["own_mss"] == 1440
    assert tcp["unacked"] == 0
    assert not [item for item in told["findings"] if item["code"] == "tls-handshake-hang"]


def test_what_we_send_is_lost(built: World) -> None:
    """The kernel gives up after twenty seconds, so this one takes most of a minute."""
    world = replace(built, engine="native")
    before = len(list((world.maildir / "new").iterdir()))
    with world.black_hole(world.gateway, "far"):
        done = world.probe6(RECIPIENT, "--format", "json")
    told = json.loads(done.stdout)
    assert done.returncode == 2, done.stderr
    finding = found(told, "pmtud-blackhole-out")
    assert (finding["verdict"], finding["family"]) == ("critical", "ipv6")
    assert talks(told) == [("check", "timeout"), ("narrow", None), ("narrow", "timeout")]
    assert told["parity"] == "ipv6-broken"
    assert len(list((world.maildir / "new").iterdir())) == before + 1, "the message over IPv4, and no second one"


def test_with_packet_too_big_the_same_path_is_in_order(built: World) -> None:
    """The quiet twin: a narrow path alone harms nobody."""
    world = replace(built, engine="native")
    world.gateway.run("sh", "-ec", "echo 1280 >/proc/sys/net/ipv6/conf/far/mtu")
    world.border.run("sh", "-ec", "echo 1280 >/proc/sys/net/ipv6/conf/near/mtu")
    try:
        done = world.probe6(RECIPIENT, "--format", "json")
    finally:
        world.gateway.run("sh", "-ec", "echo 1500 >/proc/sys/net/ipv6/conf/far/mtu")
        world.border.run("sh", "-ec", "echo 1500 >/proc/sys/net/ipv6/conf/near/mtu")
        for machine in (world.prober, world.mailhost):
            machine.ip("-6", "route", "flush", "cache")
    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout
    assert talks(told) == [("check", None)]
    assert {item["verdict"] for item in told["findings"]} == {"ok"}
