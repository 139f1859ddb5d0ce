from dataclasses import replace

import pytest

from probe.model.bounce import Action, Bounce, BouncedRecipient
from probe.model.delivery import Attempt
from probe.model.report import Report
from probe.model.words import Failure
from probe.report._shown.private import privacy
from probe.report.html.delivery import deliveries
from probe.report.html.markup import Pen
from tests.report import measurements


def drawn(report: Report, *, redact: bool = False) -> str:
    return "\n".join(deliveries(report, Pen(privacy(report, redact=redact), redact)))


def attempt(**changes: object) -> Report:
    report = measurements.report("lost")
    mine: Attempt = replace(report.measurement.attempts[0], **changes)  # type: ignore[arg-type]
    return replace(report, measurement=replace(report.measurement, attempts=(mine,)))


@pytest.mark.parametrize(
    ("report", "badge", "said"),
    [
        (attempt(), "critical", "accepted, not arrived"),
        (attempt(watched=(), failure=None), "ok", "accepted; arrival was not watched"),
        (attempt(accepted=False, failure=Failure.REJECTED), "critical", "not accepted: rejected"),
        (attempt(accepted=None, failure=None), "unknown", "sent, and no reply came"),
        (measurements.report("delivered"), "ok", "arrived in 0.4 s"),
        (measurements.report("hostile"), "warning", "arrived in 0.4 s"),
    ],
)
def test_the_outcome(report: Report, badge: str, said: str) -> None:
    assert f'<span class="badge {badge}">' in drawn(report)
    assert said in drawn(report)


def test_hops_have_their_delays_and_the_proof_its_line() -> None:
    out = drawn(measurements.report("delivered"))
    assert out.count('aria-label="0.0 ms"') == 2  # both stamps are of the same second
    assert out.count('<div class="raw mono">from probe.example.net') == 2
    assert out.index("mx1.example.com</b>") < out.index("store.example.com</b>")


def test_clocks_that_disagree_are_said_and_what_can_be_true_is_drawn() -> None:
    report = measurements.report("delivered")
    mine = report.measurement.attempts[0]
    assert mine.arrival is not None
    late, first = mine.arrival.hops
    back = replace(late, time=measurements.STARTED, delay=-1.0)
    mine = replace(mine, arrival=replace(mine.arrival, hops=(back, first)))
    out = drawn(replace(report, measurement=replace(report.measurement, attempts=(mine,))))
    assert "-1 s by the clocks, which disagree" in out
    assert 'aria-label="0.0 ms"' in out


FAILED = BouncedRecipient(Action.FAILED, status="5.1.1", diagnostic="550 5.1.1 <b>no such user</b>")
BOUNCE = Bounce(standard=True, recipients=(FAILED,), reporting_mta="mx1.example.com")


def test_what_came_back_and_who_said_why() -> None:
    out = drawn(attempt(bounce=BOUNCE))
    assert "came back</span>" in out
    said = "then it was returned: by mx1.example.com, 550 5.1.1 &lt;b&gt;no such user&lt;/b&gt;"
    assert said in out
    good = replace(BOUNCE, recipients=(replace(FAILED, action=Action.RELAYED),))
    assert "reported as relayed" in drawn(attempt(bounce=good, failure=None))


def test_junk_and_what_was_judged_there() -> None:
    report = measurements.report("delivered")
    mine = report.measurement.attempts[0]
    assert mine.arrival is not None
    mine = replace(mine, arrival=replace(mine.arrival, junk=True))
    found = replace(report.measurement, attempts=(mine,))
    out = drawn(replace(report, measurement=found, results=((mine.token, (("spf", "fail"), ("dkim", "<x>"))),)))
    assert '<span class="badge warning">' in out
    assert "in the junk folder" in out
    assert "judged there: <code>spf=fail dkim=&lt;x&gt;</code>" in out


def test_inner_hops_are_hidden_where_asked() -> None:
    out = drawn(measurements.report("delivered"), redact=True)
    assert out.count("(internal hop)") == 2
    assert "store.example.com" not in out
    assert "/home/jane" not in out
