from dataclasses import replace

import pytest

from probe.model.measurement import Measurement
from probe.model.smtp import Session, TcpInfo
from probe.model.words import Failure, Purpose, Stage
from tests.builders import MX6, V4, V6, both, broken, delivered, healthy, session, step, stopped
from tests.judge.checks.table import CRITICAL, MX1_6, OK, WARNING, Row, findings, name, said

TCP = TcpInfo(0.02, 0.01, 1428, 0, own_mss=1440, last_mss=1428, received=180, unacked=0, strays=2)
HANGING = stopped(Stage.STARTTLS, failure=Failure.TIMEOUT, elapsed=30.0, tcp=TCP)
AGAIN = replace(HANGING, purpose=Purpose.RETRY, started=33.0)
LONG_EHLO = stopped(Stage.EHLO, failure=Failure.TIMEOUT, elapsed=30.0, tcp=TCP)
PASSED = session(until=Stage.STARTTLS, purpose=Purpose.NARROW, started=32.0, max_segment=1220)
NOT_PASSED = replace(HANGING, purpose=Purpose.NARROW, started=32.0, max_segment=1220)
THIS = "this machine"


def run(*sessions: Session) -> Measurement:
    """These over IPv6, and all well over IPv4."""
    return replace(healthy(), sessions=(*sessions, session(V4)))


def data(failure: Failure, tcp: TcpInfo | None, **changes: object) -> Session:
    """The final dot went out, and nothing came back."""
    whole = session(until=Stage.DATA)
    last = step(Stage.DATA, failure=failure, elapsed=20.0, command=".", tls=True)
    built = replace(whole, steps=(*whole.steps[:-1], step(Stage.DATA, code=354, command="DATA"), last), failure=failure)
    return replace(built, tcp=tcp, **changes)  # type: ignore[arg-type]


def posting(*sessions: Session) -> Measurement:
    """The same with a message: that over IPv6 is the first session's, and nobody knows what became of it."""
    world = delivered()
    six, four = world.attempts
    all_of_them = (*sessions, world.sessions[1])
    unknown = replace(six, session=0, accepted=None, arrival=None, queue_id=None)
    return replace(world, sessions=all_of_them, attempts=(unknown, replace(four, session=len(sessions))))


LOST = replace(TCP, retransmits=6, unacked=2980)
HELLO = replace(LOST, unacked=516)
UNHEARD = data(Failure.TIMEOUT, LOST)
SMALL_WENT = session(until=Stage.DATA, purpose=Purpose.NARROW, started=22.0, max_segment=1220)
LARGE_DID_NOT = data(Failure.TIMEOUT, LOST, purpose=Purpose.NARROW, started=24.0)
LARGE_WENT = replace(SMALL_WENT, max_segment=None, started=24.0)
TUNNEL = replace(TCP, own_mss=1420)
CLAMPED = replace(TCP, snd_mss=1208)
TOO_SMALL = replace(TCP, snd_mss=1188)
WENT_DOWN = replace(TCP, last_mss=1024, retransmits=4)

