"""A report in which the domain sends fits its schema, whatever became of the evaluation."""

import json

import jsonschema
import pytest

from probe.judge import judge
from probe.model.measurement import Measurement
from probe.report.json import render
from probe.report.json.outgoing import outbox
from tests.judge.sending import named, txt, world

DMARC = (txt("_dmarc.example.com", "v=DMARC1; p=reject"),)


@pytest.mark.parametrize(
    "given",
    [
        world("v=spf1 mx -all", dmarc=DMARC),
        world("v=spf1 a:gone.example.com -all"),
        world("v=spf1 a:gone.example.com -all", unfinished=True),
        world("v=spf1 ip4:2001:db8::1", named("2001:db8::77", ptr=(), fcrdns=None)),
        world(None),
    ],
)
def test_it_fits(given: Measurement) -> None:
    found = json.loads(render([judge(given)]))["outbound"]
    assert found["domain"] == "example.com"
    jsonschema.validate(found, outbox())
