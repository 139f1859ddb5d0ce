"""One service of master.cf (master(5)): eight fields, then the arguments of the command.

In: a logical line. Out: the service and what Postfix says of its arguments. Wrong: ``NotAServiceError`` with the
sentence when the fields are not what Postfix demands; it would not start.
"""

from probe.grammar.braced_words import words
from probe.grammar.logical_lines import BLANKS, LogicalLine, name_and_value, shown
from probe.model.postfix import Assignment, Service

FIELDS = 8
_SEPARATORS = " \t\r\n"
_TYPES = {"inet", "unix", "unix-dgram", "fifo", "pass"}
_BOOLEANS = {"-", "y", "n"}
_WITH_VALUE = "o"  # the letters of the options that take a value


class NotAServiceError(ValueError):
    """A line of master.cf that Postfix refuses; the text says why."""


def service_of(line: LogicalLine, file: str) -> tuple[Service, list[str]]:
    """Read one line; the sentences are about its arguments."""
    found = words(line.text, _SEPARATORS)
    if len(found) < FIELDS:
        raise NotAServiceError(f"a service has {FIELDS} fields, not {len(found)}")
    fields, rest = found[:FIELDS], found[FIELDS:]
    _check(fields)
    complaints: list[str] = []
    arguments = _arguments(rest, complaints)
    options = []
    for said in _options(arguments):
        match name_and_value(said):
            case (name, value):
                options.append(Assignment(name, value, file, line.number))
            case str(sentence):
                complaints.append(f"option -o has {sentence}: {shown(said)}")
    name, kind, private, unprivileged, chroot, wakeup, limit, command = fields
    service = Service(
        name=name,
        type=kind,
        private=private,
        unprivileged=unprivileged,
        chroot=chroot,
        wakeup=wakeup,
        limit=limit,
        command=command,
        arguments=tuple(arguments),
        options=tuple(options),
        file=file,
        line=line.number,
    )
    return service, complaints


def _check(fields: list[str]) -> None:
    if fields[1] not in _TYPES:
        raise NotAServiceError(f"no type of a service: {shown(fields[1])}")
    for name, value in zip(("private", "unprivileged", "chroot"), fields[2:5], strict=True):
        if value not in _BOOLEANS:
            raise NotAServiceError(f"{name} is y, n or -, not {shown(value)}")
    for name, value in (("wakeup", fields[5].removesuffix("?")), ("process limit", fields[6])):
        if value != "-" and not all("0" <= char <= "9" for char in value):
            raise NotAServiceError(f"the {name} is a number or -, not {shown(value)}")


def _arguments(given: list[str], complaints: list[str]) -> list[str]:
    """The arguments in one form: ``-vo name=value`` as ``-v -o name=value``, and nothing in braces."""
    found: list[str] = []
    waiting = list(reversed(given))
    while waiting and waiting[-1].startswith("-") and waiting[-1] != "--":
        word = waiting.pop()
        before, letter, value = word.partition(_WITH_VALUE)
        if before != "-":
            found.append(before)
        if not letter:
            continue
        found.append(f"-{_WITH_VALUE}")
        if value:
            waiting.append(value)
        if waiting:
            found.append(_setting(waiting.pop(), complaints))
    found += [_unbraced(word, complaints) if word.startswith("{") else word for word in reversed(waiting)]
    return found


def _setting(word: str, complaints: list[str]) -> str:
    """The value of ``-o``; in braces blanks around the equals sign mean nothing."""
    if not word.startswith("{"):
        return word
    inside = _unbraced(word, complaints)
    match name_and_value(inside):
        case (name, value):
            return f"{name}={value}"
        case _:
            return inside


def _unbraced(word: str, complaints: list[str]) -> str:
    """What stands in the braces a word begins with."""
    level = 0
    for at, char in enumerate(word):
        level += {"{": 1, "}": -1}.get(char, 0)
        if level == 0:
            if word[at + 1 :]:
                complaints.append(f"text behind the closing brace: {shown(word)}")
            return word[1:at].strip(BLANKS)
    complaints.append(f"braces without end: {shown(word)}")
    return word[1:].strip(BLANKS)


def _options(arguments: list[str]) -> list[str]:
    """The values of the ``-o`` options among the arguments."""
    found: list[str] = []
    waiting = iter(arguments)
    for word in waiting:
        if not word.startswith("-") or word == "--":
            break
        if word == "-o":
            found += [value for value in [next(waiting, None)] if value is not None]
    return found
