"""Which Received header did the mail host under test write? Only that one says how the message came in.

In: an attempt whose message arrived, or is in a mail log. Out: the ``Hop``, and whether it is that host's beyond doubt.
Above it stand the hosts behind it, content filters among them, which name each other; below it nothing but what we sent
ourselves. What a log says of the first reception counts as a header, after the headers themselves.
"""

from probe.address import classify
from probe.grammar.quoted_address import address_of
from probe.judge.facts.conversations import host_named, of
from probe.judge.facts.normal import greeting_name
from probe.model.delivery import Attempt, Hop
from probe.model.measurement import Measurement
from probe.model.smtp import Session
from probe.model.words import AddressClass

_INSIDE = frozenset(
    {
        AddressClass.LOOPBACK,
        AddressClass.PRIVATE,
        AddressClass.SHARED,
        AddressClass.ULA,
        AddressClass.LINK_LOCAL,
        AddressClass.SITE_LOCAL,
    }
)


def session_of(measurement: Measurement, attempt: Attempt) -> Session | None:
    """The conversation that carried the message."""
    if not 0 <= attempt.session < len(measurement.sessions):
        return None
    return measurement.sessions[attempt.session]


def receiving_hop(measurement: Measurement, attempt: Attempt) -> tuple[Hop | None, bool]:
    """The hop of the tested host: by queue id, by name, else the newest that shows a client from outside.

    The second value is false when the hop was only guessed from among several.
    """
    hops = attempt.arrival.hops if attempt.arrival is not None else ()
    hops += tuple(trace.came for trace in attempt.traces if trace.came is not None and trace.came not in hops)
    for hop in hops:
        if attempt.queue_id is not None and hop.id == attempt.queue_id:
            return hop, True
    names = names_of(measurement, attempt.mx)
    by_name = [hop for hop in hops if hop.by is not None and hop.by.lower().rstrip(".") in names]
    if by_name:
        # A filter hands the message back to the same host: the oldest of its headers is the one written for us.
        return by_name[-1], True
    shown = [hop for hop in hops if hop.address is not None]
    outside = [hop for hop in shown if hop.address is not None and not _inside(measurement, hop.address)]
    source = getattr(session_of(measurement, attempt), "source", None)
    ours = [hop for hop in shown if hop.address == source]
    if ours:
        return ours[-1], True
    return (outside[0], len(shown) == 1) if outside else (None, False)


def names_of(measurement: Measurement, mx: str) -> frozenset[str]:
    """All names a host goes by: in the MX record, behind its aliases, in its greetings."""
    names = {mx.lower()}
    record = host_named(measurement, mx)
    if record is not None:
        names.update(name.lower().rstrip(".") for name in record.cnames)
    for session in of(measurement, mx):
        if session.banner is not None:
            greeted = greeting_name(session.banner)
            if greeted is not None:
                names.add(greeted)
    return frozenset(names)


def same_name(said: str, recorded: str) -> bool:
    """True when a Received header gives the name we said, or the address it stood for, however that is written."""
    return _plain(said) == _plain(recorded)


def _plain(name: str) -> str:
    return address_of(name.strip("?")) or name.lower().rstrip(".")  # qmail has no brackets in names


def _inside(measurement: Measurement, address: str) -> bool:
    return classify(address, measurement.settings.treat_global) in _INSIDE
