import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from probe.measure.configuration.machine import Place, look
from probe.measure.configuration.proc import Proc
from probe.model.configuration import Copy, Forward, Listener, Prefix
from probe.model.words import Family
from tests.grammar.test_proc_net import IF_INET6, ROUTE, ROUTE6, TCP, TCP6, TRIE

V6, V4 = Family.IPV6, Family.IPV4
NET = {"tcp": TCP, "tcp6": TCP6, "if_inet6": IF_INET6, "route": ROUTE, "ipv6_route": ROUTE6, "fib_trie": TRIE,
       "dev": "Inter-| Receive\n face |bytes\n    lo: 0 0\n  eth0: 1 1\n"}  # fmt: skip
PROXY = (
    "docker-proxy\0-proto\0tcp\0-host-ip\0::\0-host-port\00025\0-container-ip\000172.18.0.2\0-container-port\00025\0"
)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A machine of files: process 99 has its own network, process 7 is a proxy of Docker."""
    proc, etc = tmp_path / "proc", tmp_path / "etc"
    for seen in ("99", "self"):
        (proc / seen / "net").mkdir(parents=True)
        for name, text in NET.items():
            (proc / seen / "net" / name).write_text(text if seen == "99" or name == "dev" else "")
    (proc / "99" / "comm").write_text("master\n")
    (proc / "99" / "fd").mkdir()
    (proc / "99" / "fd" / "3").symlink_to("socket:[4711]")
    (proc / "7").mkdir()
    (proc / "7" / "comm").write_text("docker-proxy\n")
    (proc / "7" / "cmdline").write_text(PROXY.replace("\000172", "\0" + "172").replace("\00025", "\0" + "25"))
    for path, value in (("all", "0"), ("default", "0"), ("eth0", "1")):
        (proc / "sys/net/ipv6/conf" / path).mkdir(parents=True)
        (proc / "sys/net/ipv6/conf" / path / "disable_ipv6").write_text(f"{value}\n")
    (proc / "sys/net/ipv6/bindv6only").write_text("0\n")
    etc.mkdir()
    (etc / "resolv.conf").write_text("# by hand\nnameserver  2001:db8::53 # first\n\n")
    (etc / "hosts").write_text("127.0.0.1 localhost\n::1 localhost ip6-localhost\n192.0.2.1 other\nbad localhost\n")
    return Place(Proc(str(proc)), str(etc), ())


def test_the_machine_as_the_server_sees_it(place: Place) -> None:
    machine = look(99, [], None, place)
    assert machine.listeners == (
        Listener("::", 25, V6),
        Listener("2001:db8:25::25", 587, V6),
        Listener("0.0.0.0", 25, V4, "master", 99),
        Listener("127.0.0.1", 3306, V4),
    )
    assert machine.prefixes == (
        Prefix("lo", "::1", 128, V6),
        Prefix("eth0", "2001:db8:25::25", 64, V6),
        Prefix("eth0", "fe80::abcd", 64, V6),
        Prefix("lo", "127.0.0.1", 8, V4),
        Prefix("eth0", "192.0.2.25", 24, V4),
    )
    assert machine.gateways == ("2001:db8:25::1", "192.0.2.1")
    assert machine.localhost == ("127.0.0.1", "::1")
    assert (machine.ipv6, machine.container, machine.copies) == (True, False, ())


def test_without_a_process_it_is_our_own_network(place: Place) -> None:
    assert look(None, [], None, place).listeners == ()


def test_the_switches_of_the_kernel(place: Place) -> None:
    assert look(99, [], None, place).kernel == (
        ("conf/all/disable_ipv6", "0"),
        ("conf/default/disable_ipv6", "0"),
        ("bindv6only", "0"),
        ("conf/eth0/disable_ipv6", "1"),
    )


def test_the_proxies_of_docker(place: Place) -> None:
    assert look(99, [], None, place).forwards == (Forward("::", 25, "172.18.0.2"),)


def test_files_with_their_times(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "main.cf"
    path.write_text("")
    os.utime(path, (1000, 1000))
    (found,) = look(99, [str(path), str(tmp_path / "missing")], None, place).files
    assert (found.path, found.changed) == (str(path), datetime.fromtimestamp(1000, UTC))


def test_copies_for_who_is_locked_in(place: Place, tmp_path: Path) -> None:
    (tmp_path / "spool/etc").mkdir(parents=True)
    (tmp_path / "spool/etc/resolv.conf").write_text("nameserver 192.0.2.99\n")
    resolv, hosts = look(99, [], str(tmp_path / "spool"), place).copies
    etc = place.etc
    assert resolv == Copy(
        f"{etc}/resolv.conf",
        f"{tmp_path}/spool/etc/resolv.conf",
        ("nameserver 2001:db8::53",),
        ("nameserver 192.0.2.99",),
    )
    assert hosts.copied is None


def test_a_sign_of_a_container(place: Place, tmp_path: Path) -> None:
    (tmp_path / ".dockerenv").touch()
    assert look(99, [], None, Place(place.proc, place.etc, (str(tmp_path / ".dockerenv"),))).container


def test_this_machine_can_be_looked_at() -> None:
    machine = look(None, [], None)
    assert any(item.address == "127.0.0.1" for item in machine.prefixes)
