import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.exim_options import BOTH, elements, reach
from probe.model.listening import Listening
from probe.model.words import Family


def test_by_default_everything() -> None:
    found = reach("")
    assert [(one.families, one.addresses, one.service) for one in found.listens] == [
        ((Family.IPV6,), (), "smtp"),
        ((Family.IPV4,), (), "smtp"),
    ]
    assert (found.sends, found.sends_origin) == (BOTH, "default")


def test_as_the_program_prints_its_defaults() -> None:
    text = "daemon_smtp_ports = smtp\nno_disable_ipv6\ndns_ipv4_lookup = \nlocal_interfaces = <; ::0 ; 0.0.0.0\n"
    found = reach(text)
    assert [(one.families, one.addresses) for one in found.listens] == [((Family.IPV6,), ()), ((Family.IPV4,), ())]
    assert found.sends == BOTH


def test_interfaces_with_ports() -> None:
    found = reach("daemon_smtp_ports = 25 : 587\nlocal_interfaces = <; [2001:db8::25]:26; 192.0.2.25.24 ; 127.0.0.1\n")
    assert found.listens == (
        Listening("26", (Family.IPV6,), ("2001:db8::25",), "local_interfaces"),
        Listening("24", (Family.IPV4,), ("192.0.2.25",), "local_interfaces"),
        Listening("25", (Family.IPV4,), ("127.0.0.1",), "local_interfaces"),
        Listening("587", (Family.IPV4,), ("127.0.0.1",), "local_interfaces"),
    )


@pytest.mark.parametrize(
    ("text", "origin"),
    [("disable_ipv6\n", "disable_ipv6"), ("dns_ipv4_lookup = *\nno_disable_ipv6\n", "dns_ipv4_lookup")],
)
def test_what_keeps_it_from_sending_over_ipv6(text: str, origin: str) -> None:
    found = reach(text)
    assert (found.sends, found.sends_origin) == ((Family.IPV4,), origin)


def test_without_ipv6_it_does_not_listen_over_it() -> None:
    assert {one.families for one in reach("disable_ipv6\n").listens} == {(Family.IPV4,)}


def test_a_bare_any_address_is_one_socket_for_both() -> None:
    assert reach("local_interfaces = <; ::\n").listens == (Listening("smtp", BOTH, ("::",), "local_interfaces"),)


def test_an_empty_list_listens_on_nothing() -> None:
    assert (reach("local_interfaces =\n").listens, reach("local_interfaces =\n").problems) == ((), ())


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("local_interfaces = 127.0.0.1 : ::1\n", "':1'"),
        ("local_interfaces = <; 127.0.0.1 ; [::1].25\n", "'[::1].25'"),
        ("local_interfaces = <; 127.0.0.1:25\n", "'127.0.0.1:25'"),
        ("local_interfaces = <; ::0 ; localhost\n", "'localhost'"),
        ("disable_ipv6 = 1\n", "'1'"),
    ],
)
def test_what_it_does_not_start_with(text: str, word: str) -> None:
    found = reach(text)
    [problem] = found.problems
    assert (found.listens, problem.fatal, word in problem.sentence) == ((), True, True)


@pytest.mark.parametrize(
    ("value", "sends"),
    [("*", (Family.IPV4,)), ("a.example : *", (Family.IPV4,)), ("!a.example : *", BOTH), ("a.example", BOTH)],
)
def test_look_ups_without_ipv6(value: str, sends: tuple[Family, ...]) -> None:
    assert reach(f"dns_ipv4_lookup = {value}\n").sends == sends


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a : b", ["a", "b"]),
        ("<; ::0 ; 0.0.0.0", ["::0", "0.0.0.0"]),
        ("::::1 : 127.0.0.1", ["::1", "127.0.0.1"]),
        ("", []),
        ("<;; ::1", ["", "::1"]),
        ("<\n ::1 \n 127.0.0.1\n", ["::1", "127.0.0.1"]),
        ("<, a,, b,", ["a, b"]),
    ],
)
def test_lists(value: str, found: list[str]) -> None:
    assert elements(value) == found


@given(st.text(max_size=200))
def test_no_text_makes_it_raise(text: str) -> None:
    reach(text)
    reach(f"local_interfaces = {text}")
