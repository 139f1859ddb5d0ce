"""Worlds in which the domain sends: what was looked up about it, in few words."""

from dataclasses import replace
from typing import Any

from probe.judge import judge
from probe.model.dns import Resolution
from probe.model.inquiries import Inquiries
from probe.model.measurement import Measurement
from probe.model.outbound import Outbound, SendingAddress
from probe.model.words import Outcome
from tests.builders import MX1, MX4, MX6, V4, V6, healthy, resolution

OUT6, OUT4 = "2001:db8:0:1::77", "198.51.100.77"


def sender(address: str, *, named: bool = False, **changes: Any) -> SendingAddress:
    """An address in good order; those of the MX host are guesses."""
    family = V6 if ":" in address else V4
    host = MX1 if address in {MX6, MX4} else None
    return replace(SendingAddress(address, family, named, host, (MX1,), True, Outcome.ANSWER), **changes)


def named(address: str, **changes: Any) -> SendingAddress:
    """An address the user says it sends from."""
    return sender(address, named=True, **changes)


def txt(name: str, *texts: str) -> Resolution:
    """TXT records."""
    return resolution(name, "TXT", *(f'"{text}"' for text in texts))


HOSTS = (
    resolution("example.com", "MX", f"10 {MX1}."),
    resolution(MX1, "AAAA", MX6),
    resolution(MX1, "A", MX4),
)


def world(
    record: str | None,
    *senders: SendingAddress,
    known: tuple[Resolution, ...] = (),
    given: Measurement | None = None,
    **changes: Any,
) -> Measurement:
    """The healthy world whose domain publishes ``record``; its senders are the MX host's addresses unless given."""
    spf = (txt("example.com", *([record] if record is not None else [])), *HOSTS, *known)
    found = Outbound("example.com", senders or (sender(MX6), sender(MX4)), spf)
    return replace(given or healthy(), inquiries=Inquiries(outbound=replace(found, **changes)))


def denied(name: str, rrtype: str) -> Resolution:
    """A name without an address of this type."""
    return Resolution(name, rrtype, Outcome.NO_DATA)


def codes(measurement: Measurement) -> set[str]:
    """All that is said of the domain as a sender, and of us."""
    said = judge(measurement).findings
    return {item.code for item in said if item.code.startswith(("out-", "self-spf", "self-dnsbl"))}
