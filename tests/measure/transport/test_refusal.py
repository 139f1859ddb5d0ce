"""Every errno of the calls we make, and every ICMP error we know, has its word."""

import errno
import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.measure.transport.refusal import _ERRNO, network_error, parse_extended_error
from probe.model.network import Icmp
from probe.model.words import Failure, Family

# socket(2), bind(2), connect(2), send(2), recv(2), ip(7), ipv6(7), tcp(7), and icmp_err_convert of the Linux kernel.
WORLD = {
    "EACCES": Failure.PROHIBITED,
    "EPERM": Failure.PROHIBITED,
    "ENOPROTOOPT": Failure.PROHIBITED,
    "EADDRINUSE": Failure.NO_ROUTE,
    "EADDRNOTAVAIL": Failure.NO_ROUTE,
    "EAFNOSUPPORT": Failure.NO_ROUTE,
    "EPROTONOSUPPORT": Failure.NO_ROUTE,
    "EINVAL": Failure.NO_ROUTE,
    "ENETDOWN": Failure.NO_ROUTE,
    "ENETUNREACH": Failure.NO_ROUTE,
    "EHOSTUNREACH": Failure.NO_ROUTE,
    "ENODEV": Failure.NO_ROUTE,
    "EHOSTDOWN": Failure.UNREACHABLE,
    "ENONET": Failure.UNREACHABLE,
    "EPROTO": Failure.UNREACHABLE,
    "EOPNOTSUPP": Failure.UNREACHABLE,
    "EMSGSIZE": Failure.UNREACHABLE,
    "ECONNREFUSED": Failure.REFUSED,
    "ETIMEDOUT": Failure.TIMEOUT,
    "ECONNRESET": Failure.RESET,
    "ECONNABORTED": Failure.RESET,
    "ENOTCONN": Failure.RESET,
    "EPIPE": Failure.RESET,
    "EAGAIN": Failure.NOT_TRIED,
    "EMFILE": Failure.NOT_TRIED,
    "ENFILE": Failure.NOT_TRIED,
    "ENOBUFS": Failure.NOT_TRIED,
    "ENOMEM": Failure.NOT_TRIED,
}
OURS = ["EALREADY", "EBADF", "EDESTADDRREQ", "EFAULT", "EINPROGRESS", "EINTR", "EISCONN", "ENOTSOCK", "EPROTOTYPE"]

REJECT = Icmp(1, 1, "2001:db8::1")


def os_error(name: str) -> OSError:
    number = getattr(errno, name)
    return OSError(number, errno.errorcode[number])


@pytest.mark.parametrize("name", [name for name in WORLD if hasattr(errno, name)])
def test_what_the_world_refuses(name: str) -> None:
    found = network_error(os_error(name), Family.IPV6, sees_icmp=True)
    assert (found.failure, found.icmp) == (WORLD[name], None)
    assert found.detail
    assert "\n" not in found.detail


def test_no_word_without_a_test() -> None:
    assert set(_ERRNO) == set(WORLD)


@pytest.mark.parametrize("name", OURS)
def test_a_bug_of_ours_comes_through(name: str) -> None:
    error = os_error(name)
    with pytest.raises(OSError, match=name) as caught:
        network_error(error, Family.IPV4, REJECT)
    assert caught.value is error


def test_an_oserror_without_number_is_a_bug() -> None:
    with pytest.raises(OSError, match="odd"):
        network_error(OSError("odd"), Family.IPV4)


