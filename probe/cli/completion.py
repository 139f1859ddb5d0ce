"""Completion for bash, zsh or fish."""

from argparse import Namespace
from importlib import import_module

from probe.cli.parts import offered
from probe.cli.parts.output import write_stdout
from probe.cli.parts.parser import Parser
from probe.grammar.options import one_of
from probe.model.errors import UsageError

SYNOPSIS = "completion SHELL"
_EXAMPLES = """\
examples:
  probe6 completion fish > ~/.config/fish/completions/probe6.fish
  eval "$(probe6 completion bash)"           in ~/.bashrc
  eval "$(probe6 completion zsh)"            in ~/.zshrc, after compinit

The words are those of this version: make the script anew after an update.
"""


def configure(parser: Parser) -> None:
    """Which shell."""
    parser.usage = "probe6 completion bash|zsh|fish"
    parser.epilog = _EXAMPLES
    parser.operand("shell", offered.shells, nargs="?", metavar="SHELL", help="bash, zsh or fish")


def run(args: Namespace) -> int:
    """Print the script."""
    if args.shell is None:
        raise UsageError("completion: for which shell? bash, zsh or fish")
    try:
        shell = one_of(args.shell, offered.shells().first, "a shell probe6 knows")
    except UsageError as error:
        raise UsageError(f"completion: {error}") from None
    from probe.cli.parts.pages import pages

    text: str = import_module(f"probe.cli.parts.shells.{shell}").script(pages())
    write_stdout(text)
    return 0
