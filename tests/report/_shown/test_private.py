from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.api import formats, render
from probe.judge import judge
from probe.model.bounce import Action, Bounce, BouncedRecipient
from probe.model.report import Report
from probe.report._shown.private import HIDDEN_HOP, HIDDEN_NAME, privacy
from tests.report import measurements

SECRET = ("store.internal.example", "10.7.7.7", "jane")


def with_an_inner_hop() -> Report:
    """Delivered, and passed on inside to a host nobody outside knows; a finding quotes that hop."""
    report = measurements.report("delivered")
    attempts = []
    for attempt in report.measurement.attempts:
        assert attempt.arrival is not None
        store, mx = attempt.arrival.hops
        inner = replace(
            store,
            raw="from relay [10.7.7.7] by store.internal.example with LMTP id 99",
            by=SECRET[0],
            address=SECRET[1],
        )
        attempts.append(replace(attempt, arrival=replace(attempt.arrival, hops=(inner, mx))))
    note = replace(
        measurements.NO_PTR,
        sentence="It went from store.internal.example to jane@example.com.",
        evidence=("Received: from relay [10.7.7.7] by store.internal.example with LMTP id 99",),
    )
    found = replace(report.measurement, attempts=tuple(attempts))
    return replace(report, measurement=found, findings=(note,))


def test_without_redaction_nothing_changes() -> None:
    hide = privacy(with_an_inner_hop(), redact=False)
    assert hide("jane@example.com by store.internal.example") == "jane@example.com by store.internal.example"


def test_people_places_and_inner_hosts_are_hidden() -> None:
    report = with_an_inner_hop()
    hide = privacy(report, redact=True)
    assert hide("to jane@example.com") == "to ***@example.com"
    assert hide("found in maildir:/home/jane/Maildir.") == "found in maildir."
    assert hide("by store.internal.example [10.7.7.7]") == f"by {HIDDEN_NAME} [{HIDDEN_NAME}]"
    assert (
        hide("Received: from relay [10.7.7.7] by store.internal.example with LMTP id 99") == f"Received: {HIDDEN_HOP}"
    )


def test_what_anybody_can_look_up_stays() -> None:
    hide = privacy(with_an_inner_hop(), redact=True)
    assert hide("mx1.example.com [2001:db8::25] 4ABCDEF") == "mx1.example.com [2001:db8::25] 4ABCDEF"


def test_what_came_back_is_message_text_and_may_name_inner_hosts() -> None:
    report = measurements.report("lost")
    one = BouncedRecipient(Action.FAILED, "jane@example.com", remote_mta="backend.internal.example")
    bounce = Bounce(
        standard=True, recipients=(one,), reporting_mta="mx1.example.com", explanation="Dear Jane, your text"
    )
    attempts = tuple(replace(item, bounce=bounce) for item in report.measurement.attempts)
    report = replace(report, measurement=replace(report.measurement, attempts=attempts))
    for name in formats():
        out = render([report], name, redact=True)
        assert "Dear Jane" not in out
        assert "backend.internal" not in out
    assert "mx1.example.com" in render([report], "json", redact=True)


def test_a_word_inside_another_is_none() -> None:
    hide = privacy(with_an_inner_hop(), redact=True)
    assert hide("110.7.7.7 and 10.7.7.70") == "110.7.7.7 and 10.7.7.70"


@pytest.mark.parametrize("name", sorted({*formats()} - {"text"}))
def test_no_format_lets_it_out(name: str) -> None:
    """Text goes to a terminal or a file of the person's own and hides people alone."""
    for report in (with_an_inner_hop(), judge(with_an_inner_hop().measurement)):
        out = render([report], name, redact=True)
        assert [word for word in SECRET if word in out] == []


@given(st.text(max_size=200))
@settings(max_examples=50)
def test_nothing_raises(text: str) -> None:
    assert privacy(measurements.hostile(text), redact=True)(text) is not None
