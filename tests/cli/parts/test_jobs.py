"""What a run is to do: consent, contacts, and targets of a configuration that are named on the command line."""

from pathlib import Path

import pytest

from probe.model.words import Stage
from tests.cli.conftest import Probe6, World

MANY = [f"d{number}.example" for number in range(21)]


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "a.toml"


def stages(world: World) -> list[Stage]:
    found = [settings.until for _, settings in world.asked]
    world.asked.clear()
    return found


def test_no_message_without_consent(world: World, probe6: Probe6, config: Path) -> None:
    config.write_text("targets = ['x@a.example', 'b.example']\n[[target]]\nname = 'c.example'\nto = 'x@c.example'\n")
    assert probe6("check", "--config", str(config)).status == 0
    assert stages(world) == [Stage.STARTTLS] * 3


def test_a_message_an_hour(world: World, probe6: Probe6, config: Path) -> None:
    """Held by the state, over runs; in between the conversation goes up to RCPT."""
    config.write_text("[[target]]\nname = 'c.example'\nto = 'x@c.example'\nsend = true\n")
    for expected in (Stage.DATA, Stage.RCPT, Stage.RCPT):
        assert probe6("check", "--config", str(config)).status == 0
        assert stages(world) == [expected]


def test_without_a_state_nobody_knows_when_the_last_one_went(world: World, probe6: Probe6, config: Path) -> None:
    config.write_text("[[target]]\nname = 'x@c.example'\nsend = true\n")
    assert probe6("check", "--config", str(config), "--no-state").status == 0
    assert stages(world) == [Stage.RCPT]


def test_a_mailbox_on_the_command_line_is_its_own_consent(world: World, probe6: Probe6, config: Path) -> None:
    config.write_text("timeout = 7\n[[target]]\nname = 'x@c.example'\ntimeout = 9\n[[target]]\nname = 'd.example'\n")
    for _ in range(2):
        assert probe6("check", "x@c.example", "new.example", "--config", str(config)).status == 0
        assert [(target.name, item.timeouts.connect) for target, item in world.asked] == [
            ("c.example", 9),
            ("new.example", 7),
        ]
        assert stages(world) == [Stage.DATA, Stage.RCPT]


@pytest.mark.parametrize("contact", ["", "contact = 'me'", "owned = ['d0.example']", "[defaults]\nowned = true"])
def test_more_than_twenty_strangers_need_a_contact(world: World, probe6: Probe6, config: Path, contact: str) -> None:
    config.write_text(contact + "\n" + "".join(f"[[target]]\nname = '{name}'\n" for name in MANY))
    ran = probe6("check", "--config", str(config))
    assert ran.status == (0 if contact else 3)
    if not contact:
        cure = 'contact = "TEXT", or owned = true for those that are yours'
        assert ran.err == f"probe6: 21 targets need {cure}: their owners shall know whom to write to\n"


def test_ones_own_domains_need_none_on_the_command_line_either(world: World, probe6: Probe6) -> None:
    assert probe6(*MANY).status == 3
    assert probe6(*MANY, "--owned", "D0.example").status == 0
