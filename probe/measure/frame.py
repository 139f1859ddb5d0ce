"""What everything in a run shares: the world, the settings, the clock and the deadline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from probe.measure.courtesy import Courtesy
from probe.model.memory import Memory
from probe.model.network import Network
from probe.model.settings import Settings

if TYPE_CHECKING:
    from typing import TypeAlias

    from probe.measure.sharing import Sharing
    from probe.model.smtp import Session

    Progress: TypeAlias = Callable[[Session], None]


@dataclass(frozen=True, slots=True)
class Frame:
    """What all conversations of a run share. ``origin`` and ``deadline`` are on the network's monotonic clock.

    ``secret`` is the password for the submission server; it is kept here because what is kept in settings is saved.
    ``memory`` is what earlier runs left, ``sign`` puts a signature on a test message.
    ``sharing`` is where the targets of a run meet that have an address in common; ``early`` the seconds that a
    conversation begun for another of them lets ``origin`` lie before the beginning of this one.
    """

    network: Network
    settings: Settings
    origin: float
    deadline: float | None
    courtesy: Courtesy = field(default_factory=Courtesy)
    secret: str | None = field(default=None, repr=False)
    memory: Memory = field(default_factory=Memory)
    sign: Callable[[bytes], bytes] | None = field(default=None, repr=False)
    sharing: Sharing | None = field(default=None, repr=False)
    early: float = 0.0
