from dataclasses import replace

import pytest

from probe.model.delivery import Arrival, Attempt, Hop
from probe.model.report import Report
from probe.model.words import Failure
from probe.report.text.delivery import deliveries, telling_hop
from probe.report.text.layout import Paper
from tests.report import measurements


def changed(**more: object) -> Report:
    report = measurements.report("delivered")
    attempt = replace(report.measurement.attempts[0], **more)  # type: ignore[arg-type]
    return replace(report, measurement=replace(report.measurement, attempts=(attempt,)))


def said(report: Report) -> str:
    return " ".join(line.strip() for line in list(deliveries(report, Paper()))[2:])


def test_an_arrival_stands_beside_its_received_line() -> None:
    lines = list(deliveries(measurements.report("delivered"), Paper()))
    assert lines[:4] == [
        "",
        "Test messages to jane@example.com",
        "  + arrived over IPv6 in 0.4 s, seen by mx1.example.com as 2001:db8::9",
        "    Received: from probe.example.net (probe.example.net [IPv6:2001:db8::9])",
    ]


def test_without_a_message_there_is_no_section() -> None:
    assert list(deliveries(measurements.report("healthy"), Paper())) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"arrival": None, "failure": Failure.NOT_ARRIVED},
            "x not arrived over IPv6: mx1.example.com took it as 4ABCDEF, not found in maildir:/home/jane/Maildir",
        ),
        (
            {"arrival": None, "watched": ()},
            "+ accepted over IPv6 by mx1.example.com as 4ABCDEF; whether it arrived was not watched (--proof)",
        ),
        (
            {"arrival": None, "accepted": False, "failure": Failure.REJECTED},
            "x not accepted over IPv6 by mx1.example.com: rejected",
        ),
        (
            {"arrival": None, "accepted": None, "failure": Failure.TIMEOUT},
            "? sent over IPv6 to mx1.example.com, no reply to the final dot: it may arrive or not",
        ),
    ],
)
def test_every_other_end_has_its_words(change: dict[str, object], words: str) -> None:
    assert said(changed(**change)) == words


def test_two_copies_are_a_warning() -> None:
    arrival = measurements.report("delivered").measurement.attempts[0].arrival
    assert arrival is not None
    assert said(changed(arrival=replace(arrival, copies=2))).startswith(
        "! arrived over IPv6 in 0.4 s, seen by mx1.example.com as 2001:db8::9, 2 copies"
    )


def attempt(*hops: Hop, queue_id: str | None = "Q1") -> tuple[Report, Attempt]:
    report = changed(arrival=Arrival("maildir:x", 0.1, 1, hops), queue_id=queue_id)
    return report, report.measurement.attempts[0]


def test_the_hop_of_the_tested_host_tells() -> None:
    store = Hop("store", by="store.example.com", address="10.0.0.1")
    by_id = Hop("by id", by="other.example.com", id="Q1")
    by_name = Hop("by name", by="MX1.example.com.")
    by_address = Hop("by address", address="2001:db8::9")
    assert telling_hop(*attempt(store, by_address, by_name, by_id)) is by_id
    assert telling_hop(*attempt(store, by_address, by_name, by_id, queue_id=None)) is by_name
    assert telling_hop(*attempt(store, by_address)) is by_address
    assert telling_hop(*attempt(store)) is store
    assert telling_hop(*attempt()) is None


def test_a_filter_before_the_same_host_does_not_hide_our_hop() -> None:
    from_filter = Hop("from the filter", by="mx1.example.com", address="127.0.0.1")
    ours = Hop("from us", by="mx1.example.com", address="2001:db8::9")
    assert telling_hop(*attempt(from_filter, ours)) is ours


def test_the_host_goes_by_the_name_it_greets_with() -> None:
    report, sent = attempt(Hop("x", address="10.0.0.1"), Hop("own", by="real.example.net"), Hop("y"))
    greeting = measurements.session("2001:db8::25", "real.example.net")
    report = replace(report, measurement=replace(report.measurement, sessions=(replace(greeting, mx=sent.mx),)))
    found = telling_hop(report, sent)
    assert found is not None
    assert found.raw == "own"


def test_a_session_number_out_of_range_does_no_harm() -> None:
    report, sent = attempt(Hop("x", address="2001:db8::9"))
    assert telling_hop(report, replace(sent, session=99)) is not None
