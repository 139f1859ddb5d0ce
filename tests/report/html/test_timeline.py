import re
from dataclasses import replace

from probe.model.report import Report
from probe.model.smtp import Line, Session
from probe.model.words import Failure, Purpose, Stage
from probe.report._shown.private import privacy
from probe.report.html.markup import Pen
from probe.report.html.timeline import MOST_LINES, MOST_TALKS, conversations
from tests.report import measurements

BAR = re.compile(r'<rect class="bar-([a-z]+)" x="([0-9.]+)%" y="3" width="([0-9.]+)%"')
HEALTHY = measurements.report("healthy")


def drawn(*talks: Session, report: Report = HEALTHY, redact: bool = False) -> str:
    return "\n".join(conversations(report, talks, Pen(privacy(report, redact=redact), redact)))


def test_a_step_is_a_bar_at_its_time() -> None:
    bars = BAR.findall(drawn(measurements.session("2001:db8::25", rtt=0.02)))
    assert [kind for kind, _, _ in bars] == ["connect", "banner", "ehlo", "starttls", "ehlo", "mail", "rcpt"]
    starts = [float(start) for _, start, _ in bars]
    assert starts == sorted(starts)
    assert starts[0] == 0
    last = bars[-1]
    assert abs(float(last[1]) + float(last[2]) - 100) < 0.1


def test_both_families_share_one_scale() -> None:
    bars = BAR.findall(drawn(measurements.session("2001:db8::25", rtt=0.02), measurements.session("192.0.2.25")))
    assert float(bars[0][2]) > 1.5 * float(bars[7][2])
    assert float(bars[13][1]) + float(bars[13][2]) < 99


def test_what_hung_does_not_make_dots_of_the_rest() -> None:
    slow = replace(
        measurements.failed("2001:db8::25", Stage.CONNECT, Failure.TIMEOUT),
        steps=(measurements.step(Stage.CONNECT, 0.03, 15.0, failure=Failure.TIMEOUT),),
    )
    out = drawn(slow, measurements.session("192.0.2.25"))
    bars = BAR.findall(out)
    assert bars[0] == ("failed", "0.00", "100.00")
    assert float(bars[-1][1]) + float(bars[-1][2]) > 99
    assert ">15 s</text>" in out
    assert ">172 ms</text>" in out


def test_no_bar_leaves_the_drawing() -> None:
    odd = replace(
        measurements.session("2001:db8::25"),
        steps=(measurements.step(Stage.CONNECT, 5.0, 0.0), measurements.step(Stage.BANNER, 1.0, 1e9)),
    )
    for _, start, width in BAR.findall(drawn(odd)):
        assert 0 <= float(start) <= float(start) + float(width) <= 100.01


def test_what_is_not_offered_is_no_failure() -> None:
    step = measurements.step(Stage.STARTTLS, 0.1, 0.0, failure=Failure.NOT_OFFERED)
    out = drawn(replace(measurements.session("2001:db8::25"), steps=(step,)))
    assert "bar-failed" not in out
    assert "starttls not offered" in out


def test_the_transcript_is_a_chat() -> None:
    out = drawn(measurements.session("2001:db8::25"))
    assert '<li class="s"><time>0.012</time><b>S:</b><span>220 mx1.example.com ESMTP Postfix' in out
    assert '<li class="c"><time>0.096</time><b title="inside TLS">C:</b><span>MAIL FROM:&lt;&gt;</span></li>' in out


def test_message_text_is_hidden_where_asked() -> None:
    report = measurements.report("delivered")
    talk = report.measurement.sessions[0]
    assert "Subject: probe6" in drawn(talk, report=report)
    assert "Subject: probe6" not in drawn(talk, report=report, redact=True)


def test_long_ones_are_cut_and_counted() -> None:
    talk = measurements.session("2001:db8::25")
    long = replace(talk, transcript=tuple(Line(0.0, "S", "x") for _ in range(MOST_LINES + 7)))
    assert "and 7 more" in drawn(long)
    assert f"and {5} more" in drawn(*[talk] * (MOST_TALKS + 5))


def test_a_family_without_a_conversation_says_so_and_purposes_are_named() -> None:
    repeat = replace(measurements.session("192.0.2.25"), purpose=Purpose.REPEAT)
    out = drawn(repeat)
    assert "no conversation" in out
    assert "repeat, ok up to rcpt" in out


def test_a_conversation_without_steps_draws_an_empty_line() -> None:
    assert "0.0 ms" in drawn(replace(measurements.session("2001:db8::25"), steps=(), transcript=()))


def test_a_command_that_went_out_with_others_says_so() -> None:
    step = measurements.step(Stage.MAIL, 0.1, 0.02, "250 Ok", grouped=True)
    assert "</i>mail (with others) 20 ms</li>" in drawn(replace(measurements.session("2001:db8::25"), steps=(step,)))
