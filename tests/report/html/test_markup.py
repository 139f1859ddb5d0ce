from hypothesis import given
from hypothesis import strategies as st

from probe.model.words import Verdict
from probe.report._shown.private import privacy
from probe.report.html.markup import SIGNS, Pen, badge
from tests.report import measurements

PEN = Pen(privacy(measurements.report("healthy"), redact=False), redact=False)


@given(st.text(st.characters(exclude_categories=[]), max_size=100))
def test_what_is_said_is_text_in_an_element_and_in_an_attribute(text: str) -> None:
    said = PEN.say(text, 80)
    assert not set("<>\"'") & set(said)
    assert said.isprintable()


def test_markup_is_shown_as_it_was_written() -> None:
    assert PEN.say('<a href="x">\'&') == "&lt;a href=&quot;x&quot;&gt;&#x27;&amp;"
    assert PEN.say("a" * 700) == "a" * 597 + "..."


def test_people_are_hidden_where_asked() -> None:
    pen = Pen(privacy(measurements.report("healthy"), redact=True), redact=True)
    assert pen.say("jane@example.com") == "***@example.com"


def test_a_verdict_is_a_sign_and_a_word() -> None:
    assert len(set(SIGNS.values())) == len(Verdict)
    for verdict in Verdict:
        assert f'class="badge {verdict}"' in badge(verdict)
        assert badge(verdict).endswith(f" {verdict}</span>")
