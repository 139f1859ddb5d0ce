import json

from probe.judge import judge
from probe.report.json import render
from tests.builders import healthy
from tests.configurations import audited, here, postfix


def test_all_that_was_read_and_the_three_columns() -> None:
    document = json.loads(render([judge(audited(here()))]))
    found = document["configuration"]
    assert (found["mta"], found["place"], found["learned"]) == ("postfix", "/etc/postfix", "asked")
    assert found["openings"][0] == {
        "service": "smtp",
        "port": 25,
        "family": "ipv6",
        "effective": ["::"],
        "listening": ["::"],
        "published": ["2001:db8:25::25"],
    }
    settings = {item["name"]: item for item in found["settings"]}
    assert settings["mynetworks"]["origin"] == "main.cf:4"
    assert found["machine"]["started"] == "2026-11-19T18:00:00Z"


def test_what_was_not_looked_at_is_null() -> None:
    found = json.loads(render([judge(audited(postfix()))]))["configuration"]
    assert (found["machine"], found["published"]) == (None, None)
    assert found["openings"][0]["listening"] is None


def test_a_probe_alone_has_none() -> None:
    assert json.loads(render([judge(healthy())]))["configuration"] is None
