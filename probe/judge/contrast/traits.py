"""What one family of one or several MX hosts shows, trait by trait, fit to be held against another time or place.

In: a measurement, host names and a family. Out: ``Traits``: values with what differs from one conversation to the next
taken out, each with a rank where more is better. What was not seen has no trait: a stage behind the one that stopped a
conversation says nothing. A value that rests on a failure of ours, or on a "later", is not ``known``.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from probe.judge.comparison import NOT_REACHED, outcome
from probe.judge.facts.conversations import ending, got_past, of
from probe.judge.facts.normal import ABSENT, best_version, certificates, greeting_names, is_pool, observed, version_rank
from probe.judge.standing import Standing, attempt_of, lookup_failed, published, standing
from probe.judge.wording import short
from probe.model.measurement import Measurement
from probe.model.smtp import Session
from probe.model.words import Family, Stage

NONE = "none"
_LONGEST = 160  # characters of a value
_UNSURE = frozenset({Standing.UNKNOWN, Standing.PENDING, Standing.UNTRIED})
_USEFUL = frozenset(
    {"STARTTLS", "PIPELINING", "8BITMIME", "SMTPUTF8", "CHUNKING", "BINARYMIME", "DSN", "ENHANCEDSTATUSCODES",
     "REQUIRETLS"}
)  # fmt: skip
_ENDLESS = 1 << 62  # SIZE without a number, or 0: no limit is declared (RFC 1870 4)
_WHOLE, _PART, _NOTHING = 2, 1, 0

Key = tuple[Stage, str]


@dataclass(frozen=True, slots=True)
class Trait:
    """One value. ``rank`` is None where no value is better than another; ``keywords`` of an EHLO reply are such traits
    too, and absent ones are filled in by ``Traits.value``.
    """

    value: str
    rank: int | None = None
    known: bool = True


@dataclass(frozen=True, slots=True)
class Traits:
    """All traits by stage and name. ``spoke``: the stages whose list of capabilities was seen whole."""

    held: dict[Key, Trait] = field(default_factory=dict)
    spoke: frozenset[Stage] = frozenset()

    def get(self, key: Key) -> Trait | None:
        """The trait, or that of a keyword which the list of capabilities does not have."""
        found = self.held.get(key)
        if found is None and key[0] in self.spoke and key[1].isupper():
            return Trait(ABSENT, 0 if key[1] in _USEFUL or key[1] == "SIZE" else None)
        return found


def traits(measurement: Measurement, hosts: Sequence[str], family: Family) -> Traits:
    """What ``family`` of ``hosts`` shows, taken together."""
    talks = list({id(talk): talk for host in hosts for talk in of(measurement, host, family)}.values())
    held: dict[Key, Trait] = dict(_names(measurement, hosts, family))
    for stage in Stage:
        trait = _outcome(measurement, hosts, family, stage, talks)
        if trait is not None:
            held[stage, "outcome"] = trait
    held |= dict(_greeting(measurement, hosts, family))
    spoke = set()
    for stage, tls in ((Stage.EHLO, False), (Stage.STARTTLS, True)):
        seen = [item for talk in talks if (item := observed(talk, tls=tls)) is not None]
        if seen:
            spoke.add(stage)
            held |= {(stage, keyword): trait for keyword, trait in _keywords(seen, tls=tls)}
    held |= dict(_tls(measurement, hosts, family, talks))
    held |= dict(_delivery(measurement, talks))
    return Traits(held, frozenset(spoke))


def _joined(values: Iterable[str]) -> str:
    return short(", ".join(sorted(set(values))), _LONGEST)


def _names(measurement: Measurement, hosts: Sequence[str], family: Family) -> Iterator[tuple[Key, Trait]]:
    """What is published; a host given as an address has its address for a name."""
    addresses = [item for host in hosts for item in published(measurement, host, family)]
    failed = any(lookup_failed(measurement, host, family) for host in hosts)
    shown = _joined(item.address for item in addresses) or ("look-up failed" if failed else NONE)
    yield (Stage.RESOLVE, "addresses"), Trait(shown, int(bool(addresses)), known=not failed)
    names = [name for item in addresses for name in item.ptr]
    if names:
        yield (Stage.RESOLVE, "reverse names"), Trait(_joined(names))
    confirmed = {item.fcrdns for item in addresses}
    if addresses and None not in confirmed:
        good = False not in confirmed
        yield (Stage.RESOLVE, "reverse name confirmed"), Trait("yes" if good else "no", int(good))


def _outcome(
    measurement: Measurement, hosts: Sequence[str], family: Family, stage: Stage, talks: Sequence[Session]
) -> Trait | None:
    """How a stage ended; None where nobody came so far."""
    here = [talk for talk in talks if talk.reached.rank >= stage.rank]
    if stage in {Stage.RESOLVE, Stage.DELIVERY} or not here:
        return None
    said = {word for host in hosts for word in outcome(measurement, host, family, stage).split(" / ")} - {NOT_REACHED}
    if not said:
        return None
    passed = [got_past(talk, stage) if stage is not Stage.STARTTLS else talk.tls is not None for talk in here]
    rank = _WHOLE if all(passed) else _PART if any(passed) else _NOTHING
    stopped = [talk for talk in here if (end := ending(talk)) is not None and end.stage is stage]
    unsure = bool(stopped) and not any(passed)
    unsure = unsure and all(standing(measurement, talk) in _UNSURE for talk in stopped)
    return Trait(" / ".join(sorted(said)), rank, known=not unsure)


def _greeting(measurement: Measurement, hosts: Sequence[str], family: Family) -> Iterator[tuple[Key, Trait]]:
    """The name in the greeting, save that of a pool, which is another one each time."""
    if any(is_pool(measurement, host) for host in hosts):
        return
    names = {name for host in hosts for name in greeting_names(measurement, host, family)}
    if names:
        yield (Stage.BANNER, "name"), Trait(_joined(names))


def _keywords(seen: Sequence[dict[str, frozenset[str]]], *, tls: bool) -> Iterator[tuple[str, Trait]]:
    """What every conversation offers, and what only some do; STARTTLS inside TLS would be an error of its own."""
    for keyword in sorted({keyword for item in seen for keyword in item} - ({"STARTTLS"} if tls else set())):
        values = {" ".join(sorted(item[keyword])) or "offered" for item in seen if keyword in item}
        everywhere = all(keyword in item for item in seen)
        value = _joined(values) if everywhere else f"{_joined(values)} (not everywhere)"
        rank: int | None = None
        if keyword == "SIZE":
            rank = min(_size(text) for text in values) if everywhere else 1
        elif keyword in _USEFUL:
            rank = _WHOLE if everywhere else _PART
        yield keyword, Trait(value, rank)


def _size(text: str) -> int:
    """The limit in octets: more is better, none at all is best."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
    return number + 1 if number else _ENDLESS


