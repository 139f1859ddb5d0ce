"""The shape of a configuration, and what is said about one that is wrong."""

import json
import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from probe.cli import check
from probe.cli.parts.parser import Parser
from probe.config import KEYS, read, schema
from probe.model.errors import UsageError
from probe.model.settings import TargetKind

WHOLE = """\
contact = "Postmaster <postmaster@example.net>"
owned = ["Example.com"]
targets = ["b.example"]
[defaults]
max_addresses = 3
nameserver = "192.0.2.53"
severity = { tcp-refused = "ok" }
[[target]]
name = "example.com"
families = ["ipv6"]
send-every = 7200
[[target]]
address = "2001:db8::25"
port = 2525
"""


def wrong(text: str) -> str:
    with pytest.raises(UsageError) as caught:
        read(text, "a.toml")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_configuration_is_read() -> None:
    found = read(WHOLE, "a.toml")
    assert found.defaults == {
        "contact": "Postmaster <postmaster@example.net>",
        "max-addresses": 3,
        "nameserver": ("192.0.2.53",),
        "severity": {"tcp-refused": "ok"},
    }
    assert found.owned == {"example.com"}
    assert [(item.target.name, item.target.kind) for item in found.targets] == [
        ("b.example", TargetKind.DOMAIN),
        ("example.com", TargetKind.DOMAIN),
        ("2001:db8::25", TargetKind.ADDRESS),
    ]
    assert found.targets[1].keys == {"families": ("ipv6",), "send-every": 7200}


def test_every_option_has_its_key() -> None:
    parser = Parser("probe6 check", "")
    check.configure(parser)
    options = {word.removeprefix("--") for word in parser.options if word.startswith("--")}
    no_keys = {"help", "version", "config", "hostname"}  # of the command line itself; -H is a target
    assert options - no_keys == set(KEYS) - {"families", "send", "send-every"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("timout = 3", '--config "a.toml": "timout" is no key; nearest: timeout'),
        ("[default]\ntimeout = 3", '--config "a.toml": "default" is no key; nearest: defaults'),
        ("[defaults]\ndeadlines = 3", '--config "a.toml": [defaults]: "deadlines" is no key; nearest: deadline'),
        ("4 = true", '--config "a.toml": "4" is no key; write families = ["ipv4"]'),
        ("zzz = 3", '--config "a.toml": "zzz" is no key; probe6 schema config has them all'),
        ("timeout = true", '--config "a.toml": timeout: a number is needed'),
        ("plain = 1", '--config "a.toml": plain: true or false is needed'),
        ("mx = [1]", '--config "a.toml": mx: a list of texts is needed'),
        ("severity = 'x'", '--config "a.toml": severity: a table of codes and verdicts is needed'),
        ("timeout = 3\n[defaults]\ntimeout = 4", '--config "a.toml": [defaults]: timeout stands there twice'),
        ("cert-days='1'\ncert_days='2'", '--config "a.toml": cert-days stands there twice, once as cert_days'),
        ("target = 3", '--config "a.toml": target: a target is a table of its own, [[target]]'),
        ("[[target]]\nport = 3", '--config "a.toml": [[target]] number 1: either a name (a domain or a mailbox) or an'),
        ("[[target]]\nname = 'a b'", '--config "a.toml": [[target]] number 1 ("a b"): '),
        (
            "[[target]]\nname = 'a.example'\nformat = 'json'",
            '--config "a.toml": [[target]] number 1 ("a.example"): format is about the whole run; it belongs to',
        ),
        (
            "targets=['a.example']\n[[target]]\nname = 'A.example'",
            '--config "a.toml": [[target]] number 1 ("A.example"): the same as targets, number 1 ("a.example"); each',
        ),
        ("x = [", '--config "a.toml": not TOML: '),
        ("a = " + "[" * 5000, '--config "a.toml": not TOML: nested too deeply'),
    ],
)
def test_what_is_wrong_is_one_line(text: str, line: str) -> None:
    assert wrong(text).startswith(line)


@given(st.text(max_size=200))
@example(WHOLE.replace('"', ""))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read(text, "a.toml")
    except UsageError as error:
        assert str(error).startswith('--config "a.toml"')  # noqa: PT017 - it may as well be read


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*KEYS, "target", "targets", "defaults", "x"]), VALUES, max_size=4))
def test_any_shape_is_read_or_refused(shape: dict[str, object]) -> None:
    import probe.config

    found = tomllib.loads
    try:
        probe.config.tomllib.loads = lambda _: dict(shape)  # type: ignore[assignment,misc]
        read("", "a.toml")
    except UsageError as error:
        assert "a.toml" in str(error)  # noqa: PT017 - it may as well be read
    finally:
        probe.config.tomllib.loads = found  # type: ignore[misc]


def test_the_schema_takes_what_is_read_and_no_more() -> None:
    validator = Draft202012Validator(json.loads(json.dumps(schema())))
    Draft202012Validator.check_schema(schema())
    validator.validate(tomllib.loads(WHOLE))
    for bad in ("timout = 3", "plain = 1", "[[target]]\nport = 3", "[[target]]\nname='a.example'\nformat='json'"):
        assert not validator.is_valid(tomllib.loads(bad)), bad
