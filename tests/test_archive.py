import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probe import archive
from probe.model.configuration import File
from probe.model.errors import UsageError
from probe.model.measurement import SCHEMA, Measurement
from probe.model.memory import Greeted, Greylisted, Memory, Served, Silenced, UnknownRecipient
from probe.model.settings import Settings, Target, TargetKind
from probe.model.words import Family
from tests.configurations import STARTED, audited, here, machine
from tests.report import measurements

FINITE = st.floats(allow_nan=False, allow_infinity=False)
TIMES = st.datetimes(
    min_value=datetime(1900, 1, 2),  # noqa: DTZ001 - the zone is drawn beside it
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
TEXTS = st.text(st.characters(codec="utf-8"))

for kind, strategy in ((float, FINITE), (datetime, TIMES), (str, TEXTS)):
    st.register_type_strategy(kind, strategy)


@given(st.from_type(Measurement).map(lambda found: replace(found, schema=SCHEMA)))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_measurement_comes_back_equal(measurement: Measurement) -> None:
    data = archive.dump(measurement)
    again = archive.load(data)
    assert again == measurement
    assert archive.dump(again) == data


@pytest.mark.parametrize("name", measurements.NAMES)
def test_real_looking_measurements_come_back_equal(name: str) -> None:
    measurement = measurements.report(name).measurement
    assert archive.load(archive.dump(measurement)) == measurement


def test_the_file_is_readable_json_with_the_schema_first() -> None:
    text = archive.dump(measurements.report("healthy").measurement).decode()
    assert text.splitlines()[1].strip() == '"schema": "probe6.measurement/1",'
    assert text.endswith("}\n")
    document = json.loads(text)
    assert document["started"] == "2026-11-22T18:00:12.123456Z"
    assert document["sessions"][0]["tls"]["chain"] == ["MIIB"]


def document() -> dict[str, object]:
    found = json.loads(archive.dump(measurements.report("healthy").measurement))
    assert isinstance(found, dict)
    return found


def load(changed: object) -> Measurement:
    return archive.load(json.dumps(changed).encode())


def test_keys_of_a_later_minor_version_are_passed_over() -> None:
    changed = document() | {"new": {"key": [1, 2]}, "schema": f"{SCHEMA}.3"}
    changed["sessions"][0]["colour"] = "blue"  # type: ignore[index]
    assert load(changed).sessions == measurements.report("healthy").measurement.sessions


def with_value(path: str, value: object) -> bytes:
    changed = document()
    at: object = changed
    *way, last = (int(step) if step.isdigit() else step for step in path.split("."))
    for step in way:
        at = at[step]  # type: ignore[index]
    at[last] = value  # type: ignore[index]
    return json.dumps(changed).encode()


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", r"not JSON: .*truncated"),
        (b"probe6", r"not JSON: .*malformed"),
        (b"{'schema': 1}", r"not JSON: .*byte 1"),
        (b'{"schema": "\xff"}', r"not JSON: .*utf-8"),
        (b"12", r"not a valid measurement: Expected `object`, got `int`"),
        (b"[]", r"a list, where one measurement was expected"),
        (b'[{"schema": "probe6.report/1"}]', r"a list of reports"),
        (b"{}", r"it has no schema"),
        (b'{"schema": null}', r"it has no schema"),
        (b'{"schema": 7}', r"Expected `str \| null`, got `int` - at `\$\.schema`"),
        (b'{"schema": "\\u001b[2J\\n"}', r"its schema is \\x1b\[2J\\x0a, where probe6\.measurement/1 was expected"),
        (b'{"schema": "probe6.report/1"}', r"this is a report \(--format json\)"),
        (
            b'{"schema": "probe6.measurement/2", "probe6": "9.1"}',
            r"has schema probe6\.measurement/2 \(probe6 9\.1\); .*1$",
        ),
        (b'{"schema": "probe6.measurement/1"}', r"missing required field `probe6`"),
        (b'{"schema": "probe6.measurement/12"}', r"has schema probe6\.measurement/12"),
        (b'{"schema": "probe6.measurement/1", "x": ' + b"[" * 9000 + b"]" * 9000 + b"}", r"nested too deeply"),
        (with_value("queries", "many"), r"Expected `int`, got `str` - at `\$\.queries`"),
        (with_value("queries", 1.5), r"Expected `int`, got `float` - at `\$\.queries`"),
        (
            with_value("sessions.0.failure", "eaten"),
            r"Invalid enum value 'eaten' - at `\$\.sessions\[0\]\.failure`",
        ),
        (with_value("sessions.0.tls.chain", ["?"]), r"Invalid base64"),
        (with_value("started", "yesterday"), r"Invalid RFC3339 .* at `\$\.started`"),
        (with_value("started", "2026-11-22T18:00:12"), r"the time at \$\.started has no zone"),
        (
            with_value("sessions.0.tls.not_after", "2027-01-01T00:00:00"),
            r"time at \$\.sessions\[0\]\.tls\.not_after has no",
        ),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_what_is_not_a_measurement_is_refused_in_one_line(data: bytes, line: str) -> None:
    with pytest.raises(UsageError, match=line) as caught:
        archive.load(data)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


def test_words_of_a_later_version_say_which_version_wrote_them() -> None:
    changed = json.loads(with_value("sessions.0.failure", "eaten")) | {"probe6": "7.0.0"}
    with pytest.raises(UsageError, match=re.escape("(written by probe6 7.0.0, this is ")):
        load(changed)


def test_a_file_beyond_the_limit_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 2 * 1024**2)
    with pytest.raises(UsageError, match="too large for a saved measurement: more than 2 MB"):
        archive.load(b" " * (2 * 1024**2 + 1))


