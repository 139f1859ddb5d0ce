"""What became of a test message."""

from dataclasses import dataclass
from datetime import datetime

from probe.model.bounce import Bounce, Verification
from probe.model.log import Daemon, Fate, LogKind
from probe.model.words import Failure, Family


@dataclass(frozen=True, slots=True)
class Hop:
    """One Received header (RFC 5321 4.4), parsed; newest hop first in a list. Absent parts are None.

    ``address`` is the client's, RFC 5952 and untagged; ``delay`` is seconds since the hop below, raw (it may be
    negative when clocks disagree); ``raw`` is the unfolded header value, escaped. With ``logged`` it is no header but
    the line of a mail log that tells the same: who brought the message, under which queue id.
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
    logged: bool = False


@dataclass(frozen=True, slots=True)
class LogTrace:
    """What one mail log says about one message. ``where`` is the proof that reads it.

    ``fate`` is None when the log never named the message. ``lines`` are its lines, the first and the last of many,
    each shortened; ``came`` is the first reception. ``relayed`` is the next host that took the message over, None when
    it went into a mailbox or nowhere yet; ``reason`` the words of the last line that says why it did not.
    ``redirected`` are those of a rule that gave it another recipient.
    """

    where: str
    fate: Fate | None = None
    lines: tuple[str, ...] = ()
    queue_ids: tuple[str, ...] = ()
    came: Hop | None = None
    relayed: str | None = None
    reason: str | None = None
    redirected: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """The line of a mail log that names a client for the first time: that of its connection where there is one."""

    client: str
    family: Family
    kind: LogKind
    line: str
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class WatchedLog:
    """A mail log as it was read from before the first connection until the end. ``where`` is the proof that did it.

    ``events`` counts the lines of mail daemons, ``daemons`` names these. ``contacts`` are the clients with an address
    of ours; ``gateways`` those with an address of no use on the Internet, which a proxy or a container has.
    ``blind`` is why it could not be read at the end.
    """

    where: str
    events: int = 0
    daemons: tuple[Daemon, ...] = ()
    contacts: tuple[Contact, ...] = ()
    gateways: tuple[Contact, ...] = ()
    blind: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A greylist held the message for ``seconds``; ``by`` is the program, ``host`` where it runs (None: not said)."""

    seconds: int
    by: str
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message was found. ``where`` is the proof that saw it, ``seconds`` from the end of DATA to being seen.

    ``junk``: it lies where mail goes that is taken for spam. ``verified`` is what receivers wrote about their checks.
    ``relayed``: a log saw it handed on to this next host, and nobody here can see further; None: it is in a mailbox.
    ``held`` are the greylists that say in its header how long they held it. ``unchanged``: its text is the one that was
    sent; None where nobody looked at the text.
    """

    where: str
    seconds: float
    copies: int
    hops: tuple[Hop, ...]
    junk: bool = False
    verified: tuple[Verification, ...] = ()
    relayed: str | None = None
    held: tuple[Held, ...] = ()
    unchanged: bool | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One test message over one family. At most one per family and run is ever given to a server.

    ``accepted`` is True after a 2xx at the final dot, False after any other reply or a failure before it, None when the
    final dot was sent and no reply came: then nobody knows, and it is never sent again (RFC 5321 4.5.3.2.6).
    ``failure`` is ``not-arrived`` when it was accepted and not found; None when it arrived or no proof was asked for.
    ``watched`` names the proofs that were watching, ``seen`` those of them that saw it; ``traces`` is what mail logs
    said about it. ``session`` is the index of its conversation in the measurement.
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
    seen: tuple[str, ...] = ()
    traces: tuple[LogTrace, ...] = ()
