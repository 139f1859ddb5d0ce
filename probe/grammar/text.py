r"""Text that came from somewhere else, made safe to show: it stays on its line and leaves the cursor alone.

In: bytes as a server sent them, or text of any origin. Out: printable text of a known width. Nothing here raises, and
all of it takes time linear in its input.

What counts as printable is Python's ``str.isprintable``: it leaves out controls (C0, DEL, C1), bidirectional and other
format characters, line and paragraph separators, private use, surrogates and every blank but U+0020. All of those
appear as ``\xNN``, one per byte of their UTF-8 form.
"""

from unicodedata import category, east_asian_width

ELLIPSIS = "..."


def escape(data: bytes) -> str:
    r"""Bytes from the network as text: printable UTF-8 stays, any other byte becomes ``\xNN``, a backslash two.

    Doubling the backslash keeps the bytes recoverable: no two inputs give the same text.
    """
    return printable(data.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace"))


def printable(text: str) -> str:
    r"""``text`` with each character that is not printable as ``\xNN``; what is printable already is returned as it is.

    The second line of defence of every report: applying it to escaped text changes nothing.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _bytes_of(char) for char in text)


def _bytes_of(char: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogatepass"))


def columns(text: str) -> int:
    """How many terminal columns ``text`` takes: East Asian wide characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(map(_columns_of, text))


def _columns_of(char: str) -> int:
    if category(char) in {"Mn", "Me"}:
        return 0
    return 2 if east_asian_width(char) in {"W", "F"} else 1


def clip(text: str, limit: int) -> str:
    """``text`` made printable and at most ``limit`` columns wide; what is cut off shows as an ellipsis."""
    # Nobody needs more than a bounded look at an endless text, and marks without width must not make it one.
    text = printable(text[: 4 * limit + 4])
    if columns(text) <= limit and len(text) <= 4 * limit:
        return text
    room, kept = max(limit - len(ELLIPSIS), 0), []
    for char in text[: 4 * limit]:
        room -= _columns_of(char)
        if room < 0:
            break
        kept.append(char)
    return "".join(kept) + ELLIPSIS[:limit]
