from dataclasses import replace

from probe.model.words import Failure
from probe.report._shown.private import privacy
from probe.report.markdown.delivery import messages
from probe.report.markdown.escape import Scribe
from tests.report import measurements
from tests.report._shown.test_messages import HELD

REPORT = measurements.report("delivered")
SCRIBE = Scribe(privacy(REPORT, redact=False))


def of(**more: object) -> str:
    attempt = replace(REPORT.measurement.attempts[0], **more)  # type: ignore[arg-type]
    report = replace(REPORT, measurement=replace(REPORT.measurement, attempts=(attempt,)))
    return "\n".join(messages(report, SCRIBE, redact=False))


def test_an_item_for_each_message() -> None:
    assert of().startswith("### Test messages to jane@")
    assert "- IPv6 by `mx1.example.com [2001:db8::25]`: arrived in 0.4 s, `maildir:/home/jane/Maildir" in of()


def test_a_log_that_knows_why_it_is_not_there() -> None:
    said = of(arrival=None, failure=Failure.NOT_ARRIVED, traces=(HELD,))
    assert "accepted as `4ABCDEF`, then held in its queue: no route" in said
    assert "\n    - log:mail.log: deferred: mx1 postfix/smtp: 4ABCDEF: status=deferred" in said


def test_without_a_message_there_is_no_section() -> None:
    assert list(messages(measurements.report("healthy"), SCRIBE, redact=False)) == []