CASES: list[Row] = [
    ("pmtud-blackhole-in", "the handshake", run(HANGING, PASSED, AGAIN), {(CRITICAL, V6, MX1_6)}),
    ("pmtud-blackhole-in", "no time to try it again", run(HANGING, PASSED), {(CRITICAL, V6, MX1_6)}),
    ("pmtud-blackhole-in", "a long reply to EHLO", run(LONG_EHLO, PASSED), {(CRITICAL, V6, MX1_6)}),
    (
        "pmtud-blackhole-in",
        "another address of the host takes mail",
        run(HANGING, PASSED, AGAIN, session(address="2001:db8::26")),
        {(WARNING, V6, MX1_6)},
    ),
    ("pmtud-blackhole-in", "it stalls with small ones too", run(HANGING, NOT_PASSED), set()),
    ("pmtud-blackhole-in", "it was the moment", run(HANGING, PASSED, session(purpose=Purpose.RETRY)), set()),
    ("pmtud-blackhole-in", "it fails otherwise the second time", run(HANGING, PASSED, stopped(
        Stage.CONNECT, failure=Failure.REFUSED, purpose=Purpose.RETRY, started=33.0)), set()),
    ("pmtud-blackhole-in", "nobody tried small ones", broken(HANGING), set()),
    ("pmtud-blackhole-in", "a handshake that fails", broken(stopped(Stage.STARTTLS, failure=Failure.CLOSED)), set()),
    ("tls-handshake-hang", "the black hole speaks for it", run(HANGING, PASSED, AGAIN), set()),
    ("ehlo-rejected", "here too", run(LONG_EHLO, PASSED), set()),
    ("pmtud-blackhole-out", "the message", posting(UNHEARD, SMALL_WENT, LARGE_DID_NOT), {(CRITICAL, V6, MX1_6)}),
    ("pmtud-blackhole-out", "no time to try it again", posting(UNHEARD, SMALL_WENT), {(CRITICAL, V6, MX1_6)}),
    ("pmtud-blackhole-out", "large ones go a moment later", posting(UNHEARD, SMALL_WENT, LARGE_WENT), set()),
    ("pmtud-blackhole-out", "a filter is slow", posting(data(Failure.TIMEOUT, TCP)), set()),
    ("pmtud-blackhole-out", "our own hello is large", run(replace(HANGING, tcp=LOST), PASSED), {(CRITICAL, V6, MX1_6)}),
    (
        "pmtud-blackhole-in",
        "the acknowledgement of our small hello is lost with it",
        run(replace(HANGING, tcp=HELLO), PASSED, AGAIN),
        {(CRITICAL, V6, MX1_6)},
    ),
    ("pmtud-blackhole-out", "our hello is small", run(replace(HANGING, tcp=HELLO), PASSED, AGAIN), set()),
    ("pmtud-blackhole-out", "what we sent was acknowledged", run(HANGING, PASSED), set()),
    ("tcp-mss-suspicious", "below what IPv6 allows", broken(session(tcp=TOO_SMALL)), {(OK, V6, MX1_6)}),
    ("tcp-mss-suspicious", "the system went down", broken(session(tcp=WENT_DOWN)), {(OK, V6, MX1_6)}),
    ("tcp-mss-suspicious", "a clamped tunnel", broken(session(tcp=CLAMPED)), set()),
    ("tcp-mss-suspicious", "we asked for it", broken(session(tcp=TOO_SMALL, max_segment=1220)), set()),
    ("tcp-mss-suspicious", "over IPv4 it may be", both(session(), session(V4, tcp=TOO_SMALL)), set()),
    ("self-mtu", "a tunnel", broken(session(tcp=TUNNEL)), {(OK, V6, THIS)}),
    ("self-mtu", "Ethernet", both(session(tcp=TCP), session(V4, tcp=replace(TCP, own_mss=1460))), set()),
    ("self-mtu", "jumbo frames", broken(session(tcp=replace(TCP, own_mss=8940))), set()),
    ("self-mtu", "not told", healthy(), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_numbers_are_in_the_evidence() -> None:
    (finding,) = findings(run(HANGING, PASSED, AGAIN), "pmtud-blackhole-in")
    told = "\n".join(finding.evidence)
    assert "180 octets received, 2 segments came without the one before them" in told
    assert "after 30.000 s" in told
    assert "with segments of at most 1220 octets: starttls done" in told
    (finding,) = findings(posting(UNHEARD, SMALL_WENT, LARGE_DID_NOT), "pmtud-blackhole-out")
    assert "2980 octets never acknowledged, segments of 1428 octets, 6 sent again" in finding.evidence


def test_the_family_is_broken_and_the_message_in_doubt() -> None:
    world = posting(UNHEARD, SMALL_WENT, LARGE_DID_NOT)
    assert said(world, "parity-verdict") == {(CRITICAL, None, "example.com")}
    assert len(findings(world, "data-timeout")) == 1
    assert MX6 in findings(world, "pmtud-blackhole-out")[0].subject
