"""A Measurement as a file and back: indented JSON, the schema first, bytes as base64, times as ISO 8601.

``dump`` gives the bytes ``--save`` writes; ``load`` takes such bytes, from any hand, and gives the same Measurement
again. A file that cannot be one raises ``UsageError`` with one line that says where in the file and what is wrong.

Within a schema number files only gain keys, so unknown keys are passed over; another number is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TypeVar

from probe.grammar.text import clip
from probe.model.errors import UsageError
from probe.model.measurement import SCHEMA, Measurement
from probe.model.report import SCHEMA as REPORT_SCHEMA
from probe.model.version import VERSION

MAX_BYTES = 64 * 1024 * 1024
"""No honest measurement comes near this: bounded reads times bounded addresses stay within a few megabytes."""

Shape = TypeVar("Shape")


@dataclass(frozen=True, slots=True)
class _Heading:
    """What is read before anything else, to be able to say what the file is."""

    schema: str | None = None
    probe6: str | None = None


def dump(measurement: Measurement) -> bytes:
    """``measurement`` as JSON, UTF-8, with a final newline."""
    import msgspec

    try:
        return msgspec.json.format(msgspec.json.encode(measurement), indent=1) + b"\n"
    except UnicodeEncodeError as error:
        raise UsageError("this measurement cannot be saved: one of its settings is not UTF-8 text") from error


def schema(noun: type[object] = Measurement) -> dict[str, object]:
    """The JSON Schema (draft 2020-12) of a saved measurement, or of another noun in it."""
    import msgspec

    found: dict[str, object] = msgspec.json.schema(noun)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | found


def definitions(*nouns: type[object]) -> dict[str, object]:
    """The nouns and all they are made of, by name, for a schema that refers to them."""
    import msgspec

    return msgspec.json.schema_components(nouns, ref_template="#/$defs/{name}")[1]


def load(data: bytes) -> Measurement:
    """The Measurement in ``data``, equal to the one that was dumped. Raises ``UsageError``."""
    if len(data) > MAX_BYTES:
        raise UsageError(f"too large for a saved measurement: more than {MAX_BYTES // 1024**2} MB")
    heading = _heading(data)
    measurement = _decode(data, Measurement, heading)
    for path, time in _times(measurement):
        if time.tzinfo is None:
            raise UsageError(f"not a valid measurement: the time at {path} has no zone (write 2026-11-22T18:00:00Z)")
    return measurement


def _heading(data: bytes) -> _Heading:
    heading = _decode(data, _Heading, None)
    schema = heading.schema or ""
    if _same(schema, SCHEMA):
        return heading
    kind, _, number = SCHEMA.partition("/")
    if _same(schema, REPORT_SCHEMA):
        raise UsageError("this is a report (--format json), not a saved measurement: judge again what --save wrote")
    if schema.startswith(f"{kind}/"):
        raise UsageError(
            f"this measurement has schema {clip(schema, 60)} (probe6 {clip(heading.probe6 or '?', 20)}); "
            f"probe6 {VERSION} reads schema {number}"
        )
    said = f"its schema is {clip(schema, 60)}" if schema else "it has no schema"
    raise UsageError(f"not a saved measurement: {said}, where {SCHEMA} was expected")


def _same(schema: str, known: str) -> bool:
    """True for the same schema number, whatever minor number follows it."""
    return schema == known or schema.startswith(f"{known}.")


def _decode(data: bytes, type_: type[Shape], heading: _Heading | None) -> Shape:
    import msgspec

    try:
        return msgspec.json.decode(data, type=type_)
    except msgspec.ValidationError as error:
        if heading is None and data.lstrip()[:1] == b"[":
            raise UsageError(_array(data)) from error
        by = heading.probe6 if heading and heading.probe6 else VERSION
        newer = "" if by == VERSION else f" (written by probe6 {clip(by, 20)}, this is {VERSION})"
        raise UsageError(f"not a valid measurement: {clip(str(error), 200)}{newer}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"not JSON: {clip(str(error), 200)}") from error
    except RecursionError as error:
        raise UsageError("not a valid measurement: nested too deeply") from error


def _array(data: bytes) -> str:
    if f'"{REPORT_SCHEMA}"'.encode() in data:
        return "this is a list of reports (--format json), not a saved measurement: judge again what --save wrote"
    return "not a saved measurement: a list, where one measurement was expected"


def _times(measurement: Measurement) -> Iterator[tuple[str, datetime]]:
    """Every time that judges subtract from another, with its path."""
    yield "$.started", measurement.started
    for index, session in enumerate(measurement.sessions):
        if session.tls and session.tls.not_before:
            yield f"$.sessions[{index}].tls.not_before", session.tls.not_before
        if session.tls and session.tls.not_after:
            yield f"$.sessions[{index}].tls.not_after", session.tls.not_after
    for index, attempt in enumerate(measurement.attempts):
        for number, hop in enumerate(attempt.arrival.hops if attempt.arrival else ()):
            if hop.time:
                yield f"$.attempts[{index}].arrival.hops[{number}].time", hop.time
    yield from _logged_times(measurement)
    for field in fields(measurement.memory):
        for index, item in enumerate(getattr(measurement.memory, field.name)):
            for part in fields(item):
                if isinstance(time := getattr(item, part.name), datetime):
                    yield f"$.memory.{field.name}[{index}].{part.name}", time
    yield from _audit_times(measurement)


def _audit_times(measurement: Measurement) -> Iterator[tuple[str, datetime]]:
    machine = measurement.configuration.machine if measurement.configuration else None
    if machine is not None and machine.started is not None:
        yield "$.configuration.machine.started", machine.started
    for index, file in enumerate(machine.files if machine is not None else ()):
        yield f"$.configuration.machine.files[{index}].changed", file.changed


def _logged_times(measurement: Measurement) -> Iterator[tuple[str, datetime]]:
    """The times that mail logs gave."""
    for index, attempt in enumerate(measurement.attempts):
        for number, trace in enumerate(attempt.traces):
            if trace.came and trace.came.time:
                yield f"$.attempts[{index}].traces[{number}].came.time", trace.came.time
    for index, log in enumerate(measurement.logs):
        for number, contact in enumerate((*log.contacts, *log.gateways)):
            if contact.time:
                yield f"$.logs[{index}], time of contact {number}", contact.time
