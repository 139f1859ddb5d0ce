"""What a real Postfix logs about a message over each family, read by our own parser and followed to the mailbox."""

import json
import re
from datetime import UTC, datetime

import pytest

from probe.grammar.log_chain import follow
from probe.grammar.maillog import events
from probe.model.log import Daemon, DeliveryStatus, Fate, LogKind
from tests.real.world import PROBER4, PROBER6, RECIPIENT, World

OF_ITSELF = re.compile(r"\]: (?:warning|error|fatal): ")  # what Postfix says of its own configuration

pytestmark = pytest.mark.real

SOURCES = {"ipv6": PROBER6, "ipv4": PROBER4}


def test_the_log_tells_each_message_and_its_family(built: World) -> None:
    done = built.probe6(RECIPIENT, "--format", "json")
    deliveries = json.loads(done.stdout)["deliveries"]
    assert {one["family"] for one in deliveries} == set(SOURCES), done.stderr
    for one in deliveries:
        assert one["accepted"], one
        assert built.postfix.logs(f"{one['queue_id']}: removed")
    found = list(events(built.postfix.log().splitlines(), datetime.now(UTC)))
    assert {event.daemon for event in found} == {Daemon.POSTFIX}
    for one in deliveries:
        chain = follow(found, token=one["token"])
        assert chain is not None
        assert (chain.fate, chain.family, chain.client) == (Fate.DELIVERED, one["family"], SOURCES[one["family"]])
        assert chain.queue_ids == (one["queue_id"],)
        assert follow(found, queue_id=one["queue_id"]) == chain
        kinds = [event.kind for event in chain.events]
        assert kinds[:3] == [LogKind.RECEPTION, LogKind.MESSAGE_ID, LogKind.QUEUED]
        assert kinds[-1] is LogKind.REMOVED
        [delivery] = [event for event in chain.events if event.kind is LogKind.DELIVERY]
        assert (delivery.recipient, delivery.status, delivery.relay) == (RECIPIENT, DeliveryStatus.SENT, "virtual")
        assert delivery.time is not None
        assert abs((datetime.now(UTC) - delivery.time).total_seconds()) < 600


def test_every_line_about_a_client_or_a_message_is_understood(built: World) -> None:
    built.probe6(RECIPIENT, "--format", "json")
    lines = [
        line
        for line in built.postfix.log().splitlines()
        if "/smtpd[" in line or "/qmgr[" in line or "/cleanup[" in line
    ]
    found = list(events(lines))
    assert len(found) == len(lines) > 0
    unread = [event.raw for event in found if event.kind is LogKind.OTHER and not OF_ITSELF.search(event.raw)]
    assert unread == []
