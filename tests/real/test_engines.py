"""A real Postfix through both engines: the same stages, replies, failures and TLS facts, in whatever state it is.

What the engines may differ in stands in ``tests.lab.test_engines``; no case of it is met here. Beside them the commands
of the envelope together, which a real server answers as it answers them one at a time.
"""

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from probe.api import load
from probe.measure.session.conversation import engines
from probe.model.measurement import Measurement
from probe.model.smtp import Session
from tests.real.postfix import DOMAIN, HOSTNAME
from tests.real.world import MAIL4, MAIL6, NAME6, OTHER, RECIPIENT, World
from tests.stories import steps, stories

pytestmark = pytest.mark.real

Trouble = Callable[[World], contextlib.AbstractContextManager[None]]
POSTMASTER = f"postmaster@{DOMAIN}"


def setting(parameter: str, value: str) -> Trouble:
    return lambda world: world.postfix_setting(parameter, value)


@contextlib.contextmanager
def nothing(_world: World) -> Iterator[None]:
    yield


CASES: dict[str, tuple[Trouble, list[str], set[str | None]]] = {
    "a domain": (nothing, [DOMAIN], {None}),
    "a message": (nothing, [RECIPIENT, "--from", POSTMASTER], {None}),
    "no such mailbox": (nothing, [f"nobody@{DOMAIN}"], {"rejected"}),
    "a host": (nothing, [f"[{HOSTNAME}]"], {None}),
    "no TLS": (setting("smtpd_tls_security_level", "none"), [DOMAIN], {None}),
    "no IPv6": (setting("inet_protocols", "ipv4"), [DOMAIN], {None, "refused"}),
    "another domain's": (setting("virtual_mailbox_domains", "example.org"), [RECIPIENT], {"deferred"}),
    "we are turned away": (
        setting("smtpd_client_restrictions", "check_client_access inline:{{probe.example.net=554 5.7.1 go away}}"),
        [DOMAIN],
        {"rejected"},
    ),
    "a long greeting": (setting("smtpd_banner", "$myhostname ESMTP " + "mind the gap " * 40), [DOMAIN], {None}),
    "they prohibit": (lambda world: world.route(world.border, "prohibit", MAIL6), [DOMAIN], {None, "prohibited"}),
    "silence, and a reference": (
        lambda world: world.route(world.border, "blackhole", MAIL4),
        [DOMAIN, "--timeout", "1", "--reference", OTHER],
        {None, "timeout"},
    ),
}


def measured(world: World, place: Path, words: list[str]) -> Measurement:
    saved = place / "saved.json"
    done = world.probe6(*words, "--nameserver", NAME6, "--save", saved, "--pause", "0", "--quiet")
    assert saved.exists(), done.stderr
    found = load(saved.read_bytes())
    saved.unlink()
    return found


@pytest.mark.parametrize("case", CASES)
def test_both_tell_the_same(built: World, tmp_path: Path, case: str) -> None:
    trouble, words, failures = CASES[case]
    with trouble(built):
        told = {name: measured(replace(built, engine=name), tmp_path, words) for name in engines()}
    ours, theirs = told["native"], told["aiosmtplib"]
    assert (ours.engine, theirs.engine) == ("native", "aiosmtplib")
    assert {session.failure for session in ours.sessions} == failures
    assert stories(ours) == stories(theirs)
    keys = [{session.tls and session.tls.sha256 for session in one.sessions} for one in (ours, theirs)]
    assert keys[0] == keys[1]
    accounts = [
        [(attempt.family, attempt.accepted, attempt.queue_id is not None) for attempt in one.attempts]
        for one in (ours, theirs)
    ]
    assert sorted(accounts[0]) == sorted(accounts[1])


@pytest.mark.parametrize("words", [[DOMAIN], [RECIPIENT, "--from", POSTMASTER], [f"nobody@{DOMAIN}"]])
def test_commands_together_are_answered_as_one_at_a_time(built: World, tmp_path: Path, words: list[str]) -> None:
    together, alone = (measured(built, tmp_path, [*words, "--pipelining", way]) for way in ("auto", "never"))
    grouped = [session for session in together.sessions if session.group]
    refused = words[0].startswith("nobody@")
    assert {session.family for session in grouped} == {"ipv6", "ipv4"}
    assert all((session.group_fault is not None) is refused for session in grouped)
    last = tuple(session for session in together.sessions if session.purpose == "retry" or not refused)
    assert [plainly(session) for session in in_order(last)] == [
        plainly(session) for session in in_order(alone.sessions)
    ]


def plainly(session: Session) -> list[tuple[object, ...]]:
    """The steps without the parameters of DSN: in a group there is no asking again without them, so none are given."""
    return [
        (stage, tls, command and str(command).partition("> ")[0].rstrip(">"), *rest)
        for stage, tls, command, *rest in steps(session)
    ]


def in_order(sessions: tuple[Session, ...]) -> list[Session]:
    return sorted(sessions, key=lambda session: session.address)


def test_postfix_sees_whole_conversations(built: World, tmp_path: Path) -> None:
    """Its closing line counts the commands: none was lost, none came out of order."""
    before = built.postfix.log()
    measured(built, tmp_path, [DOMAIN, "--pipelining", "auto"])
    end = time.monotonic() + 120
    while (said := built.postfix.log().removeprefix(before)).count("disconnect from") < 2:
        assert time.monotonic() < end, said
        time.sleep(0.02)
    closing = re.findall(r"disconnect from \S+ (.*)", said)
    assert closing == ["ehlo=2 starttls=1 mail=1 rcpt=1 rset=1 quit=1 commands=7"] * 2
    assert "improper command pipelining" not in said
