"""The entry of the ``probe6`` command: picks the command and turns what happens into an exit status.

In: the words of the command line. Out: 0 ok, 1 warning, 2 critical, 3 unknown or wrong usage. Wrong usage is one line
on standard error. The file names in ``probe/cli`` are the commands; a command is named by the first word or it is
``check``. Nothing is imported for ``--version``.
"""

import sys
from collections.abc import Callable, Sequence

COMMAND = "probe6"
UNKNOWN = 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line."""
    words = list(sys.argv[1:] if argv is None else argv)
    if argv is None:
        _spare_the_collector()
    match words[:1]:
        case ["--version"] | ["-V"]:
            return _written_out(0, _version())
        case ["--help"] | ["-h"] | ["help"]:
            return _written_out(0, _help())
    try:
        status = _dispatch(words)
    except KeyboardInterrupt as end:
        _say(str(end) or "interrupted")
        status = UNKNOWN
    except Exception:  # noqa: BLE001 - the outermost border: a bug is shown whole, but exit 1 would read as "warning"
        import traceback

        traceback.print_exc()
        status = UNKNOWN
    return _written_out(status)


def plugin(argv: Sequence[str] | None = None) -> int:
    """``check_probe6``: the same as ``probe6 check --format nagios``, for a monitoring system that runs plugins.

    What is wrong with the command line is said on standard output too: a daemon shows nothing else.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    if argv is None:
        _spare_the_collector()
    if not {"-V", "--version"}.isdisjoint(words):
        return _written_out(0, f"check_probe6 ({_version().strip()})\n")
    try:
        status = _dispatch(["check", "--format", "nagios", *words], wrong=_unknown)
    except KeyboardInterrupt as end:
        status = _unknown(str(end) or "interrupted")
    except Exception as bug:  # noqa: BLE001 - the outermost border, as in main
        import traceback

        traceback.print_exc()
        status = _unknown(f"a bug in probe6: {type(bug).__name__}")
    return _written_out(status)


def _unknown(text: str) -> int:
    """One line as plugins say it, and status 3."""
    _say(text)
    _written_out(0, f"PROBE6 UNKNOWN - {text.replace('|', '/')}\n")
    return UNKNOWN


def _spare_the_collector() -> None:
    """One run makes little garbage and lives for seconds: looking for it a hundred times costs more than keeping it."""
    import atexit
    import gc

    gc.set_threshold(100_000)
    atexit.register(gc.freeze)


def _version() -> str:
    from probe.model.version import VERSION

    return f"{COMMAND} {VERSION}\n"


def _wrong(text: str) -> int:
    _say(text)
    return UNKNOWN


def _dispatch(words: list[str], wrong: Callable[[str], int] = _wrong) -> int:
    """Find the command and run it; ``wrong`` says what is wrong with the words."""
    from probe.cli.parts import commands
    from probe.grammar.text import printable
    from probe.model.errors import UsageError

    if sys.stdout is not None and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal of another character set must not end the run
    try:
        known = commands.names()
        name = _named(words, known)
        args = commands.parser(name or commands.DEFAULT).read(words[1:] if name else words)
        if name is None:
            _refuse_late(args.targets, known)
        status: int = commands.module(name or commands.DEFAULT).run(args)
    except UsageError as error:
        return wrong(printable(str(error)))
    except SystemExit as end:  # argparse has printed the help that was asked for
        return int(end.code or 0)
    else:
        return status


def _named(words: list[str], known: list[str]) -> str | None:
    """The command the first word names; None when it is a target or an option. A slip of the keyboard is an error."""
    from probe.grammar.options import nearest, quoted
    from probe.model.errors import UsageError

    if not words:
        raise UsageError(f"nothing to check; try {COMMAND} example.com, or {COMMAND} --help")
    first = words[0]
    if first in known:
        return first
    near = nearest(first, known) if first.isalpha() and first.isascii() and first != "localhost" else None
    if near:
        raise UsageError(
            f"{quoted(first)} is not a command; nearest: {near} (for a domain of that name: check {first})"
        )
    return None


def _refuse_late(targets: list[str], known: list[str]) -> None:
    """A command's name among the targets, after an option: it could be meant either way, so it is asked for."""
    from probe.model.errors import UsageError

    for word in targets:
        if word in known:
            hint = f"{COMMAND} {word} ... (for a domain of that name: check {word})"
            raise UsageError(f'"{word}" is a command and comes first: {hint}')


def _help() -> str:
    """The page of ``probe6 --help``; it fits a screen of 80 columns and 24 lines."""
    from probe.cli.parts import commands

    rows = [f"  {commands.module(name).SYNOPSIS:<26}{commands.summary(name)}" for name in commands.names()]
    return _PAGE.format(commands="\n".join(rows))


_PAGE = """\
probe6: does mail over IPv6 work as mail over IPv4 does?

  probe6 example.com          up to RCPT over both families; sends nothing
  probe6 user@example.com     the same, and a test message over each family
  probe6 [mx1.example.com]    one host, or one address; no MX look-up
  probe6 @FILE                the targets in a file, one a line; - is stdin

Commands (probe6 TARGET is probe6 check TARGET):
{commands}

Options and examples: probe6 COMMAND --help. To begin: probe6 demo (no network).
Exit status: 0 ok, 1 warning, 2 critical, 3 unknown or wrong usage.
"""


def _say(text: str) -> None:
    """One line on standard error, if there is one."""
    if sys.stderr is not None:
        from contextlib import suppress

        with suppress(OSError):
            sys.stderr.write(f"{COMMAND}: {text}\n")


def _written_out(status: int, last: str = "") -> int:
    """Write what is left and flush while a failure can still be told. A reader that has seen enough is none."""
    if sys.stdout is None:
        return status
    try:
        sys.stdout.write(last)
        sys.stdout.flush()
    except OSError as error:
        from probe.cli.parts.output import drop_stdout

        drop_stdout()
        if not isinstance(error, BrokenPipeError):
            _say(f"standard output: {error.strerror or error}")
            return UNKNOWN
    return status


if __name__ == "__main__":
    sys.exit(main())
