"""A structured header value as words, comments and semicolons (RFC 5322 3.2).

In: one unfolded value. Out: its pieces in order. Nothing raises: a parenthesis or a quotation mark without its partner
counts as a blank, so that one stray character does not swallow the rest. Two passes, each linear; no recursion.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

_RUN = re.compile(r'[^\s();"]+')
_SIGN = re.compile(r'["()\\]')  # all that can open, close or escape


class Kind(StrEnum):
    """What a piece is."""

    WORD = "word"
    COMMENT = "comment"
    SEMICOLON = "semicolon"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece. A comment's text is without its outer parentheses; a word may hold quoted strings."""

    kind: Kind
    text: str


def pieces(value: str) -> list[Piece]:
    """Take ``value`` apart.

    >>> [piece.text for piece in pieces('from "a b" (c (d) e); f')]
    ['from', '"a b"', 'c (d) e', ';', 'f']
    """
    comments, quotes = _partners(value)
    found: list[Piece] = []
    word: list[str] = []
    place = 0
    while place < len(value):
        run = _RUN.match(value, place)
        if run:
            word.append(run[0])
            place = run.end()
            if value[place : place + 1] == " ":  # as almost every time
                found.append(Piece(Kind.WORD, "".join(word)))
                word = []
                place += 1
            continue
        if place in quotes:
            word.append(value[place : quotes[place] + 1])
            place = quotes[place] + 1
            continue
        if word:
            found.append(Piece(Kind.WORD, "".join(word)))
            word = []
        if place in comments:
            found.append(Piece(Kind.COMMENT, value[place + 1 : comments[place]]))
            place = comments[place]
        elif value[place] == ";":
            found.append(Piece(Kind.SEMICOLON, ";"))
        place += 1
    if word:
        found.append(Piece(Kind.WORD, "".join(word)))
    return found


def without_comments(text: str) -> str:
    """``text`` with each comment in it as one blank."""
    if "(" not in text:
        return text
    comments, _ = _partners(text)
    kept: list[str] = []
    place = 0
    for begin in sorted(comments):
        if begin >= place:  # not inside another one
            kept += (text[place:begin], " ")
            place = comments[begin] + 1
    return "".join((*kept, text[place:]))


def _partners(value: str) -> tuple[dict[int, int], dict[int, int]]:
    """Where each parenthesis and each quotation mark outside comments has its closing partner.

    Quotation marks mean nothing inside a comment, a backslash means something only inside a comment or a quoted string
    (RFC 5322 3.2.1): outside, it belongs to a word such as a Windows account.
    """
    comments: dict[int, int] = {}
    quotes: dict[int, int] = {}
    place, alone = 0, -1
    while place < len(value):
        place, alone = _scan(value, place, alone, comments, quotes)
    return comments, quotes


def _scan(value: str, place: int, alone: int, comments: dict[int, int], quotes: dict[int, int]) -> tuple[int, int]:
    """Walk from ``place`` to the end; says where to go on when a quotation mark turned out to stand ``alone``.

    That can happen once only: what follows the last unpaired mark holds no other.
    """
    open_comments: list[int] = []
    quote = -1
    while sign := _SIGN.search(value, place):
        place = sign.start()
        char = sign[0]
        if char == "\\" and (open_comments or quote >= 0):
            place += 1
        elif quote >= 0:
            if char == '"':
                quotes[quote] = place
                quote = -1
        elif char == '"' and not open_comments and alone < 0:
            quote = place
        elif char == "(":
            open_comments.append(place)
        elif char == ")" and open_comments:
            comments[open_comments.pop()] = place
        place += 1
    return (quote + 1, quote) if quote >= 0 else (len(value), alone)
