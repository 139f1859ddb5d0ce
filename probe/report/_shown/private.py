"""What is left out of a report that leaves the house, beside the local parts of addresses.

In: a report. Out: a function from any text of it to the text without people, without the places where their mail lies,
and without the hops inside: every hop but the one the tested host wrote is the receiver's own network, or ours. What
the report says of itself, in sentences and evidence, is held to the same. Nothing raises; linear in the text for the
few words a report can have.
"""

import re
from collections.abc import Callable, Iterator

from probe.grammar.privacy import hide_local_parts
from probe.model.delivery import Hop
from probe.model.report import Report

HIDDEN_HOP = "(internal hop)"
HIDDEN_NAME = "(internal)"
HIDDEN_TEXT = "(message text hidden)"
_SHORTENED = 120  # characters of a quoted header that any sentence keeps
_SHORTEST = 4  # a shorter word would be found inside others

Hide = Callable[[str], str]


def privacy(report: Report, *, redact: bool) -> Hide:
    """The function; without ``redact`` it changes nothing."""
    if not redact:
        return _unchanged
    replaced = {word: said for word, said in _words(report) if len(word) >= _SHORTEST}
    if not replaced:
        return hide_local_parts
    longest_first = sorted(replaced, key=len, reverse=True)
    found = re.compile("|".join(rf"(?<![\w.]){re.escape(word)}(?![\w])" for word in longest_first))

    def hide(text: str) -> str:
        return hide_local_parts(found.sub(lambda match: replaced[match[0]], text))

    return hide


def internal(report: Report) -> frozenset[str]:
    """The raw lines of the hops that are hidden."""
    theirs = {hop.raw for _, hop in report.receiving}
    return frozenset(hop.raw for hop in _hops(report)) - theirs


def _unchanged(text: str) -> str:
    return text


def _words(report: Report) -> Iterator[tuple[str, str]]:
    """What is hidden, each with what stands in its place."""
    settings = report.measurement.settings
    watched = {item for attempt in report.measurement.attempts for item in attempt.watched}
    seen = {attempt.arrival.where for attempt in report.measurement.attempts if attempt.arrival}
    for place in (*settings.proofs, *watched, *seen):
        yield place, place.partition(":")[0]
    public, hidden = _public(report), internal(report)
    for bounce in (attempt.bounce for attempt in report.measurement.attempts if attempt.bounce):
        if bounce.explanation:
            yield bounce.explanation, HIDDEN_TEXT
        for name in (bounce.reporting_mta, *(one.remote_mta for one in bounce.recipients)):
            if name is not None and name.lower() not in public:
                yield name, HIDDEN_NAME
    for hop in _hops(report):
        if hop.raw in hidden:
            yield hop.raw, HIDDEN_HOP
            yield hop.raw[:_SHORTENED], HIDDEN_HOP
            for name in (hop.by, hop.helo, hop.reverse_name, hop.address, hop.id):
                if name is not None and name.lower() not in public:
                    yield name, HIDDEN_NAME


def _hops(report: Report) -> list[Hop]:
    return [hop for attempt in report.measurement.attempts if attempt.arrival for hop in attempt.arrival.hops]


def _public(report: Report) -> frozenset[str]:
    """Names and addresses that anybody can look up, or that the tested host itself wrote down."""
    measurement = report.measurement
    known = {measurement.target.name, "localhost"}
    for host in measurement.resolved.hosts:
        known |= {host.host, *host.cnames, *(item.address for item in host.addresses)}
    for talk in measurement.sessions:
        known |= {talk.mx, *talk.names, talk.address}
    for vantage in measurement.vantage:
        known |= {item for item in (vantage.source, vantage.helo, *vantage.ptr) if item}
    for _, hop in report.receiving:
        known |= {item for item in (hop.by, hop.helo, hop.reverse_name, hop.address, hop.id) if item}
    return frozenset(item.lower() for item in known)
