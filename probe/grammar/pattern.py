r"""A small pattern language whose matching takes time linear in the text, whatever the pattern.

In: a pattern (literals, ``.``, ``[...]``, ``\d \w \s \b``-less escapes, ``( ) | * + ? {m,n} ^ $``) and a text. Out:
whether it occurs. Wrong: ``UsageError`` for what is not in the language; look-around and back-references are not, for
they are what makes matching take for ever. All states are walked at once (Thompson's construction).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from probe.grammar.options import quoted
from probe.model.errors import UsageError

_LONGEST = 200  # characters of a pattern
_MOST_STATES = 4000
_MOST_REPEATS = 100
_LONGEST_TEXT = 4096  # characters that are looked at
_CLASSES: dict[str, Callable[[str], bool]] = {
    "d": lambda char: char.isascii() and char.isdigit(),
    "w": lambda char: char == "_" or char.isalnum(),
    "s": str.isspace,
}
Test = Callable[[str], bool]


@dataclass(slots=True)
class _State:
    """``test`` consumes a character; without one, ``begin`` and ``end`` bind to the edges of the text."""

    test: Test | None = None
    edge: str = ""
    out: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern."""

    text: str
    states: tuple[_State, ...]
    first: int
    last: int

    def found_in(self, text: str) -> bool:
        """True when the pattern occurs anywhere in ``text``."""
        text = text[:_LONGEST_TEXT]
        alive: set[int] = set()
        for place in range(len(text) + 1):
            alive = self._closure(alive | {self.first}, at_start=place == 0, at_end=place == len(text))
            if self.last in alive:
                return True
            if place < len(text):
                alive = {out for number in alive if self._takes(number, text[place]) for out in self.states[number].out}
        return False

    def _takes(self, number: int, char: str) -> bool:
        test = self.states[number].test
        return test is not None and test(char)

    def _closure(self, numbers: set[int], *, at_start: bool, at_end: bool) -> set[int]:
        seen: set[int] = set()
        todo = list(numbers)
        while todo:
            number = todo.pop()
            if number in seen:
                continue
            seen.add(number)
            state = self.states[number]
            if state.test is not None or (state.edge == "^" and not at_start) or (state.edge == "$" and not at_end):
                continue
            todo += state.out
        return seen


def compile_pattern(text: str) -> Pattern:
    """``text`` ready to be looked for."""
    if not text or len(text) > _LONGEST or not text.isprintable():
        raise UsageError(f"{quoted(text)} is not a pattern of 1 to {_LONGEST} printable characters")
    reader = _Reader(text)
    first, last = reader.choice()
    if reader.place < len(text):
        raise reader.wrong('")" without "("')
    return Pattern(text, tuple(reader.states), first, last)


Part = tuple[int, int]


