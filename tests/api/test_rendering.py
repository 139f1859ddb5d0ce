import pytest

from probe.api import formats, render, schema, schemas
from probe.model.errors import UsageError


@pytest.mark.parametrize("word", ["xml", "", "text.layout", "../text", "__init__"])
def test_another_format_is_a_usage_error(word: str) -> None:
    assert {"json", "text"} <= set(formats())
    with pytest.raises(UsageError, match="there is"):
        render([], word)


@pytest.mark.parametrize("kind", schemas())
def test_every_schema_is_one_of_json(kind: str) -> None:
    assert schema(kind)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
