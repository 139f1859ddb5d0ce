"""What everything in a run shares: the world, the settings, the clock and the deadline."""

from collections.abc import Callable
from dataclasses import dataclass, field

from probe.measure.courtesy import Courtesy
from probe.model.network import Network
from probe.model.settings import Settings
from probe.model.smtp import Session

Progress = Callable[[Session], None]


@dataclass(frozen=True, slots=True)
class Frame:
    """What all conversations of a run share. ``origin`` and ``deadline`` are on the network's monotonic clock."""

    network: Network
    settings: Settings
    origin: float
    deadline: float | None
    courtesy: Courtesy = field(default_factory=Courtesy)
