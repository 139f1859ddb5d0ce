"""From the root down to a name over one address family alone, as a resolver of that family has to go."""

from dataclasses import dataclass
from enum import StrEnum

from probe.model.words import Family


class WalkEnd(StrEnum):
    """How a walk ended."""

    ARRIVED = "arrived"  # an authoritative answer about the name
    STUCK = "stuck"  # no server of a zone could be asked
    NO_ROOT = "no-root"  # not even the root answered: our own network, and nothing is known
    UNFINISHED = "unfinished"  # out of time, or too long a way


class Barrier(StrEnum):
    """Why a zone cut cannot be passed."""

    NO_ADDRESS = "no-address"  # no name server has an address of the family
    NO_GLUE = "no-glue"  # they have, and the parent zone does not say it
    NOT_GLOBAL = "not-global"  # their addresses are not for the Internet
    SILENT = "silent"  # none of their addresses answers
    LAME = "lame"  # they answer, and none knows the zone
    NAMES = "names"  # the names of the servers cannot be looked up over the family


@dataclass(frozen=True, slots=True)
class Cut:
    """A zone that was entered: its name servers, and the one that answered (None: none did)."""

    zone: str
    servers: tuple[str, ...]
    answered: str | None = None
    elapsed: float = 0.0


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk to ``name``. ``stuck`` is the first zone that could not be entered, ``barrier`` why, ``tried`` what was
    seen there, a line each.
    """

    name: str
    family: Family
    end: WalkEnd
    cuts: tuple[Cut, ...] = ()
    stuck: str | None = None
    barrier: Barrier | None = None
    tried: tuple[str, ...] = ()
