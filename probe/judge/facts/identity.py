"""Is it one machine that answers on both families of a host?

In: a measurement and a host. Out: an ``Identity``: what was held side by side, and the word that follows from it. No
sign proves anything alone: names are configured, keys are copied. A pool of machines is not judged at all, since there
any two conversations may have met different ones.
"""

from collections.abc import Iterator
from typing import NamedTuple

from probe.grammar import queue_id
from probe.grammar.software import Software, parse
from probe.judge.facts.conversations import of
from probe.judge.facts.normal import greeting_names, is_pool, observed
from probe.judge.wording import short
from probe.model.measurement import Measurement
from probe.model.report import Identity, Sign
from probe.model.smtp import Session
from probe.model.words import Family, Sameness, Stage

_DIFFERENT = 3  # the weight of differing signs from which on it is two machines
_LONGEST = 80


class _Kind(NamedTuple):
    """How much it means when a sign differs, and whether it alone makes the machines the same when it does not."""

    weight: int
    proof: bool = False


_KINDS = {
    "key": _Kind(2, proof=True),
    "software": _Kind(3),
    "version": _Kind(2),
    "capabilities": _Kind(2),
    "name": _Kind(1),
    "queue id": _Kind(2),
}


def identity(measurement: Measurement, host: str) -> Identity | None:
    """What is known of the machines behind ``host``; None where the families cannot be held side by side."""
    if is_pool(measurement, host):
        return None
    signs = tuple(_signs(measurement, host))
    if not signs:
        return None
    apart = sum(_KINDS[sign.what].weight for sign in signs if not sign.same)
    if apart >= _DIFFERENT:
        word = Sameness.DIFFERENT
    elif not apart and any(_KINDS[sign.what].proof for sign in signs):
        word = Sameness.SAME
    else:
        word = Sameness.LIKELY_SAME
    return Identity(word, signs)


def software(measurement: Measurement, host: str, family: Family) -> Software | None:
    """What the greeting of ``host`` over ``family`` says of itself."""
    banners = [session.banner for session in of(measurement, host, family)]
    named = [parse(banner.text) for banner in banners if banner is not None and banner.code == 220]
    return next((item for item in named if item is not None), None)


def _signs(measurement: Measurement, host: str) -> Iterator[Sign]:
    six, four = (of(measurement, host, family) for family in (Family.IPV6, Family.IPV4))
    yield from _sign("key", {_key(one) for one in six}, {_key(one) for one in four})
    mine, other = (software(measurement, host, family) for family in (Family.IPV6, Family.IPV4))
    if mine is not None and other is not None:
        yield from _sign("software", {mine.product}, {other.product})
        if mine.product == other.product:
            yield from _sign("version", {mine.version}, {other.version})
    yield from _sign("capabilities", {_order(one) for one in six}, {_order(one) for one in four})
    names = (greeting_names(measurement, host, family) for family in (Family.IPV6, Family.IPV4))
    yield from _sign("name", *map(set, names))
    yield from _sign("queue id", {_queue_id(one) for one in six}, {_queue_id(one) for one in four})


def _sign(what: str, ipv6: set[str | None] | set[str], ipv4: set[str | None] | set[str]) -> Iterator[Sign]:
    """A sign both families showed; one that any of their conversations shares is the same."""
    six, four = (sorted(item for item in side if item) for side in (ipv6, ipv4))
    if six and four:
        same = not set(six).isdisjoint(four)
        yield Sign(what, short(" / ".join(six), _LONGEST), short(" / ".join(four), _LONGEST), same)


def _key(session: Session) -> str | None:
    return None if session.tls is None else session.tls.spki_sha256


def _order(session: Session) -> str | None:
    """The keywords before TLS in the order they came: each daemon has an order of its own."""
    if observed(session, tls=False) is None:
        return None
    return " ".join(line.split(maxsplit=1)[0].upper() for line in session.capabilities if line.split())


def _queue_id(session: Session) -> str | None:
    step = session.step(Stage.DATA)
    found = queue_id.from_reply(step.reply.text) if step is not None and step.reply is not None else None
    return queue_id.style(found) if found is not None else None
