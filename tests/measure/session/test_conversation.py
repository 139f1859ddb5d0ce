"""Engines are found by their file name."""

import pytest

from probe.measure.session.conversation import ConversationError, engine, engines
from probe.model.errors import UsageError
from probe.model.words import Failure


@pytest.mark.parametrize("name", engines())
def test_an_engine_is_the_module_of_its_name(name: str) -> None:
    assert engine(name).converse.__module__ == f"probe.measure.engines.{name}"


@pytest.mark.parametrize("name", ["nosuch", "../x", "a.b", "", "os"])
def test_another_word_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError, match=r"no such engine; there is aiosmtplib and native$"):
        engine(name)


def test_an_error_carries_its_word() -> None:
    error = ConversationError(Failure.RESET, "the server reset the connection")
    assert (error.failure, error.detail, error.reply) == (Failure.RESET, "the server reset the connection", None)
