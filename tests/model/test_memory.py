from dataclasses import replace
from datetime import timedelta

from probe.model.memory import Greylisted, Memory, Silenced, UnknownRecipient
from tests.builders import MX1, MX6, OWN, STARTED, V6

MINUTE = timedelta(minutes=1)
USER = "user@example.com"


def test_nothing_remembered_is_false() -> None:
    assert not Memory()
    assert Memory(silenced=(Silenced(MX1, STARTED, STARTED),))


def test_a_host_is_silenced_for_a_time() -> None:
    busy = Silenced(MX1, STARTED, STARTED + MINUTE)
    memory = Memory(silenced=(busy,))
    assert memory.silence(MX1, STARTED) is busy
    assert memory.silence(MX1, STARTED + MINUTE) is None
    assert memory.silence(MX1, STARTED - MINUTE) is None  # the clock was set back: nothing is known
    assert memory.silence("mx2.example.com", STARTED) is None


def test_a_mailbox_is_unknown_at_one_address_for_a_time() -> None:
    refused = UnknownRecipient(MX6, USER, "550 5.1.1 no", STARTED, STARTED + MINUTE)
    memory = Memory(unknown=(refused,))
    assert memory.no_such_mailbox(MX6, USER, STARTED) is refused
    assert memory.no_such_mailbox(MX6, USER, STARTED + MINUTE) is None
    assert memory.no_such_mailbox(MX6, "other@example.com", STARTED) is None
    assert memory.no_such_mailbox("192.0.2.25", USER, STARTED) is None


def test_a_tuple_is_known_by_all_four() -> None:
    known = Greylisted(V6, OWN[V6], "", USER, MX6, STARTED, STARTED, STARTED + MINUTE)
    memory = Memory(greylisted=(replace(known, source="2001:db8:9::77"), known))
    assert memory.greylisting(OWN[V6], "", USER, MX6) is known
    assert memory.greylisting(OWN[V6], "me@example.net", USER, MX6) is None
    assert memory.greylisting(None, "", USER, MX6) is None
