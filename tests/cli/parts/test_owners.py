"""The owner's tests on a command line and in a configuration: consent, companions, whose mailbox is asked for."""

from pathlib import Path

import pytest

from probe.cli.parts.owners import is_owned
from probe.model.trials import OPTIONS
from probe.model.words import Purpose
from tests.cli.conftest import Probe6, World

RELAY = ("--relay-check", "--relay-to", "me@example.org")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)


def test_without_them_nothing_is_tried(world: World, probe6: Probe6) -> None:
    assert probe6("example.com", "--owned", "example.com").status == 0
    assert (world.settings.trials, world.settings.owned, world.settings.relay_to) == ((), False, None)


@pytest.mark.parametrize(("purpose", "option"), OPTIONS.items())
def test_each_has_its_option(world: World, probe6: Probe6, purpose: Purpose, option: str) -> None:
    more = ("--relay-to", "me@example.org") if purpose is Purpose.RELAY else ()
    assert probe6("user@example.com", option, "--owned", "example.com", *more).status == 0
    assert (world.settings.trials, world.settings.owned) == ((purpose,), True)


@pytest.mark.parametrize(
    ("option", "line"), [(item, f"{item}: is example.com yours? say --owned") for item in OPTIONS.values()]
)
def test_leave_is_needed(world: World, probe6: Probe6, option: str, line: str) -> None:
    ran = probe6("user@example.com", option, *(RELAY[1:] if option == "--relay-check" else ()))
    assert (ran.status, ran.out, world.asked) == (3, "", [])
    assert line in ran.err
    assert "TXT record" in ran.err


def test_a_contact_may_be_enough_where_the_domain_says_so(world: World, probe6: Probe6) -> None:
    assert probe6("example.com", *RELAY, "--contact", "postmaster").status == 0
    assert (world.settings.trials, world.settings.owned) == ((Purpose.RELAY,), False)


WRONG = [
    (("example.com", "--relay-check"), "--relay-check: which mailbox of yours in another domain is asked for"),
    (("example.com", *RELAY[:2], "me@mail.example.com"), "--relay-to: me@mail.example.com is at home here"),
    (("mail.example.com", *RELAY[:2], "me@example.com"), "--relay-to: me@example.com is at home here"),
    (("example.com", "--relay-check", "--from", "me@example.com"), "which mailbox of yours in another domain"),
    (("example.com", *RELAY[1:]), "--relay-to: is about --relay-check"),
    (("example.com", "--trusted-source"), "--trusted-source: is about --relay-check"),
    (("example.com", "--smuggling-check"), "--smuggling-check: sends messages, to a mailbox you name"),
    (("[mx1.example.com]", "--catchall"), "--catchall: a mailbox of which domain?"),
    (("[mx1.example.com]", "--catchall", "--domain", "example.net"), "--catchall: is example.net yours?"),
    (("[mx.example.net]", *RELAY), "--relay-check: is mx.example.net yours?"),
    (("[2001:db8::25]", "--injection-check"), "--injection-check: whose address is [2001:db8::25]?"),
    (("[2001:db8::25]", "--injection-check", "--domain", "example.net"), "--injection-check: is example.net yours?"),
    (("example.com", "--injection-check", "--until", "ehlo"), "--injection-check: --until ehlo leaves before"),
    (
        ("user@example.com", "--literal-check", "--via", "smtp://mail.example.com:25"),
        "--literal-check: beside it --via",
    ),
]


@pytest.mark.parametrize(("words", "line"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_what_cannot_be_tested_so(world: World, probe6: Probe6, words: tuple[str, ...], line: str) -> None:
    ran = probe6(*words, "--owned", "example.com")
    assert (ran.status, ran.out, world.asked) == (3, "", [])
    assert line in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "mailbox"),
    [
        (RELAY[1:], "me@example.org"),
        (("--from", "me@example.net"), "me@example.net"),
        (("--contact", "Jane <jane@example.net>, phone 1"), "jane@example.net"),
        (("--contact", "mailto:jane@example.net"), "jane@example.net"),
        (("--from", "me@example.com", "--contact", "jane@example.net"), "jane@example.net"),
        (("--from", "a@example.net", *RELAY[1:]), "me@example.org"),
    ],
)
def test_the_mailbox_elsewhere(world: World, probe6: Probe6, words: tuple[str, ...], mailbox: str) -> None:
    assert probe6("example.com", "--relay-check", "--owned", "example.com", *words).status == 0
    assert world.settings.relay_to == mailbox


def test_a_host_of_ones_own_domain_is_ones_own(world: World, probe6: Probe6) -> None:
    assert probe6("[mx1.example.com]", "--injection-check", "--owned", "Example.com").status == 0
    assert world.settings.owned
    assert is_owned("a.b.example", {"b.example"})
    assert not is_owned("ab.example", {"b.example"})
    assert not is_owned("example", {"b.example"})


@pytest.mark.parametrize(
    "text",
    [
        "owned = true\n[[target]]\nname='example.com'\n",
        "owned = ['example.com']\ntargets=['example.com']\n",
        "[[target]]\nname='example.com'\nowned=true\n",
    ],
)
def test_a_configuration_may_say_so(world: World, probe6: Probe6, tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text("relay-check = true\nrelay-to = 'me@example.org'\ninjection-check = true\n" + text)
    assert probe6("check", "--config", str(path)).status == 0
    assert world.settings.trials == (Purpose.RELAY, Purpose.INJECTION)
    assert world.settings.owned


def test_a_target_of_a_configuration_that_is_not_ones_own(world: World, probe6: Probe6, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("owned = ['example.com']\n[[target]]\nname='example.net'\ninjection-check = true\n")
    ran = probe6("check", "--config", str(path))
    assert (ran.status, world.asked) == (3, [])
    assert "--injection-check: is example.net yours?" in ran.err


def test_messages_that_test_the_end_of_data_are_announced(world: World, probe6: Probe6) -> None:
    ran = probe6("user@example.com", "--smuggling-check", "--owned", "example.com")
    assert "2 messages to user@example.com, one over each family; and up to 4 over each to test the end" in ran.err


def test_no_test_message_goes_where_no_message_is_due(world: World, probe6: Probe6, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(
        "owned = true\nsmuggling-check = true\ncatchall = true\n[[target]]\nname='x@c.example'\nsend = true\n"
    )
    for expected in ((Purpose.CATCHALL, Purpose.SMUGGLING), (Purpose.CATCHALL,)):
        assert probe6("check", "--config", str(path)).status == 0
        assert world.settings.trials == expected
        world.asked.clear()
