from datetime import timedelta

from probe.judge.plan.move_mx import steps
from probe.model.plan import Progress
from tests.builders import MX4, MX6, STARTED, V4, V6, healthy, host, measurement, session
from tests.judge.plan.worlds import served, situation, states

NEW = "new.example.net"
MOVED = measurement(*(session(family, mx=NEW, names=(NEW,)) for family in (V6, V4)), hosts=[host(NEW, MX6, MX4)])
SWITCH = "switch the MX records, with the old hosts still taking mail"


def test_before_the_switch() -> None:
    found = states(steps(situation(served(healthy()), MOVED, served(healthy(), days_ago=2))))
    assert found[SWITCH] is Progress.NOT_YET
    assert [title[:8] for title, state in found.items() if state is Progress.UNKNOWN] == ["MTA-STS:"]


def test_no_new_hosts_were_named() -> None:
    found = states(steps(situation(served(healthy()))))
    assert found["the new hosts take mail for the domain, over both families"] is Progress.NOT_YET


def test_after_the_switch_the_old_ones_stay_for_ttl_and_queues() -> None:
    history = served(healthy(), 7200, 9), served(MOVED, 300, 4)
    *_, last = steps(situation(served(MOVED), MOVED, *history))
    assert last.title == "turn the old hosts off"
    assert last.not_before == STARTED - timedelta(days=4) + timedelta(seconds=7200) + timedelta(days=5)
    *_, unknown = steps(situation(served(MOVED), MOVED))
    assert unknown.progress is Progress.UNKNOWN
