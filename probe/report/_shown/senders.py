"""What one kind of sending server meets, as a clause of ours around addresses; and whether it is worth saying.

In: a sender of the report. Out: text that may hold names from elsewhere. Nothing raises.
"""

from probe.model.report import Identity, Sender

_NOTICED = 1.0  # seconds nobody would miss
_MOST_ADDRESSES = 4


def worth_saying(sender: Sender) -> bool:
    """It cannot deliver though there are addresses, or loses time somebody may notice."""
    return (sender.delivers is False and bool(sender.tries)) or (sender.worst or 0.0) >= _NOTICED


def told(sender: Sender) -> str:
    """Whether it delivers, after how long, and what it loses the time on."""
    if not sender.tries:
        return "finds no address to try"
    lost = [item for item in sender.tries if item.ended is not None]
    names = ", ".join(f"[{item.address}] {item.ended}" for item in lost[:_MOST_ADDRESSES])
    more = f" and {len(lost) - _MOST_ADDRESSES} more" if len(lost) > _MOST_ADDRESSES else ""
    match sender.delivers:
        case None:
            return f"cannot be told: {names}{more}"
        case False:
            return f"cannot deliver: {names}{more}"
    if sender.seconds is None or sender.worst is None or sender.worst < _NOTICED:
        return "delivers at once"
    when = f"after {_time(sender.worst)}"
    if sender.seconds < sender.worst:
        when = f"after {_time(sender.seconds)} on average, {_time(sender.worst)} at worst"
    return f"delivers {when}: {names}{more}"


def _time(seconds: float) -> str:
    return f"{seconds / 60:.3g} min" if seconds >= 60 else f"{seconds:.0f} s"


def machines(identity: Identity) -> str:
    """Whether one machine answers on both families, and by which signs."""
    signs = (f"{sign.what} {'same' if sign.same else f'IPv6 {sign.ipv6}, IPv4 {sign.ipv4}'}" for sign in identity.signs)
    return f"{identity.word}: {'; '.join(signs)}"
