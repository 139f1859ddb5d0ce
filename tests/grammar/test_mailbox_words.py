import pytest

from probe.grammar.mailbox_words import says_unknown
from tests.builders import reply


@pytest.mark.parametrize(
    ("code", "text", "unknown"),
    [
        (550, "5.1.1 whatever", True),
        (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", True),
        (550, "5.1.0 Address rejected: user unknown", True),
        (550, "5.1.0 Address rejected", False),
        (550, "5.2.1 mailbox disabled", False),
        (550, "5.0.0 No such user here", True),
        (550, "unrouteable address", True),
        (550, "5.7.1 user unknown to our policy", False),
        (450, "4.1.1 user unknown", False),
        (550, "no thanks", False),
    ],
)
def test_is_there_no_such_mailbox(code: int, text: str, unknown: bool) -> None:
    assert says_unknown(reply(code, text)) is unknown


def test_silence_says_nothing() -> None:
    assert not says_unknown(None)
