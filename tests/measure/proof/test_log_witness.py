from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.measure.proof import log_witness
from probe.measure.proof.arrival import BlindError, Witness
from probe.measure.proof.log_witness import FIRST, LAST, LONGEST, LogWitness
from probe.model.delivery import LogTrace
from probe.model.log import Daemon, Fate, LogKind
from probe.model.words import Family
from tests.measure.log_lines import OPENSMTPD, POSTFIX, SOURCE, TOKEN, ended, ruled

OTHER = TOKEN.replace("v6", "v4")


class Feed:
    """What a test writes, given once; then the error, where there is one."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []
        self.error: OSError | None = None

    def __call__(self) -> Iterator[bytes]:
        lines, self.waiting = self.waiting, []
        yield from lines
        if self.error:
            raise self.error

    def write(self, text: str | bytes | Iterable[str]) -> None:
        data = text if isinstance(text, bytes) else (text if isinstance(text, str) else "\n".join(text)).encode()
        self.waiting += data.splitlines()


@pytest.fixture
def feed() -> Feed:
    return Feed()


@pytest.fixture
def proof(feed: Feed) -> LogWitness:
    return LogWitness("log:x", feed)


def test_it_is_a_witness(proof: LogWitness) -> None:
    assert isinstance(proof, Witness)


async def test_delivered_is_found_with_who_brought_it(proof: LogWitness, feed: Feed) -> None:
    assert await proof.find(TOKEN) is None
    assert proof.trace(TOKEN) == LogTrace("log:x")
    feed.write(POSTFIX)
    found = await proof.find(TOKEN.upper().lower())
    assert found is not None
    [hop] = found.hops
    assert (hop.address, hop.family, hop.reverse_name) == (SOURCE, Family.IPV6, "probe.example.net")
    assert (hop.id, hop.by, hop.logged) == ("4BzQ3t1mZvz9s", "mx1", True)
    assert "client=probe.example.net" in hop.raw
    assert hop.time is not None
    trace = proof.trace(TOKEN)
    assert (trace.fate, trace.queue_ids, trace.came, trace.relayed, trace.reason) == (
        *(Fate.DELIVERED, ("4BzQ3t1mZvz9s",), hop, None, None),
    )
    assert len(trace.lines) == 5
    assert await proof.find(OTHER) is None


async def test_the_lines_of_one_message_do_not_hide_those_of_the_next(proof: LogWitness, feed: Feed) -> None:
    proof.expect(TOKEN)
    proof.expect(OTHER)
    feed.write(POSTFIX + POSTFIX.replace(TOKEN, OTHER).replace("4BzQ3t1mZvz9s", "4BzQ3t1mZvz9t"))
    assert await proof.find(TOKEN) is not None
    assert await proof.find(OTHER) is not None


async def test_handed_on_says_where(proof: LogWitness, feed: Feed) -> None:
    taken = "250 2.0.0 Ok: queued as 5CzQ3t1mZvz9s"
    feed.write(ended("sent", taken, "mx9.example.org[2001:db8:77::9]:25", "2.0.0"))
    found = await proof.find(TOKEN)
    assert found is not None
    assert found.relayed == "mx9.example.org [2001:db8:77::9] as 5CzQ3t1mZvz9s"
    assert proof.trace(TOKEN).relayed == found.relayed


@pytest.mark.parametrize(
    ("status", "fate"),
    [("bounced", Fate.FAILED), ("expired", Fate.FAILED), ("deferred", Fate.DEFERRED)],
)
async def test_what_did_not_get_there_says_why(proof: LogWitness, feed: Feed, status: str, fate: Fate) -> None:
    feed.write(ended(status, "mailbox is full"))
    assert await proof.find(TOKEN) is None
    trace = proof.trace(TOKEN)
    assert (trace.fate, trace.reason) == (fate, f"{status}: mailbox is full")
    assert trace.came is not None
    assert trace.came.address == SOURCE


async def test_accepted_and_no_more_is_not_known(proof: LogWitness, feed: Feed) -> None:
    feed.write(POSTFIX.splitlines()[:4])
    assert await proof.find(TOKEN) is None
    assert proof.trace(TOKEN).fate is Fate.UNKNOWN


async def test_opensmtpd_is_followed_by_the_queue_id_of_its_reply(proof: LogWitness, feed: Feed) -> None:
    proof.expect(TOKEN)
    feed.write(OPENSMTPD)
    assert await proof.find(TOKEN) is None
    proof.expect(TOKEN, "e858df75")
    found = await proof.find(TOKEN)
    assert found is not None
    assert [(hop.address, hop.id) for hop in found.hops] == [(SOURCE, "e858df75")]


async def test_a_queue_id_of_somebody_else_is_not_ours(proof: LogWitness, feed: Feed) -> None:
    proof.expect(TOKEN, "4BzQ3t1mZvz9s")
    feed.write(POSTFIX.replace(TOKEN, "somebody-else"))
    assert await proof.find(TOKEN) is None
    assert proof.trace(TOKEN) == LogTrace("log:x")


QUEUE_ID = "4BzQ3t1mZvz9s"


async def test_what_is_held_at_rcpt_says_by_which_rule(proof: LogWitness, feed: Feed) -> None:
    feed.write(ruled("hold", "HOLD action"))
    proof.expect(TOKEN, QUEUE_ID)
    assert await proof.find(TOKEN) is None
    trace = proof.trace(TOKEN)
    assert trace.fate is Fate.UNKNOWN
    assert trace.reason is not None
    assert trace.reason.startswith(f"held: hold: RCPT from probe.example.net[{SOURCE}]: ")
    assert "triggers HOLD action" in trace.lines[0]


async def test_what_is_discarded_at_rcpt_is_known_by_its_queue_id(proof: LogWitness, feed: Feed) -> None:
    stranger = ruled("discard", "DISCARD action").replace(QUEUE_ID, "4BzQ3t1mZvz9t")
    feed.write(ruled("discard", "DISCARD action") + stranger)
    proof.expect(TOKEN, QUEUE_ID)
    assert await proof.find(TOKEN) is None
    trace = proof.trace(TOKEN)
    assert (trace.fate, trace.queue_ids) == (Fate.FAILED, (QUEUE_ID,))
    assert trace.reason is not None
    assert trace.reason.startswith("discarded: discard: RCPT from ")


async def test_what_is_redirected_at_rcpt_is_delivered_and_shows_the_rule(proof: LogWitness, feed: Feed) -> None:
    feed.write(ruled("redirect", "REDIRECT archive@example.com"))
    assert await proof.find(TOKEN) is not None
    trace = proof.trace(TOKEN)
    assert (trace.fate, trace.reason) == (Fate.DELIVERED, None)
    assert "REDIRECT archive@example.com" in trace.lines[0]
    assert trace.redirected is not None
    assert trace.redirected.startswith("redirect: RCPT from ")


async def test_a_rule_about_the_client_before_is_not_ours(proof: LogWitness, feed: Feed) -> None:
    """The same process, another client, whose message came to nothing after the rule."""
    head = "".join(ruled("discard", "DISCARD action").splitlines(keepends=True)[:2])
    feed.write(head.replace(SOURCE, "2001:db8:77::7") + POSTFIX)
    assert await proof.find(TOKEN) is not None
    assert not any("DISCARD" in line for line in proof.trace(TOKEN).lines)


async def test_a_refused_message_came_from_nobody(proof: LogWitness, feed: Feed) -> None:
    feed.write(
        "Nov 22 18:00:01 mx1 postfix/cleanup[8]: 4BzQ3t1mZvz9s: message-id=<" + TOKEN + "@a>\n"
        "Nov 22 18:00:01 mx1 postfix/cleanup[8]: 4BzQ3t1mZvz9s: milter-reject: END-OF-MESSAGE from "
        f"a.example[{SOURCE}]: 5.7.1 no; from=<> to=<u@example.com> proto=ESMTP helo=<a>\n"
    )
    assert await proof.find(TOKEN) is None
    trace = proof.trace(TOKEN)
    assert (trace.fate, trace.came) == (Fate.REJECTED, None)
    assert trace.reason is not None
    assert trace.reason.startswith("rejected: ")


async def test_a_log_that_cannot_be_read_is_blind_until_it_can(proof: LogWitness, feed: Feed) -> None:
    feed.error = PermissionError(13, "Permission denied")
    with pytest.raises(BlindError, match="log:x: Permission denied"):
        await proof.find(TOKEN)
    assert (await proof.watched([])).blind == "Permission denied"
    feed.error = None
    assert await proof.find(TOKEN) is None
    assert (await proof.watched([])).blind is None


async def test_our_connections_and_the_gateways_are_told_and_no_other_client(proof: LogWitness, feed: Feed) -> None:
    feed.write(
        f"Nov 22 18:00:00 mx1 postfix/smtpd[7]: disconnect from probe.example.net[{SOURCE}]\n"
        + POSTFIX
        + POSTFIX.replace(SOURCE, "2001:db8:7::7")
        + POSTFIX.replace(SOURCE, "172.17.0.1")
    )
    watched = await proof.watched([SOURCE, "198.51.100.9", SOURCE])
    assert (watched.where, watched.events, watched.daemons) == ("log:x", 22, (Daemon.POSTFIX,))
    [contact] = watched.contacts
    assert (contact.client, contact.family, contact.kind) == (SOURCE, Family.IPV6, LogKind.CONNECT)
    assert contact.line.endswith(f"connect from probe.example.net[{SOURCE}]")
    assert [one.client for one in watched.gateways] == ["172.17.0.1"]


async def test_our_own_inner_address_is_no_gateway(proof: LogWitness, feed: Feed) -> None:
    feed.write(POSTFIX.replace(SOURCE, "10.0.0.9"))
    watched = await proof.watched(["10.0.0.9"])
    assert ([one.client for one in watched.contacts], watched.gateways) == (["10.0.0.9"], ())


async def test_too_many_clients_are_said(proof: LogWitness, feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_witness, "CLIENTS", 5)
    feed.write(f"Nov 22 18:00:00 mx1 postfix/smtpd[7]: connect from unknown[2001:db8::{i:x}]" for i in range(9))
    assert (await proof.watched([])).blind == "too many clients"


async def test_of_many_and_long_lines_some_are_kept_short(proof: LogWitness, feed: Feed) -> None:
    first, *middle, last = POSTFIX.splitlines()[1:6]
    feed.write([first, *middle[:2]])
    for number in range(100):
        feed.write(ended("deferred", f"{number} " + "x" * 5000).splitlines()[4])
    feed.write([last])
    await proof.find(TOKEN)
    lines = proof.trace(TOKEN).lines
    assert len(lines) == FIRST + LAST
    assert max(map(len, lines)) == LONGEST
    assert lines[0] == first
    assert lines[-1] == last


@given(st.lists(st.binary(max_size=300), max_size=10))
@settings(max_examples=100, deadline=None)
async def test_hostile_lines_raise_nothing_and_stay_on_their_line(lines: list[bytes]) -> None:
    feed = Feed()
    proof = LogWitness("log:x", feed)
    feed.waiting = [
        *lines,
        *(b"Nov 22 18:00:01 mx1 postfix/smtpd[7]: 4BzQ3t1mZvz9s: client=a[::1] " + line for line in lines),
        *(b"postfix/cleanup[7]: 4BzQ3t1mZvz9s: message-id=<" + TOKEN.encode() + line for line in lines),
    ]
    await proof.find(TOKEN)
    watched = await proof.watched(["::1"])
    told = [*proof.trace(TOKEN).lines, *(contact.line for contact in (*watched.contacts, *watched.gateways))]
    assert all(line.isprintable() for line in told)
