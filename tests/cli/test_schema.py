import json

import pytest

from probe.api import schema
from tests.cli.conftest import Probe6


@pytest.mark.parametrize(
    ("words", "kind"), [((), "report"), (("report",), "report"), (("measurement",), "measurement")]
)
def test_a_schema_is_printed(probe6: Probe6, words: tuple[str, ...], kind: str) -> None:
    ran = probe6("schema", *words)
    assert (ran.status, ran.err) == (0, "")
    assert json.loads(ran.out) == json.loads(json.dumps(schema(kind)))


def test_another_word_is_an_error(probe6: Probe6) -> None:
    ran = probe6("schema", "reprot")
    assert (ran.status, ran.out) == (3, "")
    assert ran.err == 'probe6: schema: "reprot" is not a schema; nearest: report\n'
