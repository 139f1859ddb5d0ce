"""Keys of a configuration become options: the same readers, the same complaints, and who counts more than whom."""

from pathlib import Path

import pytest

from probe.model.settings import Pipelining
from probe.model.words import Family, Stage, Verdict
from tests.cli.conftest import Probe6, World


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "a.toml"


def test_what_a_target_says_counts_more_and_the_command_line_most(world: World, probe6: Probe6, config: Path) -> None:
    config.write_text(
        "timeout = 3\nuntil = 'ehlo'\nfamilies = ['ipv6']\npipelining = 'auto'\n"
        "[[target]]\nname = 'a.example'\n"
        "[[target]]\nname = 'b.example'\ntimeout = 4\nfamilies = ['ipv4', 'ipv6']\nmax_addresses = 2\n"
        "quit-after='RCPT'\n"
    )
    assert probe6("check", "--config", str(config), "--pipelining", "never").status == 0
    a, b = (settings for _, settings in world.asked)
    assert (a.timeouts.connect, a.families, a.until) == (3, (Family.IPV6,), Stage.EHLO)
    assert (b.timeouts.connect, len(b.families), b.until, b.max_addresses) == (4, 2, Stage.RCPT, 2)
    assert {a.pipelining, b.pipelining} == {Pipelining.NEVER}
    world.asked.clear()
    assert probe6("check", "--config", str(config), "-4", "--timeout", "9", "--until", "banner").status == 0
    assert {item.families for _, item in world.asked} == {(Family.IPV4,)}
    assert {item.timeouts.connect for _, item in world.asked} == {9}
    assert {item.until for _, item in world.asked} == {Stage.BANNER}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("timeout = 'x'", 'timeout: "x" is not a number of seconds from 0.1 to 86400'),
        ("port = 99999", 'port: "99999" is not a port from 1 to 65535'),
        ("until = 'rctp'", 'until: "rctp" is not a stage; nearest: rcpt'),
        ("families = ['ipv5']", 'families: "ipv5" is not a family; nearest: ipv6'),
        ("severity = { tcp-refused = 'bad' }", 'severity: "bad" is not a verdict'),
        (
            "severity = { tcp-refusd = 'ok' }",
            '--severity: "tcp-refusd" is not a finding code or a parity; n',
        ),
        ("to = 'x'", 'to: "x"'),
        ("send_every = 3", 'send-every: "3" is not a number of seconds from 60'),
        ("send = true", 'send: to which mailbox? add to = "ADDR"'),
        ("to = 'x@a.example'\nuntil = 'data'", "--until data: from a configuration a message goes only to a mailbox "),
    ],
)
def test_a_bad_value_is_named_with_its_target(world: World, probe6: Probe6, config: Path, line: str, said: str) -> None:
    config.write_text(f"[[target]]\nname = 'a.example'\n{line}\n")
    ran = probe6("check", "--config", str(config))
    assert (ran.status, ran.out, world.asked) == (3, "", [])
    assert ran.err.startswith(f'probe6: --config "{config}": [[target]] number 1 ("a.example"): {said}')
    assert ran.err.count("\n") == 1


def test_severity_and_other_judgement_is_each_targets_own(world: World, probe6: Probe6, config: Path) -> None:
    config.write_text(
        "cert-days = '20,10'\ntargets = ['b.example']\n[[target]]\nname = 'a.example'\ncert-days = '9,8'\n"
        "severity = { tcp-refused = 'ok' }\n"
    )
    assert probe6("check", "--config", str(config)).status == 0
    assert [item.cert_days for item in world.judged] == [(20, 10), (9, 8)]
    assert [item.severity for item in world.judged] == [(), (("tcp-refused", Verdict.OK),)]


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "no targets in it"), ("on-change = []\ntargets=['a.example']", "on-change: the list is empty")],
)
def test_a_file_that_cannot_be_run(probe6: Probe6, config: Path, text: str, said: str) -> None:
    config.write_text(text)
    ran = probe6("check", "--config", str(config))
    assert ran.status == 3
    assert said in ran.err


def test_a_file_that_is_not_there(probe6: Probe6, config: Path) -> None:
    ran = probe6("check", "--config", str(config))
    assert (ran.status, ran.err) == (3, f'probe6: --config "{config}": No such file or directory\n')
