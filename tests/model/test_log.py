"""The words a log is told in: released words, in one style, each with one meaning."""

import re

import pytest

from probe.model.log import Daemon, DeliveryStatus, Fate, LogChain, LogEvent, LogKind


@pytest.mark.parametrize("words", [Daemon, LogKind, DeliveryStatus, Fate])
def test_the_words_are_in_one_style(words: type[Daemon] | type[LogKind] | type[DeliveryStatus] | type[Fate]) -> None:
    for word in words:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", word.value)
        assert word.name == word.value.upper().replace("-", "_")


def test_events_can_be_compared_and_not_changed() -> None:
    event = LogEvent("x", Daemon.EXIM, LogKind.OTHER)
    assert event == LogEvent("x", Daemon.EXIM, LogKind.OTHER)
    assert hash(LogChain(Fate.UNKNOWN, (event,))) == hash(LogChain(Fate.UNKNOWN, (event,)))
    with pytest.raises(AttributeError):
        event.raw = "y"  # type: ignore[misc]
