"""What a line says, as a table states it: the fields that are not None, without those of the envelope."""

from dataclasses import asdict

from probe.grammar.maillog import parse_line

ENVELOPE = {"raw", "time", "host", "program", "pid", "daemon"}


def said(line: str, daemon: str) -> dict[str, object]:
    event = parse_line(line)
    assert event is not None
    assert event.daemon == daemon
    assert event.raw.isprintable()
    return {name: value for name, value in asdict(event).items() if value is not None and name not in ENVELOPE}


V6 = {"client": "2001:db8::9", "family": "ipv6"}
NAMED = {**V6, "client_name": "host9.example.net"}
