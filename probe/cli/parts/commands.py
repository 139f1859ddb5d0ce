"""The commands and their parsers: the file names in ``probe/cli`` are the commands.

In: the name of a command. Out: its module, or a parser that knows all its words. Help, completion and the manual are
made from these parsers, so none of them can say what the others do not. Wrong: nothing; the names are ours.
"""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from probe.cli.parts.parser import Parser

COMMAND = "probe6"
DEFAULT = "check"


def names() -> list[str]:
    """All commands, by name."""
    room = import_module("probe.cli").__path__
    return sorted(module.name for module in iter_modules(room) if not module.ispkg)


def module(name: str) -> ModuleType:
    """The file of a command: ``configure``, ``run`` and SYNOPSIS."""
    return import_module(f"probe.cli.{name}")


def parser(name: str) -> Parser:
    """What reads the words after the command, and prints its help."""
    found = module(name)
    made = Parser(f"{COMMAND} {name}", found.__doc__ or "")
    found.configure(made)
    return made


def summary(name: str) -> str:
    """What a command does, in the few words its file opens with."""
    return (module(name).__doc__ or "").partition("\n")[0].rstrip(".")
