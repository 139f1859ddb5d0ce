from dataclasses import replace

from probe.report._shown.outgoing import sending, worth_showing
from tests.report.text.test_outgoing import BOX, SIX


def say(text: str, limit: int) -> str:
    return text[:limit]


def test_a_label_for_each_line_of_its_own() -> None:
    assert [label for label, _ in sending(BOX, say)] == ["IPv6", "IPv4", "DMARC", ""]
    assert next(label for label, _ in sending(BOX, say, verbose=1)) == "SPF"


def test_a_domain_that_says_nothing_is_shown_when_more_is_wanted() -> None:
    silent = replace(BOX, record=None, senders=(SIX,), dmarc=None)
    assert not worth_showing(silent)
    assert worth_showing(silent, verbose=1)
    assert not worth_showing(None, verbose=1)
