"""A fix is there to be copied into a shell: nothing a server or a name server says may run there."""

from dataclasses import replace

import pytest

from probe.judge import judge
from probe.judge.wording import argument
from probe.model.measurement import Measurement
from probe.model.smtp import Session
from probe.model.words import Failure, Outcome, Stage
from tests.builders import (
    MX4,
    MX6,
    V4,
    V6,
    attempt,
    delivered,
    greeting,
    host,
    measurement,
    resolution,
    session,
    stopped,
    timed,
    tls,
)

EVIL = "mx1`reboot`$(reboot);reboot.example.com"
BOTH = [host(EVIL, MX6, MX4)]


def evil(*sessions: Session) -> Measurement:
    renamed = [replace(item, mx=EVIL, names=(EVIL,)) for item in sessions]
    return measurement(*renamed, hosts=BOTH)


WORLDS = {
    "tcp-latency-gap": evil(timed(V6, Stage.CONNECT, 0.5), session(V4)),
    "banner-name-mismatch": evil(greeting(V6, "other.example.com"), session(V4)),
    "tls-starttls-refused": evil(stopped(Stage.STARTTLS, failure=Failure.TLS_HANDSHAKE), session(V4)),
    "tls-cert-name": evil(session(V6, tls=tls(name_matches=False)), session(V4)),
    "dns-aaaa-servfail": measurement(
        hosts=[host(EVIL, MX4, ipv6=resolution(EVIL, "AAAA", outcome=Outcome.SERVFAIL))],
    ),
    "data-accept-then-lost": delivered(attempt(V6, arrival=None, failure=Failure.NOT_ARRIVED, queue_id="$(reboot)`")),
    "rcpt-unknown-both": replace(
        evil(*[stopped(Stage.RCPT, family, code=550, text="5.1.1 no") for family in (V6, V4)]),
        settings=replace(measurement().settings, recipient="'$(reboot)'@example.com"),
    ),
}


@pytest.mark.parametrize("code", WORLDS)
def test_no_command_carries_what_a_shell_would_run(code: str) -> None:
    (finding,) = [item for item in judge(WORLDS[code]).findings if item.code == code]
    assert finding.fix
    assert not any(mark in finding.fix for mark in ("`", "$(", ";reboot"))


@pytest.mark.parametrize("text", ["mx1.example.com", "2001:db8::25", "4XqPrS0Vzzz1", "user+tag@example.com"])
def test_plain_words_stay(text: str) -> None:
    assert argument(text, "X") == text


@pytest.mark.parametrize(
    "text", ["", "-rf", "a b", "a\nb", "a'b", "$a", "a;b", "a|b", "a>b", "ä.example.com", "a" * 300]
)
def test_anything_else_becomes_the_placeholder(text: str) -> None:
    assert argument(text, "X") == "X"
