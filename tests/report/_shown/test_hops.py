from probe.report._shown.hops import shown
from tests.report import measurements


def test_hops_come_in_the_order_the_message_took_them() -> None:
    report = measurements.report("delivered")
    attempt = report.measurement.attempts[0]
    first, last = shown(report, attempt, redact=False)
    assert (first.hop, last.hop) == tuple(reversed(attempt.arrival.hops))  # type: ignore[union-attr]
    assert (first.receiving, last.receiving) == (True, False)
    assert (first.delay, last.delay) == (None, 0.0)
    assert (first.clock, last.clock) == (0.1, 0.1)


def test_only_the_hop_of_the_tested_host_is_for_everybody() -> None:
    report = measurements.report("delivered")
    first, last = shown(report, report.measurement.attempts[0], redact=True)
    assert first.hop is not None
    assert last.hop is None
    assert last.delay == 0.0


def test_what_did_not_arrive_has_no_hops() -> None:
    report = measurements.report("lost")
    assert list(shown(report, report.measurement.attempts[0], redact=False)) == []
