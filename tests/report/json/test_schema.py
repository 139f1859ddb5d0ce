import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from probe.api import render, save, schema, schemas
from probe.judge import judge
from tests.report import measurements


def closed(value: Any) -> Any:
    """The same schema, with unknown keys refused: no key of a report may be missing in it."""
    match value:
        case dict():
            shut = {"additionalProperties": False} if "properties" in value else {}
            return {key: closed(item) for key, item in value.items()} | shut
        case list():
            return [closed(item) for item in value]
    return value


def wrong(kind: str, text: str | bytes) -> Iterator[str]:
    for error in Draft202012Validator(closed(schema(kind))).iter_errors(json.loads(text)):
        yield f"{error.json_path}: {error.message[:200]}"


@pytest.mark.parametrize("kind", schemas())
def test_it_is_a_schema(kind: str) -> None:
    Draft202012Validator.check_schema(schema(kind))
    json.dumps(schema(kind))


@pytest.mark.parametrize("name", measurements.NAMES)
def test_every_report_validates(name: str) -> None:
    report = measurements.report(name)
    one = report if name == "hostile" else judge(report.measurement)
    for reports in ([one], [report, one], []):
        assert list(wrong("report", render(reports, "json"))) == []
        assert all(list(wrong("report", line)) == [] for line in render(reports, "jsonl").splitlines())
    assert list(wrong("report", render([report], "json", redact=True))) == []


@pytest.mark.parametrize("name", measurements.NAMES)
def test_every_saved_measurement_validates(name: str) -> None:
    assert list(wrong("measurement", save(measurements.report(name).measurement))) == []


@pytest.mark.parametrize(
    ("key", "value"), [("verdict", "fine"), ("elapsed", "0.1"), ("sessions", None), ("schema", "probe6.report/2")]
)
def test_what_is_no_report_does_not(key: str, value: object) -> None:
    document = json.loads(render([measurements.report("refused")], "json")) | {key: value}
    assert list(wrong("report", json.dumps(document)))
    del document[key]
    assert list(wrong("report", json.dumps(document)))
