"""What reports and measurements look like on paper, and how they are read again.

In: reports, measurements, octets of a file. Out: text, octets, measurements. ``UsageError``, one line, for a word or a
file that is none.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from probe.api.offered import formats
from probe.model.errors import UsageError
from probe.model.settings import Settings

if TYPE_CHECKING:  # what only describes is not imported: a run imports a thing when it needs it
    from collections.abc import Sequence

    from probe.model.change import Changes
    from probe.model.measurement import Measurement
    from probe.model.plan import Plan
    from probe.model.report import Report
    from probe.model.vantages import Merged


def render(reports: Sequence[Report], format: str = "text", **options: object) -> str:  # noqa: A002 -- the released word
    """``reports`` in one of ``formats()``; ``options`` are the format's own. ``UsageError`` for another word."""
    if format not in formats():
        raise UsageError(f"--format {format!r}: there is {', '.join(formats())}")
    text: str = import_module(f"probe.report.{format}").render(reports, **options)
    return text


def render_plan(plan: Plan, format: str = "text", **options: object) -> str:  # noqa: A002 -- as ``render``
    """``plan`` as ``text``, ``markdown`` or ``json``; ``options`` are the format's own."""
    text: str = import_module(f"probe.report.{format}.plan").render(plan, **options)
    return text


def render_merged(merged: Merged, format: str = "text", **options: object) -> str:  # noqa: A002 -- as ``render``
    """``merged`` as ``text``, ``markdown`` or ``json``; ``options`` are the format's own."""
    text: str = import_module(f"probe.report.{format}.vantages").render(merged, **options)
    return text


def render_changes(changes: Changes, format: str = "text", **options: object) -> str:  # noqa: A002 -- as ``render``
    """``changes`` as ``text`` or ``json``; ``options`` are the format's own."""
    text: str = import_module(f"probe.report.{format}.changes").render(changes, **options)
    return text


def load(data: bytes) -> Measurement:
    """A saved measurement. ``UsageError``, one line, when ``data`` is none."""
    from probe import archive

    return archive.load(data)


def save(measurement: Measurement) -> bytes:
    """The measurement as JSON (schema ``probe6.measurement/1``), to be judged again whenever."""
    from probe import archive

    return archive.dump(measurement)


def schemas() -> tuple[str, ...]:
    """The words ``schema`` takes."""
    return ("config", "measurement", "report")


def schema(kind: str = "report") -> dict[str, object]:
    """A JSON Schema (draft 2020-12): of what ``render(..., "json")`` gives, of what ``save`` does, or of what
    TOML makes of a configuration.
    """
    if kind == "config":
        from probe import config

        return config.schema()
    from probe import archive

    if kind == "measurement":
        return archive.schema()
    from probe.model.memory import Memory
    from probe.report.json.schema import schema as of_report

    known = archive.definitions(Settings, Memory)
    return of_report({"$ref": "#/$defs/Settings"}, {"$ref": "#/$defs/Memory"}, known)
