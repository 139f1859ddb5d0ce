"""Several places side by side, in words: who saw what, places numbered from 1.

In: ``Merged`` parts. Out: short text around values from elsewhere. Nothing raises.
"""

from collections.abc import Sequence

from probe.model.vantages import Merged, Place, Trait
from probe.report._shown.changes import when
from probe.report._shown.wording import Say


def places(numbers: Sequence[int]) -> str:
    """``1``, ``1 and 3``, ``1, 2 and 4``."""
    words = [str(number + 1) for number in numbers]
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def shared(numbers: Sequence[int], merged: Merged) -> str:
    """``from all``, or ``from 2 alone``."""
    if len(numbers) == len(merged.places):
        return "seen from all"
    return f"seen from {places(numbers)}{' alone' if len(numbers) == 1 else ''}"


def by_value(values: Sequence[str | None]) -> list[tuple[str, str]]:
    """Each value once, with the places that have it; ``not seen`` last."""
    found: dict[str | None, list[int]] = {}
    for number, value in enumerate(values):
        found.setdefault(value, []).append(number)
    return [
        ("not seen" if value is None else value, places(found[value]))
        for value in sorted(found, key=lambda value: value is None)
    ]


def place(item: Place, say: Say) -> str:
    """When and from where, and what was thought of it."""
    names = f" ({', '.join(say(name, 80) for name in item.names[:3])})" if item.names else ""
    where = ", ".join(say(source, 60) for source in item.sources) or "no address of ours"
    return f"{when(item.started)}  {where}{names}: {item.verdict}, {item.parity}"


def name(trait: Trait, say: Say) -> str:
    """What a trait is called in a list of them."""
    return str(trait.stage) if trait.what == "outcome" else f"{trait.stage} {say(trait.what, 40)}"
