"""The MTA-STS policy of a domain as it was found, over each family (RFC 8461).

In: a measurement with the inquiry ``mtasts``. Out: the announcement, each answer with the policy read from it, and the
policy that senders follow. Everything is None or empty where nothing was asked or nothing is announced.
"""

from dataclasses import dataclass

from probe.grammar.mtasts import Announcement, Mode, Policy, announcement
from probe.grammar.mtasts import policy as read
from probe.grammar.txt import octets
from probe.model.measurement import Measurement
from probe.model.policies import MtaSts, PolicyFetch


@dataclass(frozen=True, slots=True)
class Served:
    """One answer of the policy host; ``policy`` is None when it was no 200."""

    fetch: PolicyFetch
    policy: Policy | None

    @property
    def valid(self) -> bool:
        """True when a sender would follow it."""
        return self.policy is not None and not self.policy.faults


def inquiry(measurement: Measurement) -> MtaSts | None:
    """What was found."""
    return measurement.inquiries.mtasts if measurement.inquiries is not None else None


def announced(measurement: Measurement) -> Announcement | None:
    """The announcement in the DNS."""
    found = inquiry(measurement)
    return None if found is None else announcement([octets(text) for text in found.record.records])


def served(measurement: Measurement) -> tuple[Served, ...]:
    """What each address of the policy host gave."""
    found = inquiry(measurement)
    return () if found is None else tuple(Served(item, _policy(item)) for item in found.fetches)


def _policy(fetch: PolicyFetch) -> Policy | None:
    return None if fetch.failure is not None or fetch.body is None else read(fetch.body)


def policy(measurement: Measurement) -> Policy | None:
    """The policy senders follow; of two that differ the one that demands more, for some follow that."""
    told = announced(measurement)
    if told is None or told.id is None:
        return None
    valid = [item.policy for item in served(measurement) if item.valid and item.policy is not None]
    return min(valid, key=lambda item: list(Mode).index(item.mode or Mode.NONE), default=None)