def _tls(
    measurement: Measurement, hosts: Sequence[str], family: Family, talks: Sequence[Session]
) -> Iterator[tuple[Key, Trait]]:
    facts = [talk.tls for talk in talks if talk.tls is not None]
    if not facts:
        return
    best = [version for host in hosts if (version := best_version(measurement, host, family)) is not None]
    if best:
        worst = min(best, key=lambda item: version_rank(item) or 0)
        yield (Stage.STARTTLS, "TLS version"), Trait(" / ".join(sorted(set(best))), version_rank(worst))
    shown = {key[:16] for host in hosts for key in certificates(measurement, host, family)}
    if shown and not any(is_pool(measurement, host) for host in hosts):
        yield (Stage.STARTTLS, "certificate"), Trait(_joined(shown))
    trusted = {item.trusted for item in facts}
    if None not in trusted:
        reasons = _joined(item.reason or "not trusted" for item in facts if item.trusted is False)
        yield (Stage.STARTTLS, "certificate chain"), Trait(reasons or "trusted", int(False not in trusted))
    matching = {item.name_matches for item in facts}
    if None not in matching:
        good = False not in matching
        yield (Stage.STARTTLS, "certificate name"), Trait("matches" if good else "another name", int(good))


def _delivery(measurement: Measurement, talks: Sequence[Session]) -> Iterator[tuple[Key, Trait]]:
    """What became of the messages where proofs were watching."""
    attempts = [item for talk in talks if (item := attempt_of(measurement, talk)) is not None and item.watched]
    if not attempts or any(not item.accepted for item in attempts):
        return
    arrived = [item.arrival is not None for item in attempts]
    rank = _WHOLE if all(arrived) else _NOTHING
    yield (Stage.DELIVERY, "outcome"), Trait("arrived" if all(arrived) else "accepted, not found", rank)
    folders = {item.arrival.junk for item in attempts if item.arrival is not None}
    if folders:
        junk = True in folders
        yield (Stage.DELIVERY, "folder"), Trait("junk" if junk else "inbox", int(not junk))
