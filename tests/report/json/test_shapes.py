import jsonschema
import pytest

from probe.model.words import Family
from probe.report.json.shapes import TEXT, list_of, maybe, object_of, word


def fits(value: object, shape: dict[str, object]) -> bool:
    return jsonschema.Draft202012Validator(shape).is_valid(value)


@pytest.mark.parametrize(
    ("value", "shape", "expected"),
    [
        ({"a": "x", "more": 1}, object_of(a=TEXT), True),
        ({}, object_of(a=TEXT), False),
        (["x"], list_of(TEXT), True),
        ([1], list_of(TEXT), False),
        (None, maybe(TEXT), True),
        (None, TEXT, False),
        ("ipv6", word(Family), True),
        ("ipv5", word(Family), False),
    ],
)
def test_what_fits(value: object, shape: dict[str, object], expected: bool) -> None:
    assert fits(value, shape) is expected
