"""Completion for zsh.

In: the pages. Out: a script that works from ``fpath`` as ``_probe6``, and by ``eval`` as well. Every list of words is
a function of its own, so that none of them has to be quoted inside another word.
"""

from collections.abc import Sequence

from probe.cli.parts.pages import Item, Page

_SCRIPT = """\
#compdef probe6 check_probe6
# Completion of probe6 for zsh. Made by: probe6 completion zsh

@LISTS@
_probe6() {
    local command=check
    local -a commands
    if [[ ${words[1]:t} != check_probe6 ]]; then
        if (( CURRENT == 2 )) && [[ $PREFIX != -* ]]; then
            commands=(
@COMMANDS@
            )
            _describe -t commands command commands
            return
        fi
        case $words[2] in
            (@NAMES@)
                command=$words[2]
                shift words
                (( CURRENT-- ))
                ;;
        esac
    fi
    case $command in
@ARGUMENTS@
    esac
}

if [[ $funcstack[1] == _probe6 ]]; then
    _probe6 "$@"
else
    compdef _probe6 probe6 check_probe6
fi
"""


def script(pages: Sequence[Page]) -> str:
    """The whole script."""
    lists: dict[str, str] = {}
    arguments = []
    for page in pages:
        lines = [_option(item, lists) for item in page.options]
        lines += [_operand(place, item, lists) for place, item in enumerate(page.operands, 1)]
        told = " \\\n".join(f"                {line}" for line in lines)
        arguments.append(f"        ({page.name})\n            _arguments -s -S \\\n{told}\n            ;;")
    parts = {
        "@LISTS@": "\n".join(f"{name}() {{\n{body}}}\n" for body, name in lists.items()),
        "@COMMANDS@": "\n".join(f"                {_quoted(f'{page.name}:{page.summary}')}" for page in pages),
        "@NAMES@": "|".join(page.name for page in pages),
        "@ARGUMENTS@": "\n".join(arguments),
    }
    text = _SCRIPT
    for mark, part in parts.items():
        text = text.replace(mark, part)
    return text


def _option(item: Item, lists: dict[str, str]) -> str:
    """One option in the words of ``_arguments``: an option that cannot be repeated excludes itself."""
    ending = f"[{_escaped(item.help)}]"
    if item.value is not None:
        ending += f":{_escaped(item.value)}:{_action(item, lists)}"
    flags = [f"{flag}{_joined(flag) if item.value is not None else ''}" for flag in item.flags]
    front = "*" if item.repeats else f"({' '.join(item.flags)})"
    if len(flags) == 1:
        return _quoted(f"{front}{flags[0]}{ending}")
    return f"{_quoted(front)}{{{','.join(flags)}}}{_quoted(ending)}"


def _operand(place: int, item: Item, lists: dict[str, str]) -> str:
    front = "*" if item.repeats else f"{place}"
    return _quoted(f"{front}:{_escaped(item.value or item.name)}:{_action(item, lists)}")


def _joined(flag: str) -> str:
    """How a value may follow: after ``=``, or right behind a letter."""
    return "=" if flag.startswith("--") else "+"


def _action(item: Item, lists: dict[str, str]) -> str:
    words = item.words
    if not words.first and not words.paths:
        return "_files" if item.path else " "
    lines = []
    if words.paths:
        heads = "|".join(word.removesuffix(":") for word in words.paths)
        after = ":" if words.paths[0].endswith(":") else ""
        lines.append(f"compset -P '({heads}){after}' && {{ _files; return; }}")
    if words.then:
        lines.append(f"compset -P '*=' && {{ compadd -- {' '.join(words.then)}; return; }}")
    if words.first:
        space = "-S '' " if any(word[-1] in "=:/" for word in words.first) else ""
        lines.append(f"compadd {space}-- {' '.join(words.first)}")
    body = "".join(f"    {line}\n" for line in lines)
    return lists.setdefault(body, f"_probe6_{item.name}_{len(lists)}")


def _escaped(text: str) -> str:
    """``text`` where brackets and colons have a meaning."""
    return "".join(f"\\{char}" if char in "\\[]:" else char for char in text)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
