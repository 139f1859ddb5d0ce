"""A check's docstring as the user's manual: ``WHY``, ``FINDS``, ``FIX`` and ``SEE``, taken apart.

In: the docstring of a module in ``probe.judge.checks``. Out: a ``Manual``. A docstring without one of the sections is a
bug of ours and raises ``ValueError``.
"""

import re
from inspect import cleandoc

from probe.model.report import Manual

SECTIONS = ("WHY", "FINDS", "FIX", "SEE")
_HEADING = re.compile(rf"^({'|'.join(SECTIONS)})$", re.MULTILINE)
_CODE = re.compile(r"^ *([a-z0-9]+(?:-[a-z0-9]+)+): (.*)$")


def parse(check: str, docstring: str) -> Manual:
    """The manual of the check called ``check``."""
    title, *rest = _HEADING.split(cleandoc(docstring))
    sections = {name: cleandoc(text).strip() for name, text in zip(rest[::2], rest[1::2], strict=True)}
    missing = [name for name in SECTIONS if not sections.get(name)]
    if missing:
        raise ValueError(f"the manual of {check} lacks {', '.join(missing)}")
    return Manual(
        check=check,
        title=title.strip(),
        why=_paragraphs(sections["WHY"]),
        codes=_codes(check, sections["FINDS"]),
        fix=_paragraphs(sections["FIX"]),
        see=_paragraphs(sections["SEE"]),
    )


def _codes(check: str, text: str) -> tuple[tuple[str, str], ...]:
    """``code: what it means``; a line that begins with blanks goes on with the one above."""
    found: list[list[str]] = []
    for line in text.splitlines():
        start = _CODE.match(line)
        if start is not None and not line.startswith(" "):
            found.append([start[1], start[2].strip()])
        elif found and line.strip():
            found[-1][1] += f" {line.strip()}"
    if not found:
        raise ValueError(f"the manual of {check} names no code")
    return tuple((code, meaning) for code, meaning in found)


def _paragraphs(text: str) -> str:
    """Lines of running text joined; indented lines (commands, records) and blank lines stay as they are."""
    joined: list[str] = []
    for line in text.splitlines():
        runs_on = (
            joined
            and joined[-1].strip()
            and line.strip()
            and not line.startswith(" ")
            and not joined[-1].startswith(" ")
        )
        if runs_on:
            joined[-1] += f" {line.strip()}"
        else:
            joined.append(line.rstrip())
    return "\n".join(joined)