class _Reader:
    """Recursive descent; each part becomes a first and a last state."""

    def __init__(self, text: str) -> None:
        self.text, self.place, self.depth = text, 0, 0
        self.states: list[_State] = []

    def wrong(self, why: str) -> UsageError:
        return UsageError(f"{quoted(self.text)}: {why} at character {self.place + 1}")

    def peek(self) -> str:
        return self.text[self.place : self.place + 1]

    def take(self) -> str:
        char = self.peek()
        if not char:
            raise self.wrong("the pattern ends too early")
        self.place += 1
        return char

    def state(self, test: Test | None = None, edge: str = "") -> int:
        if len(self.states) >= _MOST_STATES:
            raise self.wrong("too many repetitions")
        self.states.append(_State(test, edge))
        return len(self.states) - 1

    def link(self, one: int, *others: int) -> None:
        self.states[one].out += others

    def choice(self) -> Part:
        first, last = self.sequence()
        while self.peek() == "|":
            self.take()
            other = self.sequence()
            start, end = self.state(), self.state()
            self.link(start, first, other[0])
            self.link(last, end)
            self.link(other[1], end)
            first, last = start, end
        return first, last

    def sequence(self) -> Part:
        first = last = self.state()
        while self.peek() not in {"", "|", ")"}:
            part = self.repeated()
            self.link(last, part[0])
            last = part[1]
        return first, last

    def repeated(self) -> Part:
        begin = self.place
        part = self.atom()
        end = self.place
        match self.peek():
            case "*":
                least, most = 0, None
            case "+":
                least, most = 1, None
            case "?":
                least, most = 0, 1
            case "{":
                return self._times(begin, end, *self._counts())
            case _:
                return part
        self.take()
        self._no_second()
        return self._times(begin, end, least, most)

    def _counts(self) -> tuple[int, int | None]:
        self.take()
        inside = ""
        while (char := self.take()) != "}":
            inside += char
        low, comma, high = inside.partition(",")
        numbers = [text for text in (low, high) if text]
        if not low or not all(text.isascii() and text.isdigit() and int(text[:9]) <= _MOST_REPEATS for text in numbers):
            raise self.wrong(f"{{m,n}} takes numbers up to {_MOST_REPEATS}")
        least = int(low)
        most = (int(high) if high else None) if comma else least
        if most is not None and most < least:
            raise self.wrong("{m,n} has the larger number first")
        self._no_second()
        return least, most

    def _no_second(self) -> None:
        if self.peek() in {"*", "+", "?", "{"} and self.peek():
            raise self.wrong("one repetition after another")

    def _copy(self, begin: int, end: int) -> Part:
        """The same part again: it is read once more."""
        after, self.place = self.place, begin
        part = self.atom()
        if self.place != end:
            raise self.wrong("cannot be repeated")
        self.place = after
        return part

    def _times(self, begin: int, end: int, least: int, most: int | None) -> Part:
        first = last = self.state()
        for _ in range(least):
            part = self._copy(begin, end)
            self.link(last, part[0])
            last = part[1]
        if most is None:
            part, after = self._copy(begin, end), self.state()
            self.link(last, part[0], after)
            self.link(part[1], part[0], after)
            return first, after
        after = self.state()
        for _ in range(most - least):
            part = self._copy(begin, end)
            self.link(last, part[0], after)
            last = part[1]
        self.link(last, after)
        return first, after

    def atom(self) -> Part:
        char = self.take()
        match char:
            case "(":
                return self._group()
            case "^" | "$":
                number = self.state(edge=char)
                after = self.state()
                self.link(number, after)
                return number, after
            case "*" | "+" | "?" | "{" | "}" | "]":
                raise self.wrong(f'"{char}" with nothing before it; write \\{char}')
            case ".":
                return self._one(lambda _: True)
            case "[":
                return self._one(self._set())
            case "\\":
                return self._one(self._escape())
            case _:
                return self._one(char.__eq__)

    def _one(self, test: Test) -> Part:
        number, after = self.state(test), self.state()
        self.link(number, after)
        return number, after

    def _group(self) -> Part:
        if self.text[self.place : self.place + 2] == "?:":
            self.place += 2
        elif self.peek() == "?":
            raise self.wrong("look-around and flags are not known here")
        self.depth += 1
        if self.depth > 20:
            raise self.wrong("nested too deeply")
        part = self.choice()
        if self.peek() != ")":
            raise self.wrong('"(" without ")"')
        self.take()
        self.depth -= 1
        return part

    def _escape(self) -> Test:
        char = self.take()
        if char.lower() in _CLASSES:
            test = _CLASSES[char.lower()]
            return test if char.islower() else (lambda item: not test(item))
        if char.isalnum():
            raise self.wrong(f"\\{char} is not known here")
        return char.__eq__

    def _set(self) -> Test:
        negated = self.peek() == "^"
        if negated:
            self.take()
        tests: list[Test] = []
        while self.peek() != "]" or not tests:
            char = self.take()
            if char == "\\":
                tests.append(self._escape())
            elif self.peek() == "-" and self.text[self.place + 1 : self.place + 2] not in {"", "]"}:
                self.take()
                high = self.take()
                if high < char:
                    raise self.wrong("a range with the larger end first")
                tests.append(_between(char, high))
            else:
                tests.append(char.__eq__)
        self.take()
        return lambda char: any(test(char) for test in tests) is not negated


def _between(low: str, high: str) -> Test:
    return lambda char: low <= char <= high