@given(st.binary())
def test_any_bytes_are_refused_and_never_crash(data: bytes) -> None:
    with pytest.raises(UsageError):
        archive.load(data)


def test_text_that_is_not_utf8_cannot_be_saved_and_says_so() -> None:
    measurement = measurements.report("healthy").measurement
    odd = replace(measurement, settings=Settings(ca_file="/etc/\udcff.pem"))
    with pytest.raises(UsageError, match="not UTF-8"):
        archive.dump(odd)


def test_defaults_need_not_be_written() -> None:
    least = {
        "schema": SCHEMA,
        "probe6": "0.1.0",
        "target": {"text": "example.com", "kind": "domain", "name": "example.com"},
        "started": "2026-11-22T19:00:12+01:00",
        "elapsed": 1,
        "settings": {},
        "resolved": {"mx": None},
    }
    found = load(least)
    assert found.target == Target("example.com", TargetKind.DOMAIN, "example.com")
    assert found.started == datetime(2026, 11, 22, 18, 0, 12, tzinfo=UTC)
    assert found.settings == Settings()


def test_importing_the_archive_does_not_import_its_library() -> None:
    code = "import sys, probe.archive; sys.exit('msgspec' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_remembered_comes_back_and_needs_a_zone() -> None:
    now = datetime(2026, 11, 22, 17, tzinfo=UTC)
    memory = Memory(
        greeted=(Greeted(Family.IPV6, "2001:db8::9", "mail.example.org", "2001:db8:ffff::25", now),),
        greylisted=(Greylisted(Family.IPV6, "2001:db8::9", "", "user@example.com", "2001:db8::25", now, now, now),),
        silenced=(Silenced("mx1.example.com", now, now),),
        unknown=(UnknownRecipient("2001:db8::25", "user@example.com", "550 5.1.1 no", now, now),),
        served=(Served("2001:db8::9", "2001:db8::25", 25, now),),
    )
    saved = archive.dump(replace(measurements.report("healthy").measurement, memory=memory))
    assert archive.load(saved).memory == memory
    for name, part in (("greylisted", "next_try"), ("silenced", "until"), ("served", "at")):
        document = json.loads(saved)
        document["memory"][name][0][part] = "2026-11-22T17:00:00"
        with pytest.raises(UsageError, match=rf"the time at \$\.memory\.{name}\[0\]\.{part} has no zone"):
            archive.load(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("place", "path"),
    [("started", r"configuration\.machine\.started"), ("changed", r"configuration\.machine\.files\[0\]\.changed")],
)
def test_an_audit_comes_back_equal_and_its_times_have_zones(place: str, path: str) -> None:
    looked = machine(files=(File("/etc/postfix/main.cf", STARTED),))
    measurement = audited(here(machine=looked))
    assert archive.load(archive.dump(measurement)) == measurement
    document = json.loads(archive.dump(measurement))
    found = document["configuration"]["machine"]
    target = found if place == "started" else found["files"][0]
    target[place] = "2026-11-22T18:00:00"
    with pytest.raises(UsageError, match=rf"the time at \$\.{path} has no zone"):
        archive.load(json.dumps(document).encode())


def test_the_definitions_are_those_of_the_schemas() -> None:
    for noun in (Settings, Memory):
        whole = archive.schema(noun)
        assert whole["$defs"].items() <= archive.definitions(Settings, Memory).items()  # type: ignore[attr-defined]
