from dataclasses import replace

from probe.model.report import Report
from probe.model.smtp import Line
from probe.model.trials import Leave, Trials
from probe.model.words import Purpose
from probe.report.text.layout import Paper
from probe.report.text.transcript import MOST_LINES, transcripts
from tests.report import measurements


def spoken(*lines: Line, redact: bool = False) -> list[str]:
    report = measurements.report("healthy")
    session = replace(report.measurement.sessions[0], transcript=lines)
    report = replace(report, measurement=replace(report.measurement, sessions=(session,)))
    return list(transcripts(report, Paper(redact=redact)))


def test_it_reads_like_a_chat() -> None:
    assert spoken(
        Line(5.0, "*", "connected"),
        Line(5.0121, "S", "220 mx1.example.com ESMTP"),
        Line(5.1, "C", "EHLO probe.example.net", tls=True),
    ) == [
        "",
        "Transcript: 2001:db8::25 port 25 (mx1.example.com, check)",
        "   0.000   *  connected",
        "   0.012   S: 220 mx1.example.com ESMTP",
        "   0.100 ~ C: EHLO probe.example.net",
    ]


def test_long_lines_hang_and_foreign_speakers_are_notes() -> None:
    found = spoken(Line(0.0, "S: 250 forged\n", "word " * 40))
    assert found[2].startswith("   0.000   *  word")
    assert all(line.startswith(" " * 14) and len(line) <= 80 for line in found[3:])


def test_an_endless_conversation_is_counted() -> None:
    found = spoken(*(Line(0.0, "S", "250-x") for _ in range(MOST_LINES + 7)))
    assert found[-1] == "         and 7 more lines"
    assert len(found) == MOST_LINES + 3


def test_a_group_is_told() -> None:
    report = measurements.report("healthy")
    grouped = replace(report.measurement.sessions[0], group=("MAIL", "RCPT"))
    report = replace(report, measurement=replace(report.measurement, sessions=(grouped,)))
    title = next(line for line in transcripts(report, Paper(120)) if line.startswith("Transcript"))
    assert title.endswith(", check, commands together)")


def test_silence_is_said() -> None:
    assert spoken()[-1] == "         nothing was said"


def test_references_come_last() -> None:
    report = measurements.report("healthy")
    other = replace(measurements.session("2001:db8:3::25", "mx.example.net"), purpose=Purpose.REFERENCE)
    report = replace(report, measurement=replace(report.measurement, references=(other,)))
    titles = [line for line in transcripts(report, Paper()) if line.startswith("Transcript")]
    assert titles[-1] == "Transcript: 2001:db8:3::25 port 25 (mx.example.net, reference)"


def test_what_the_owner_asked_for_comes_after_them() -> None:
    report = measurements.report("healthy")
    test = replace(measurements.session("2001:db8::25"), purpose=Purpose.RELAY)
    trials = Trials(Leave.SAID, None, (test,))
    report = replace(report, measurement=replace(report.measurement, trials=trials))
    titles = [line for line in transcripts(report, Paper()) if line.startswith("Transcript")]
    assert titles[-1].endswith(", relay)")


def test_message_text_is_hidden_where_asked() -> None:
    lines = (Line(0.0, "S", "354 go"), Line(0.0, "C", "Subject: x"), Line(0.0, "C", "."), Line(0.0, "S", "250 ok"))
    assert "Subject: x" in "\n".join(spoken(*lines))
    hidden = "\n".join(spoken(*lines, redact=True))
    assert "Subject: x" not in hidden
    assert "(message text hidden)" in hidden


def test_without_conversations_there_is_nothing() -> None:
    report: Report = measurements.report("no-mail")
    assert list(transcripts(report, Paper())) == []
