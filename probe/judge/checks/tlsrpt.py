"""Where senders report the TLS failures they see.

WHY
    Senders that check TLS tell nobody when it fails, unless the domain publishes an address for reports. The reports
    name the address that failed, and so tell the families apart.

FINDS
tlsrpt-malformed: there is a record for reports that senders cannot read, so nobody reports.
tlsrpt-present: a note: there is a good one.

FIX
    Publish one record that begins with the version:
        _smtp._tls.example.com. IN TXT "v=TLSRPTv1; rua=mailto:tls-reports@example.com"

SEE
    RFC 8460 3 (the record), 4.4 (the reports).
"""

from collections.abc import Iterator

from probe.grammar.text import clip, escape
from probe.grammar.tlsrpt import parse
from probe.grammar.txt import octets
from probe.judge.wording import argument, short
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Verdict

_SEE = "RFC 8460 3"
_MOST = 4


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """What the record says, where there is one."""
    found = measurement.inquiries.tlsrpt if measurement.inquiries is not None else None
    if found is None:
        return
    texts = [octets(record) for record in found.records]
    told = parse(texts)
    if told is None:
        return
    domain = measurement.target.name
    evidence = tuple(f"{found.name} TXT {clip(escape(text), 160)}" for text in texts[:_MOST])
    if told.faults:
        why = short("; ".join(told.faults))
        yield Finding(
            "tlsrpt-malformed",
            Verdict.WARNING,
            None,
            domain,
            f"{domain} wants reports of TLS failures, but senders pass its record over: {why}.",
            evidence,
            f'Publish one record:\n  _smtp._tls.{argument(domain, "DOMAIN")}. IN TXT "v=TLSRPTv1; rua=mailto:ADDRESS"',
            _SEE,
        )
        return
    where = ", ".join(clip(item, 80) for item in told.addresses[:_MOST])
    yield Finding(
        "tlsrpt-present", Verdict.OK, None, domain, f"Senders report TLS failures to {where}.", evidence, None, _SEE
    )
