"""What the readers of Exim, OpenSMTPD and sendmail have in common: one text, and the question it answers.

In: a place, or the files where the server usually has its settings; what a reader made of the text. Out: the text with
its name; a ``Found``. Wrong: ``UsageError`` for a place that is missing or no text.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from probe.address import canonical, family_of
from probe.grammar.options import quoted_path
from probe.grammar.postfix_sockets import ANY, LOOPBACK, split
from probe.measure.configuration.proc import Proc
from probe.measure.configuration.reading import STDIN, Found, read_text, text_of
from probe.model.configuration import Binding, Configuration, Learned, Mta, Outgoing
from probe.model.errors import UsageError
from probe.model.listening import Listening, Reach
from probe.model.words import Family


@dataclass(frozen=True, slots=True)
class Text:
    """A text to be read, the name it goes by in a report, and whether it is this machine's own."""

    text: str
    place: str
    own: bool
    learned: Learned


def text_at(place: str | None, stdin: bytes | None, usual: tuple[str, ...], program: str) -> Text:
    """The file at ``place``, in a directory one of the usual names; without a place the first that is there."""
    if place == STDIN:
        return Text(text_of(stdin or b"", "standard input"), STDIN, own=False, learned=Learned.GIVEN)
    if place is None:
        here = next((path for path in usual if Path(path).is_file()), None)
        if here is None:
            raise UsageError(f"no {program} here: none of {', '.join(usual)}; name a file, or - for standard input")
        return Text(read_text(here, "configuration"), here, own=True, learned=Learned.READ)
    if Path(place).is_dir():
        names = dict.fromkeys(Path(path).name for path in usual)
        inside = next((str(Path(place) / name) for name in names if (Path(place) / name).is_file()), None)
        if inside is None:
            raise UsageError(f"configuration {quoted_path(place)}: none of {', '.join(names)} there")
        place = inside
    return Text(read_text(place, "configuration"), place, own=place in usual, learned=Learned.READ)


def includes(text: Text, what: str) -> Callable[[str], str | None]:
    """Who opens the files that ``text`` includes: nobody when it was sent to us, for it may be from another machine.
    A file that cannot be read is missing. A name that is no whole path stands in the directory of ``text``.
    """

    def opened(name: str) -> str | None:
        try:
            return read_text(str(Path(text.place).parent / name), what)
        except UsageError:
            return None

    return opened if text.place != STDIN else lambda _: None


def found_by(mta: Mta, text: Text, reach: Reach, processes: set[str]) -> Found:
    """``reach`` in the words of an audit. ``processes`` are the names the server's main process goes by."""
    configuration = Configuration(
        mta=mta,
        place=text.place,
        learned=text.learned,
        bindings=tuple(binding for item in reach.listens for binding in _bindings(item)),
        outgoing=(Outgoing("mail", reach.sends, reach.sends_origin),),
        problems=reach.problems,
    )
    pid = _running(Proc(), processes) if text.own else None
    return Found(configuration, text.own, pid, (text.place,) if text.own else ())


def _running(proc: Proc, names: set[str]) -> int | None:
    """The oldest process of one of these names; one that shares our network comes before one that does not."""
    running = [pid for pid in proc.pids() if proc.name(pid) in names]
    here = proc.namespace("self")
    return next((pid for pid in running if proc.namespace(pid) == here), next(iter(running), None))


def _bindings(item: Listening) -> Iterator[Binding]:
    """A binding per family; of an interface or a name whose families only the machine could tell, one for each."""
    port = split(item.service)[1]
    for family in (item.families or tuple(Family)) if port is not None else ():
        literal, unknown = _addresses(item, family)
        if not item.addresses:
            literal = [ANY[family]]
        if literal or unknown:
            yield Binding(item.service, port or 0, family, tuple(literal), item.origin, tuple(unknown))


def _addresses(item: Listening, family: Family) -> tuple[list[str], list[str]]:
    literal: list[str] = []
    unknown: list[str] = []
    for address in item.addresses:
        if address in {"localhost", "lo", "lo0"}:
            literal += LOOPBACK[family]
            continue
        try:
            known = canonical(address)
        except ValueError:
            unknown.append(address)
            continue
        if family_of(known) is family or (known == ANY[Family.IPV6] and family in item.families):
            literal.append(known)
    return literal, unknown
