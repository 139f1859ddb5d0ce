"""Values a person gives to an option: numbers, words from a list, lists.

In: one argument as typed. Out: the value, checked. Wrong: ``UsageError``, one line that quotes the word at fault and
says what would be right; the caller puts the option's name before it. Numbers are plain ASCII decimals: what ``float``
takes beside those (``nan``, ``1e3``, ``1_0``, digits of other scripts) is a slip of the keyboard here.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from probe.grammar.text import clip, printable
from probe.model.errors import UsageError
from probe.model.words import Stage, Verdict

Item = TypeVar("Item")

DAY = 86400.0
MOST_RUNS = 100  # that are looked back on
_TELLING = 3  # letters of a word that may stand for the one word beginning or ending with them
LONGEST = 4096  # characters of one value; nothing sensible is longer

_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{0,12})?|\.[0-9]{1,12}")
_WHOLE = re.compile(r"[0-9]{1,19}")
_SELECTOR = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?)*")
_LONGEST_SELECTOR = 63
_SPEC = re.compile(r"([a-z][a-z0-9]{0,15}):(.+)", re.DOTALL)

# swaks: CONNECT and BANNER both end after the greeting; HELO ends after the second of two, the one inside TLS.
SWAKS_STOPS = {
    "CONNECT": Stage.BANNER,
    "BANNER": Stage.BANNER,
    "FIRST-EHLO": Stage.EHLO,
    "FIRST-HELO": Stage.EHLO,
    "TLS": Stage.STARTTLS,
    "EHLO": Stage.STARTTLS,
    "HELO": Stage.STARTTLS,
    "MAIL": Stage.MAIL,
    "RCPT": Stage.RCPT,
}


def quoted(text: str, most: int = 60) -> str:
    """The word at fault, safe to print and not longer than ``most`` columns."""
    return f'"{clip(text, most)}"'


def quoted_path(text: str) -> str:
    """A file's name, safe to print; never cut, for its end is what tells it from the others."""
    return f'"{printable(text)}"'


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word of the list the user probably meant, if one is near enough."""
    from difflib import get_close_matches

    by_folded = {item.lower(): item for item in words}
    typed = word[:60].lower()
    found = get_close_matches(typed, by_folded, n=1, cutoff=0.6)
    if not found and len(typed) >= _TELLING:
        found = [item for item in by_folded if item.startswith(typed) or item.endswith(typed)]
    return by_folded[found[0]] if len(found) == 1 else None


def one_of(text: str, words: Sequence[str], noun: str) -> str:
    """``text`` when it is one of ``words``; ``noun`` with its article ("a stage") names the list."""
    if text in words:
        return text
    near = nearest(text, words)
    hint = f"; nearest: {near}" if near else f"; known: {', '.join(words)}"
    raise UsageError(f"{quoted(text)} is not {noun}{hint}")


def number(text: str, least: float, most: float, unit: str = "seconds") -> float:
    """A decimal number within bounds, both included."""
    if _NUMBER.fullmatch(text) and least <= float(text) <= most:
        return float(text)
    raise UsageError(f"{quoted(text)} is not a number of {unit} from {least:g} to {most:g}")


def whole(text: str, least: int, most: int, noun: str = "a whole number") -> int:
    """A whole number within bounds, both included."""
    if _WHOLE.fullmatch(text) and least <= int(text) <= most:
        return int(text)
    raise UsageError(f"{quoted(text)} is not {noun} from {least} to {most}")


def port(text: str) -> int:
    """A TCP or UDP port."""
    return whole(text, 1, 65535, "a port")


def stage(text: str) -> Stage:
    """A stage by its own word."""
    return Stage(one_of(text, [item.value for item in Stage], "a stage"))


def swaks_stop(text: str) -> Stage:
    """The stage a stop word of swaks ``--quit-after`` means; case does not matter there."""
    return SWAKS_STOPS[one_of(text.upper(), list(SWAKS_STOPS), "a stop word of swaks")]


def listed(text: str, item: Callable[[str], Item]) -> tuple[Item, ...]:
    """A comma-separated list, each part read by ``item``; an empty part is an error, a repeated one counts once."""
    if len(text) > LONGEST:
        raise UsageError(f"{quoted(text)} is too long")
    parts = [part.strip(" ") for part in text.split(",")]
    if not all(parts):
        raise UsageError(f"{quoted(text)} has an empty part; write A or A,B")
    return tuple(dict.fromkeys(map(item, parts)))


def cert_days(text: str) -> tuple[int, int]:
    """``W,C``: days before the end of a certificate at which to warn, and at which it is critical."""
    warning, comma, critical = text.partition(",")
    if not comma:
        raise UsageError(f"{quoted(text)} is not WARNING,CRITICAL in days, such as 14,7")
    days = (whole(warning, 0, 3650, "a number of days"), whole(critical, 0, 3650, "a number of days"))
    if days[0] < days[1]:
        raise UsageError(f"{quoted(text)} warns after it is critical; the first number is the larger one")
    return days


def severity(text: str) -> tuple[str, Verdict]:
    """``CODE=VERDICT``. Whether there is such a code is for the caller to say."""
    code, sign, verdict = text.partition("=")
    if not sign or not code:
        raise UsageError(f"{quoted(text)} is not CODE=VERDICT, such as dns-mx-no-aaaa=ok")
    return code, Verdict(one_of(verdict, [item.value for item in Verdict], "a verdict"))


def of(text: str) -> tuple[int, int]:
    """``N/M``: N of the last M runs.

    >>> of("2/3")
    (2, 3)
    """
    few, slash, many = text.partition("/")
    if not slash:
        raise UsageError(f"{quoted(text)} is not N/M, N of the last M runs, such as 2/3")
    counts = (whole(few, 1, MOST_RUNS, "a number of runs"), whole(many, 1, MOST_RUNS, "a number of runs"))
    if counts[0] > counts[1]:
        raise UsageError(f"{quoted(text)}: of {counts[1]} runs there are no {counts[0]}")
    return counts


def command(text: str) -> tuple[str, ...]:
    """A program and its words, quoted as in a shell that never sees them.

    >>> command("notify --to 'the admins'")
    ('notify', '--to', 'the admins')
    """
    from shlex import split

    try:
        words = tuple(split(text))
    except ValueError:
        raise UsageError(f"{quoted(text)} has a quotation mark that is not closed") from None
    if not words or not words[0] or "\0" in text:
        raise UsageError(f"{quoted(text)} is no command")
    return words


def proof(text: str) -> str:
    """``KIND:REST``; the kinds are known to those who look for the message. A password is refused here already."""
    found = _SPEC.fullmatch(line(text, LONGEST))
    if not found:
        raise UsageError(f"{quoted(text)} is not KIND:PLACE, such as maildir:/home/user/Maildir")
    user, at, _ = found[2].removeprefix("//").rpartition("@")
    if found[2].startswith("//") and at and ":" in user:
        raise UsageError(f"{found[1]}: a password on the command line can be read by every user of the machine")
    return text


def line(text: str, most: int = 200) -> str:
    """Text that goes into a header or a report: one line, printable, not empty."""
    if not text.strip() or len(text) > most or not text.isprintable():
        raise UsageError(f"{quoted(text)} is not one line of 1 to {most} printable characters")
    return text


def selector(text: str) -> str:
    """A DKIM selector: labels joined by dots (RFC 6376 3.1).

    >>> selector("mail.2026")
    'mail.2026'
    """
    if len(text) > _LONGEST_SELECTOR or not _SELECTOR.fullmatch(text):
        raise UsageError(f"{quoted(text)} is not a selector such as mail")
    return text
