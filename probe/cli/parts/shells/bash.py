"""Completion for bash, 3.2 and later; nothing else has to be installed.

In: the pages. Out: a script that defines ``_probe6`` and binds it. bash cuts words at ``=``, ``:`` and ``@``: the
script takes the line apart itself, and gives back only what stands behind the last of these.
"""

from collections.abc import Iterable, Sequence

from probe.cli.parts.pages import Item, Page

_SCRIPT = """\
# Completion of probe6 for bash. Made by: probe6 completion bash

# $1 are the words, $2 what follows "=" in one of them, $3 those that a file name follows.
_probe6_offer() {
    local words=$1 word
    for word in ${3-}; do
        [[ $cur == "$word"* ]] || continue
        if [[ $word == @ ]]; then _probe6_list; else _probe6_files; fi
        return
    done
    if [[ ${2-} && $cur == *=* ]]; then
        words=
        for word in $2; do words+=" ${cur%%=*}=$word"; done
    fi
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
    ((${#COMPREPLY[@]})) || return 0
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=:/] ]]; then
        compopt -o nospace 2>/dev/null
    fi
    COMPREPLY=("${COMPREPLY[@]#"${cur%"${cur##*[=:]}"}"}")
}

_probe6_files() {
    compopt -o default 2>/dev/null
}

# A file behind "@", which bash would take for a host name; with hostcomplete the "@" is part of the word.
_probe6_list() {
    local file head=
    shopt -q hostcomplete && head=@
    while IFS= read -r file; do
        [[ -d $file ]] && file+=/
        COMPREPLY+=("$head$file")
    done < <(compgen -f -- "${cur#@}")
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace 2>/dev/null
    return 0
}

_probe6() {
    local line=${COMP_LINE:0:COMP_POINT} cur prev command
    local -a typed
    read -ra typed <<<"$line"
    [[ $line == *[[:space:]] ]] && typed+=("")
    COMPREPLY=()
    cur=${typed[${#typed[@]} - 1]}
    prev=${typed[${#typed[@]} - 2]}
    [[ $cur == --*=* ]] && { prev=${cur%%=*} cur=${cur#*=}; }
    command=check
    if [[ ${typed[0]##*/} != check_probe6 ]]; then
        case ${typed[1]} in
            @COMMANDS@)
                [[ ${#typed[@]} -gt 2 ]] && command=${typed[1]}
                ;;
        esac
        if [[ ${#typed[@]} -eq 2 && $cur != -* ]]; then
            _probe6_offer "@COMMAND_WORDS@" "" "@"
            return
        fi
    fi
    case $command,$prev in
@VALUES@
    esac
    if [[ $cur == -* ]]; then
        case $command in
@OPTIONS@
        esac
        return
    fi
    case $command,${#typed[@]} in
@OPERANDS@
    esac
}

complete -F _probe6 probe6 check_probe6
"""


def script(pages: Sequence[Page]) -> str:
    """The whole script."""
    values: dict[str, list[str]] = {}
    for page in pages:
        for item in page.options:
            if item.value is not None:
                patterns = [f"{page.name},{flag}" for flag in item.flags]
                values.setdefault(_offer(item), []).extend(patterns)
    options: dict[str, list[str]] = {}
    operands: dict[str, list[str]] = {}
    for page in pages:
        flags = " ".join(flag for item in page.options for flag in item.flags)
        options.setdefault(f'_probe6_offer "{flags}"', []).append(page.name)
        for place, item in enumerate(page.operands, 3):  # the words counted with probe6 and the command
            last = place == len(page.operands) + 2
            operands.setdefault(_offer(item), []).append(f"{page.name},{'*' if last else place}")
    names = [page.name for page in pages]
    parts = {
        "@COMMANDS@": " | ".join(names),
        "@COMMAND_WORDS@": " ".join([*names, "--help", "--version"]),
        "@VALUES@": _cases((f"{action}\n            return", patterns) for action, patterns in values.items()),
        "@OPTIONS@": _cases(options.items(), 12),
        "@OPERANDS@": _cases(operands.items()),
    }
    text = _SCRIPT
    for mark, part in parts.items():
        text = text.replace(mark, part)
    return text


def _offer(item: Item) -> str:
    words = item.words
    if words.first or words.paths:
        return f'_probe6_offer "{" ".join(words.first)}" "{" ".join(words.then)}" "{" ".join(words.paths)}"'
    return "_probe6_files" if item.path else ":"


def _cases(found: Iterable[tuple[str, Sequence[str]]], margin: int = 8) -> str:
    space = " " * margin
    return "\n".join(
        f"{space}{' | '.join(patterns)})\n{space}    {action}\n{space}    ;;" for action, patterns in found
    )
