"""The lab's scenarios by name, in the order they are listed: one theme a file, one entry a scenario."""

from itertools import chain

from probe.lab.scenario import Scenario
from probe.lab.scenarios.delivery import DELIVERY
from probe.lab.scenarios.hostile import HOSTILE
from probe.lab.scenarios.logs import LOGS
from probe.lab.scenarios.names import NAMES
from probe.lab.scenarios.nameservers import NAMESERVERS
from probe.lab.scenarios.outgoing import OUTGOING
from probe.lab.scenarios.paths import PATHS
from probe.lab.scenarios.pipelining import PIPELINING
from probe.lab.scenarios.policies import POLICIES
from probe.lab.scenarios.policy import POLICY
from probe.lab.scenarios.remembered import REMEMBERED
from probe.lab.scenarios.services import SERVICES
from probe.lab.scenarios.sessions import SESSIONS
from probe.lab.scenarios.tls import TLS
from probe.lab.scenarios.trials import TRIALS
from probe.lab.scenarios.vantage import VANTAGE
from probe.lab.scenarios.via import VIA

_THEMES = (
    DELIVERY,
    LOGS,
    NAMES,
    NAMESERVERS,
    PATHS,
    SESSIONS,
    SERVICES,
    PIPELINING,
    TLS,
    POLICIES,
    POLICY,
    VANTAGE,
    VIA,
    REMEMBERED,
    OUTGOING,
    TRIALS,
    HOSTILE,
)
SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in chain(*_THEMES)}
