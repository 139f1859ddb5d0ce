"""The options of a command line read from a configuration: the same keys, the same readers, the same complaints.

In: a ``Configuration`` and the words of the command line. Out: a namespace for the run and one for each target, as if
the target stood on a command line of its own. Wrong: ``UsageError`` with the file, the target, the key and its word.

What a target says of itself counts more than what is said for all, and the command line counts more than the file.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from probe.cli.parts.input import read_text
from probe.cli.parts.parser import Option, Parser
from probe.config import LARGEST, Configuration, Value, read
from probe.grammar.options import DAY, number, one_of, quoted_path
from probe.model.errors import UsageError
from probe.model.words import Family

if TYPE_CHECKING:
    from collections.abc import Callable

    from probe.config import Entry

HOUR = 3600.0
_OWN = {
    "send": Option("send", None, "store_true"),
    "send-every": Option("send_every", partial(number, least=60.0, most=365 * DAY), "store"),
}
"""Keys that are no options: on a command line it is the naming of a mailbox that says so."""
_EITHER_OR = (("only4", "only6"), ("until", "quit_after"), ("state", "no_state"))
"""What excludes each other on one command line: who is nearer to the target takes back what the others said."""


class Layers:
    """A configuration beside a command line: namespaces, layer over layer."""

    def __init__(self, configuration: Configuration, words: Sequence[str], configure: Callable[[Parser], None]) -> None:
        def parser() -> Parser:
            made = Parser("probe6 check", "")
            configure(made)
            return made

        self._options = parser().known | {f"--{name}": option for name, option in _OWN.items()}
        self._at = f"--config {quoted_path(configuration.file)}"
        self._usual = vars(parser().read([])) | {"send": False, "send_every": HOUR}
        self.given: Mapping[str, Any] = parser().given(words)
        self._defaults = dict(self._values(configuration.defaults, self._at))
        self.run = self._namespace({})

    def of(self, entry: Entry) -> Namespace:
        """The namespace of one target."""
        return self._namespace(dict(self._values(entry.keys, f"{self._at}: {entry.where}")))

    def _namespace(self, own: Mapping[str, Any]) -> Namespace:
        found = dict(self._usual)
        for layer in (self._defaults, own, self.given):
            for several in _EITHER_OR:
                if any(name in layer for name in several):
                    found |= {name: self._usual[name] for name in several}
            found |= layer
        return Namespace(**found)

    def _values(self, keys: Mapping[str, Value], at: str) -> Iterator[tuple[str, Any]]:
        for name, value in keys.items():
            where = f"{at}: {name}"
            match name:
                case "families":
                    yield from _families(value, where).items()
                case "severity" if isinstance(value, Mapping):
                    option = self._options["--severity"]
                    said = [f"{code}={verdict}" for code, verdict in value.items()]
                    yield option.dest, [_read(option, text, name, where) for text in said]
                case "on-change" if isinstance(value, tuple):
                    if not value or not value[0]:
                        raise UsageError(f"{where}: the list is empty; the first word is the program")
                    yield "on_change", value
                case _:
                    option = self._options[f"--{name}"]
                    yield option.dest, _value(option, value, name, where)


def load(path: str) -> Configuration:
    """The configuration in the file ``path``."""
    return read(read_text(path, "--config", LARGEST), path)


def _families(value: Value, where: str) -> dict[str, bool]:
    words = {_named(text, where) for text in (value if isinstance(value, tuple) else ())}
    if not words:
        raise UsageError(f"{where}: ipv6, ipv4 or both are needed")
    return {"only4": words == {Family.IPV4}, "only6": words == {Family.IPV6}}


def _named(text: str, where: str) -> Family:
    try:
        return Family(one_of(text, [family.value for family in Family], "a family"))
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None


def _value(option: Option, value: Value, name: str, where: str) -> Any:
    """What argparse would have made of it."""
    if isinstance(value, bool):
        return value
    if option.action == "count":
        return int(_count(value, where))
    if isinstance(value, tuple):
        found = [_read(option, text, name, where) for text in value]
        return [item for several in found for item in several] if option.action == "extend" else found
    return _read(option, f"{value}", name, where)


def _count(value: Value, where: str) -> int:
    if isinstance(value, int) and 0 <= value <= 9:
        return value
    raise UsageError(f"{where}: a whole number is needed, such as 1")


def _read(option: Option, text: str, name: str, where: str) -> Any:
    try:
        return text if option.read is None else option.read(text)
    except UsageError as error:
        raise UsageError(f"{where}: {str(error).removeprefix(f'--{name}: ')}") from None