@pytest.mark.parametrize(
    ("name", "icmp", "failure", "words"),
    [
        ("EACCES", Icmp(1, 1, "2001:db8::1"), Failure.PROHIBITED, "ICMPv6 type 1 code 1 from 2001:db8::1"),
        ("EACCES", Icmp(1, 5, "2001:db8::1"), Failure.PROHIBITED, "policy"),
        ("EACCES", Icmp(1, 6, "2001:db8::1"), Failure.PROHIBITED, "reject route"),
        ("ENETUNREACH", Icmp(1, 0, "2001:db8::1"), Failure.UNREACHABLE, "no route"),
        ("EHOSTUNREACH", Icmp(1, 3, "2001:db8::1"), Failure.UNREACHABLE, "neighbour discovery"),
        ("ECONNREFUSED", Icmp(1, 4, "2001:db8::1"), Failure.PROHIBITED, "rejected by a filter"),
        ("EHOSTUNREACH", Icmp(3, 13, "192.0.2.1"), Failure.PROHIBITED, "ICMP type 3 code 13 from 192.0.2.1"),
        ("ENETUNREACH", Icmp(3, 9, "192.0.2.1"), Failure.PROHIBITED, "prohibited"),
        ("EHOSTUNREACH", Icmp(3, 10, "192.0.2.1"), Failure.PROHIBITED, "prohibited"),
        ("EHOSTUNREACH", Icmp(3, 1, "192.0.2.1"), Failure.UNREACHABLE, "host unreachable"),
        ("ECONNREFUSED", Icmp(3, 3, "192.0.2.1"), Failure.PROHIBITED, "rejected by a filter"),
        ("EHOSTUNREACH", Icmp(11, 0, "192.0.2.1"), Failure.UNREACHABLE, "routing loop"),
        ("EPROTO", Icmp(4, 1, "2001:db8::1"), Failure.UNREACHABLE, "ICMPv6 type 4 code 1"),
        ("EHOSTUNREACH", Icmp(1, 3, None), Failure.UNREACHABLE, "not named"),
    ],
)
def test_icmp_says_more_than_the_errno(name: str, icmp: Icmp, failure: Failure, words: str) -> None:
    family = Family.IPV4 if icmp.offender and "." in icmp.offender else Family.IPV6
    found = network_error(os_error(name), family, icmp, "2001:db8::9")
    assert (found.failure, found.icmp) == (failure, icmp)
    assert words in found.detail


def test_icmp_from_ourselves_is_our_own_firewall() -> None:
    found = network_error(os_error("EACCES"), Family.IPV6, REJECT, REJECT.offender)
    assert found.failure is Failure.PROHIBITED
    assert "this machine's own firewall" in found.detail


def test_nobody_on_our_own_link_answers() -> None:
    found = network_error(os_error("EHOSTUNREACH"), Family.IPV4, Icmp(3, 1, "192.0.2.9"), "192.0.2.9")
    assert found.failure is Failure.UNREACHABLE
    assert "own link" in found.detail


def test_a_closed_udp_port_is_refused_not_filtered() -> None:
    port, route = Icmp(1, 4, "2001:db8::53"), Icmp(1, 0, "2001:db8::1")
    assert network_error(os_error("ECONNREFUSED"), Family.IPV6, port, datagram=True).failure is Failure.REFUSED
    assert network_error(os_error("ENETUNREACH"), Family.IPV6, route, datagram=True).failure is Failure.UNREACHABLE


def test_a_timeout_stays_one() -> None:
    found = network_error(os_error("ETIMEDOUT"), Family.IPV6, REJECT)
    assert (found.failure, found.icmp) == (Failure.TIMEOUT, REJECT)


@pytest.mark.parametrize(
    ("name", "failure"),
    [
        ("ENETUNREACH", Failure.UNREACHABLE),
        ("EHOSTUNREACH", Failure.UNREACHABLE),
        ("EACCES", Failure.PROHIBITED),
        ("ECONNREFUSED", Failure.REFUSED),
    ],
)
def test_where_the_system_hides_icmp_it_says_so(name: str, failure: Failure) -> None:
    found = network_error(os_error(name), Family.IPV6, sees_icmp=False)
    assert found.failure is failure
    assert "does not tell" in found.detail
    assert "own" not in found.detail


def extended_error(origin: int, kind: int, code: int, sockaddr: bytes) -> bytes:
    return struct.pack("=IBBBBII", 113, origin, kind, code, 0, 0, 0) + sockaddr


def test_reads_the_kernels_structures() -> None:
    inet = struct.pack("=HH4s8x", socket.AF_INET, 0, bytes([192, 0, 2, 1]))
    inet6 = struct.pack("=HHI16sI", socket.AF_INET6, 0, 0, socket.inet_pton(socket.AF_INET6, "2001:db8::1"), 0)
    assert parse_extended_error(extended_error(2, 3, 13, inet)) == Icmp(3, 13, "192.0.2.1")
    assert parse_extended_error(extended_error(3, 1, 1, inet6)) == Icmp(1, 1, "2001:db8::1")
    assert parse_extended_error(extended_error(3, 1, 1, bytes(16))) == Icmp(1, 1, None)
    assert parse_extended_error(extended_error(3, 1, 1, b"")) == Icmp(1, 1, None)
    assert parse_extended_error(extended_error(1, 0, 0, inet)) is None  # SO_EE_ORIGIN_LOCAL: no packet said so


@given(st.binary(max_size=64))
def test_any_control_message(data: bytes) -> None:
    found = parse_extended_error(data)
    assert found is None or isinstance(found, Icmp)
