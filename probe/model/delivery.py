"""What became of a test message."""

from dataclasses import dataclass
from datetime import datetime

from probe.model.bounce import Bounce, Verification
from probe.model.words import Failure, Family


@dataclass(frozen=True, slots=True)
class Hop:
    """One Received header (RFC 5321 4.4), parsed; newest hop first in a list. Absent parts are None.

    ``address`` is the client's, RFC 5952 and untagged; ``delay`` is seconds since the hop below, raw (it may be
    negative when clocks disagree); ``raw`` is the unfolded header value, escaped.
    """

    raw: str
    helo: str | None = None
    reverse_name: str | None = None
    address: str | None = None
    family: Family | None = None
    by: str | None = None
    protocol: str | None = None
    tls: bool | None = None
    id: str | None = None
    recipient: str | None = None
    time: datetime | None = None
    delay: float | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message was found. ``where`` is the proof that saw it, ``seconds`` from the end of DATA to being seen.

    ``junk``: it lies where mail goes that is taken for spam. ``verified`` is what receivers wrote about their checks.
    """

    where: str
    seconds: float
    copies: int
    hops: tuple[Hop, ...]
    junk: bool = False
    verified: tuple[Verification, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One test message over one family. At most one per family and run is ever given to a server.

    ``accepted`` is True after a 2xx at the final dot, False after any other reply or a failure before it, None when the
    final dot was sent and no reply came: then nobody knows, and it is never sent again (RFC 5321 4.5.3.2.6).
    ``failure`` is ``not-arrived`` when it was accepted and not found; None when it arrived or no proof was asked for.
    ``watched`` names the proofs that were watching; ``session`` is the index of its conversation in the measurement.
    ``bounce`` is the last report about it that came back to the sender while the proofs were watching.
    """

    family: Family
    mx: str
    address: str
    token: str
    session: int
    accepted: bool | None
    queue_id: str | None = None
    seconds_to_accept: float | None = None
    arrival: Arrival | None = None
    failure: Failure | None = None
    watched: tuple[str, ...] = ()
    bounce: Bounce | None = None
