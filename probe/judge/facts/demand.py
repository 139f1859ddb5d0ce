"""Is TLS demanded of an MX host, and by whom? Where nobody demands it, bad TLS costs privacy and not mail.

In: a measurement and a host. Out: a ``Demand``, or None. DANE has the word before MTA-STS (RFC 8461 2).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from probe.grammar.mtasts import Mode
from probe.judge.facts.dane import promise_of
from probe.judge.facts.sts import policy
from probe.model.measurement import Measurement


@dataclass(frozen=True, slots=True)
class Demand:
    """``by`` is who demands it, ``authority`` that the certificate leads to a trusted root and names the host."""

    by: str
    authority: bool

    @property
    def words(self) -> str:
        """What follows for the mail, to end a sentence with."""
        return f"senders that heed {self.by} do not deliver there"


def strongest(measurement: Measurement, names: Iterable[str]) -> Demand | None:
    """What is demanded of a machine that is an MX host by several names: what any of them demands, DANE before all."""
    found = [one for name in names if (one := demand(measurement, name)) is not None]
    return min(found, key=lambda one: one.authority, default=None)


def demand(measurement: Measurement, host: str) -> Demand | None:
    """What senders that check demand of ``host``."""
    promise = promise_of(measurement, host)
    if promise is not None and promise.binding:
        return Demand("DANE", authority=False)
    followed = policy(measurement)
    if followed is not None and followed.mode is Mode.ENFORCE and followed.lists(host):
        return Demand("MTA-STS", authority=True)
    return None
