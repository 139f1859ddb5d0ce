import pytest

from probe.judge.configuration.openings import openings
from probe.model.configuration import Binding, Listener, Mta
from probe.model.report import Opening
from tests.builders import healthy
from tests.configurations import LISTENERS, MAIN, MASTER, V4, V6, audited, here, machine, other, postfix

OWN6, OWN4 = ("2001:db8:25::25",), ("192.0.2.25",)


def test_three_columns_for_each_service_and_family() -> None:
    assert openings(audited(here())) == (
        Opening("smtp", 25, V6, ("::",), ("::",), OWN6),
        Opening("smtp", 25, V4, ("0.0.0.0",), ("0.0.0.0",), OWN4),
    )


def test_what_nobody_looked_at_is_not_known() -> None:
    assert openings(audited(postfix())) == (
        Opening("smtp", 25, V6, ("::",), None, None),
        Opening("smtp", 25, V4, ("0.0.0.0",), None, None),
    )


def test_another_port_is_not_published() -> None:
    found = openings(audited(here(MAIN, f"{MASTER}submission inet n - y - - smtpd\n")))
    assert found[2:] == (
        Opening("submission", 587, V6, ("::",), (), None),
        Opening("submission", 587, V4, ("0.0.0.0",), (), None),
    )


def test_a_family_that_is_closed_keeps_its_row() -> None:
    rows = openings(audited(here(f"{MAIN}inet_protocols = ipv4\n", machine=machine(listeners=LISTENERS[1:]))))
    assert rows[0] == Opening("smtp", 25, V6, (), (), OWN6)


@pytest.mark.parametrize(
    ("process", "addresses", "listening"),
    [
        ("sendmail-mta", ("::",), ("::",)),
        ("sendmail-mta", ("0.0.0.0",), ("::",)),
        ("exim4", ("::",), ("::",)),
        ("exim4", ("0.0.0.0",), ("::",)),
        ("exim4", (), ()),
        ("smtpd", ("0.0.0.0",), ()),
        ("master", ("0.0.0.0",), ()),
    ],
)
def test_one_socket_for_both_counts_for_both_where_the_server_lets_it(
    process: str, addresses: tuple[str, ...], listening: tuple[str, ...]
) -> None:
    sockets = machine(listeners=(Listener("::", 25, V6, process, 3),))
    bindings = [Binding("smtp", 25, V4, addresses, "file:1")] if addresses else []
    settings = other(Mta.EXIM, Binding("smtp", 25, V6, ("::",), "file:1"), *bindings, machine=sockets)
    [row] = [item for item in openings(audited(settings)) if item.family is V4]
    assert row.listening == listening


def test_without_a_configuration_there_is_no_table() -> None:
    assert openings(healthy()) == ()
