from importlib import import_module

import pytest

from probe.api import engines, formats, mail_servers, proofs


@pytest.mark.parametrize(
    ("words", "room", "some"),
    [
        (engines(), "probe.measure.engines", {"native", "aiosmtplib"}),
        (proofs(), "probe.measure.delivery", {"maildir", "imap", "log"}),
        (formats(), "probe.report", {"text", "json", "html"}),
        (mail_servers(), "probe.measure.configuration.servers", {"postfix", "exim", "opensmtpd", "sendmail"}),
    ],
)
def test_each_word_is_a_module(words: tuple[str, ...], room: str, some: set[str]) -> None:
    assert some <= set(words)
    assert all(import_module(f"{room}.{word}") for word in words)
