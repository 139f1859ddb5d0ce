"""What was said about one DNS question, by a name server or by an assumption of the user.

Out: ``Answer``, and how names and servers are written. Kept apart from the code that reads DNS messages, so that a run
which asks nothing loads no DNS library.
"""

from dataclasses import dataclass

from probe.model.words import Outcome, Provenance


class UnusableError(Exception):
    """What came is not an answer to what was asked; the text says why."""


class TruncatedError(Exception):
    """The answer did not fit: ask again over TCP (RFC 2181 9)."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a question is put. ``recursive`` wants recursion, and AD without the signatures (RFC 6840 5.7).

    ``signatures`` wants those too (DO, RFC 3225); ``unchecked`` what is there whether DNSSEC holds or not (CD, RFC 4035
    3.2.2).
    """

    recursive: bool = True
    signatures: bool = False
    unchecked: bool = False


PLAIN, DIRECT = Manner(), Manner(recursive=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """One step of a look-up. ``records`` as in ``Resolution``; ``cnames`` the aliases walked in this step.

    ``unfinished`` is true when the step ends at an alias whose own records were not said: ask again for the last of
    ``cnames``. ``heard`` is false when no server said anything one could read. ``signed``: an RRSIG came with it.
    """

    outcome: Outcome
    records: tuple[str, ...] = ()
    ttl: int | None = None
    ad: bool = False
    cnames: tuple[str, ...] = ()
    unfinished: bool = False
    heard: bool = True
    provenance: Provenance = Provenance.DNS
    server: str | None = None
    detail: str | None = None
    signed: bool = False


def fold(name: str) -> str:
    """A domain name as we compare and show it: lower case, no final dot (an escaped one belongs to the last label)."""
    return (name[:-1] if name.endswith(".") and not name.endswith("\\.") else name).lower()


def server_text(server: tuple[str, int]) -> str:
    """A name server for people: its address, with the port when that is not 53."""
    address, port = server
    if port == 53:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
