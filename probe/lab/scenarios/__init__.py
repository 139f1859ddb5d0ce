"""The lab's scenarios by name, in the order they are listed: one theme a file, one entry a scenario."""

from itertools import chain

from probe.lab.scenario import Scenario
from probe.lab.scenarios.delivery import DELIVERY
from probe.lab.scenarios.hostile import HOSTILE
from probe.lab.scenarios.logs import LOGS
from probe.lab.scenarios.names import NAMES
from probe.lab.scenarios.paths import PATHS
from probe.lab.scenarios.pipelining import PIPELINING
from probe.lab.scenarios.policies import POLICIES
from probe.lab.scenarios.policy import POLICY
from probe.lab.scenarios.remembered import REMEMBERED
from probe.lab.scenarios.sessions import SESSIONS
from probe.lab.scenarios.tls import TLS
from probe.lab.scenarios.vantage import VANTAGE
from probe.lab.scenarios.via import VIA

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in chain(
        DELIVERY,
        LOGS,
        NAMES,
        PATHS,
        SESSIONS,
        PIPELINING,
        TLS,
        POLICIES,
        POLICY,
        VANTAGE,
        VIA,
        REMEMBERED,
        HOSTILE,
    )
}
