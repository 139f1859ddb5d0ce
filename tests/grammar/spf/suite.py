"""The public test suite of RFC 7208 (openspf.org, release 2014.04): its zones and its tests.

``rfc7208-tests.json`` is ``test/rfc7208-tests.yml`` of the pyspf 2.0.14 source distribution, written as JSON and
otherwise unchanged; ``rfc7208-tests.LICENSE`` goes with it.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from probe.grammar.spf.evaluation import Question
from probe.model.dns import Resolution
from probe.model.words import Outcome

TIMEOUT = "TIMEOUT"


@dataclass(frozen=True)
class Case:
    """One test; any of ``results`` is right. ``explanation`` None: not told."""

    name: str
    zone: dict[str, list[object]]
    client: str
    sender: str
    helo: str
    results: tuple[str, ...]
    explanation: str | None


def cases() -> list[Case]:
    scenarios = json.loads(Path(__file__).with_name("rfc7208-tests.json").read_text())
    return [_case(name, test, scenario) for scenario in scenarios for name, test in scenario["tests"].items()]


def _case(name: str, test: dict[str, object], scenario: dict[str, object]) -> Case:
    zone = {owner.lower(): _records(records) for owner, records in scenario["zonedata"].items()}  # type: ignore[attr-defined]
    result = test["result"]
    results = tuple(result) if isinstance(result, list) else (str(result),)
    explanation = test.get("explanation")
    return Case(
        f"{scenario['description']}: {name}",
        zone,
        str(test["host"]),
        str(test["mailfrom"]),
        str(test["helo"]),
        results,
        None if explanation is None else str(explanation),
    )


def _records(records: list[object]) -> list[object]:
    """Where no TXT record is given, the SPF ones (type 99, which nobody asks for any more) stand for them too."""
    pairs = [next(iter(item.items())) if isinstance(item, dict) else item for item in records]
    if not any(isinstance(pair, tuple) and pair[0] == "TXT" for pair in pairs):
        pairs += [("TXT", pair[1]) for pair in pairs if isinstance(pair, tuple) and pair[0] == "SPF"]
    return [pair for pair in pairs if not (isinstance(pair, tuple) and pair[1] == "NONE")]


def look_up(zone: dict[str, list[object]], question: Question) -> Resolution:
    """What the name server of the suite answers."""
    name = re.sub(r"\\([0-9]{3})", lambda found: chr(int(found[1])), question.name).lower()
    for _ in range(10):
        records = zone.get(name)
        if records is None:
            outcome = Outcome.TIMEOUT if name.startswith("error.") else Outcome.NXDOMAIN
            return Resolution(question.name, question.rrtype, outcome)
        found = [pair[1] for pair in records if isinstance(pair, tuple) and pair[0] == question.rrtype]
        aliases = [pair[1] for pair in records if isinstance(pair, tuple) and pair[0] == "CNAME"]
        if TIMEOUT in found or (not found and TIMEOUT in records):
            return Resolution(question.name, question.rrtype, Outcome.TIMEOUT)
        if found:
            texts = tuple(_text(question.rrtype, value) for value in found)
            return Resolution(question.name, question.rrtype, Outcome.ANSWER, texts)
        if not aliases:
            return Resolution(question.name, question.rrtype, Outcome.NO_DATA)
        name = str(aliases[0]).lower().removesuffix(".")
    return Resolution(question.name, question.rrtype, Outcome.SERVFAIL)


def _text(rrtype: str, value: object) -> str:
    """A record as a name server's answer is written."""
    if rrtype == "TXT":
        strings = value if isinstance(value, list) else [value]
        return " ".join(f'"{quoted(string)}"' for string in strings)
    if rrtype == "MX" and isinstance(value, list):
        return f"{value[0]} {value[1]}."
    return str(value)


def quoted(text: str) -> str:
    """As a zone file quotes a character-string."""
    octets = text.encode()
    return "".join(chr(it) if 32 <= it < 127 and it not in b'"\\' else f"\\{it:03}" for it in octets)
