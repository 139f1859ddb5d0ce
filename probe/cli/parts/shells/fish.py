"""Completion for fish, 3.0 and later.

In: the pages. Out: a script of ``complete`` lines. fish takes the words of a line apart itself; an option that several
commands share in the same form is said once for all of them.
"""

from collections.abc import Sequence

from probe.cli.parts.pages import Item, Page

_HEAD = """\
# Completion of probe6 for fish. Made by: probe6 completion fish

function __probe6_is -d 'whether the command line is for one of these commands'
    set -l typed (commandline -opc)
    set -l command check
    if set -q typed[2]; and contains -- $typed[2] @COMMANDS@
        set command $typed[2]
    end
    contains -- $command $argv
end

function __probe6_first -d 'whether the command may come here'
    test (count (commandline -opc)) -eq 1
end

function __probe6_typed -d 'the value that is being typed'
    string replace -r '^--[a-z0-9-]+=' '' -- (commandline -ct)
end

function __probe6_paths -d 'files behind one of these words'
    set -l typed (__probe6_typed)
    for head in $argv
        if string match -q -- "$head*" $typed
            set -l rest (string sub -s (math (string length -- $head) + 1) -- $typed)
            for path in $rest*
                test -d $path; and set path $path/
                echo $head$path
            end
        end
    end
end

complete -c probe6 -f
complete -c check_probe6 -w probe6
complete -c probe6 -n __probe6_first -l version -s V -d 'print the version'
"""


def script(pages: Sequence[Page]) -> str:
    """The whole script."""
    shared: dict[str, list[str]] = {}
    functions: dict[str, str] = {}
    for page in pages:
        for item in (*page.options, *page.operands):
            line = _line(item, functions)
            if line:
                shared.setdefault(line, []).append(page.name)
    names = " ".join(page.name for page in pages)
    lines = [f"complete -c probe6 -n __probe6_first -a {page.name} -d {_quoted(page.summary)}" for page in pages]
    for line, users in shared.items():
        lines.append(f"complete -c probe6 -n '__probe6_is {' '.join(users)}' {line}")
    return "\n".join([_HEAD.replace("@COMMANDS@", names), *functions.values(), *lines, ""])


def _line(item: Item, functions: dict[str, str]) -> str:
    """What ``complete`` is told of one option or operand; nothing for an operand nobody can know."""
    words = item.words
    told: list[str] = []
    for flag in item.flags:
        told += ["-l", flag[2:]] if flag.startswith("--") else ["-s", flag[1:]]
    if item.flags and item.value is not None:
        told.append("-r" if item.path else "-x")
    if item.path:
        told.append("-F")
    elif words.first and not words.then and not words.paths:
        told += ["-a", _quoted(" ".join(words.first))]
    elif words.first or words.paths:
        told += ["-a", _quoted(f"({_function(item, functions)})")]
    if not told:
        return ""
    return " ".join([*told, "-d", _quoted(_brief(item.help))])


def _function(item: Item, functions: dict[str, str]) -> str:
    """The name of a function that prints the candidates; its text goes into ``functions``."""
    name, words = f"__probe6_{item.name}", item.words
    lines = [f"function {name}"]
    if words.then:
        lines += [
            "    set -l typed (__probe6_typed)",
            "    if string match -q -- '*=*' $typed",
            f"        for word in {' '.join(words.then)}",
            "            echo (string replace -r '=.*' '' -- $typed)=$word",
            "        end",
            "        return",
            "    end",
        ]
    if words.first:
        lines.append(f"    printf '%s\\n' {' '.join(words.first)}")
    if words.paths:
        lines.append(f"    __probe6_paths {' '.join(words.paths)}")
    functions[name] = "\n".join([*lines, "end", ""])
    return name


def _brief(text: str) -> str:
    """The first thing a help text says."""
    return text.partition("; ")[0].partition(" (")[0].partition(": ")[0]


def _quoted(text: str) -> str:
    """``text`` as one word of fish."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
