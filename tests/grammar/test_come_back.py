import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.come_back import LADDER, advertised_delay, wait


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4.2.0 Greylisted, try again in 300 seconds", 330.0),
        ("4.7.1 come back in 5 minutes", 330.0),
        ("4.7.1 Greylisting in action, please come back in 00:04:59", None),
        ("4.3.2 Service currently unavailable", None),
        ("4.2.0 try again in 0 s", 0.0),
    ],
)
def test_the_delay_a_text_names(text: str, seconds: float | None) -> None:
    assert advertised_delay(text) == seconds


def test_without_a_word_the_waits_grow_and_end_growing() -> None:
    assert [wait("450 later", tries) for tries in (0, 1, 2, 3, 4, 5, 99)] == [*LADDER[:1], *LADDER, *LADDER[-1:] * 2]
    assert wait("try again in 10 seconds", 4) == 11.0


@given(st.text(max_size=300), st.integers(-5, 50))
def test_any_text_gives_a_wait(text: str, tries: int) -> None:
    assert 0 <= wait(text, tries) <= 99999 * 60 * 1.1
