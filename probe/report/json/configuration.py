"""The configuration of a mail server as the JSON report shows it.

In: a report. Out: a dictionary with all that was read and seen, and the table of effective, listening and published
addresses as ``openings``; None where no configuration was read. The caller makes the values plain.
"""

from dataclasses import fields

from probe.model.report import Report


def configuration(report: Report) -> dict[str, object] | None:
    """Everything of the configuration, by the names of the model."""
    found = report.measurement.configuration
    if found is None:
        return None
    return {item.name: getattr(found, item.name) for item in fields(found)} | {"openings": report.openings}
