"""``probe6 TARGET``: what reaches the library, what is printed where, and the exit status."""

import json
import stat
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import probe.api
from probe.cli.parts.once import alone
from probe.model.errors import UsageError
from probe.model.report import JudgeOptions
from probe.model.settings import Record, Settings
from probe.model.words import Verdict
from probe.store import Store
from tests.cli.conftest import Probe6, World


def test_a_domain_with_no_option_gets_the_defaults_of_the_interface(world: World, probe6: Probe6) -> None:
    ran = probe6("example.com")
    assert world.settings == Settings(recipient="postmaster@example.com")
    assert ran.status == 0
    assert ran.err == ""
    assert "example.com" in ran.out


@pytest.mark.parametrize("words", [("example.com",), ("check", "example.com")])
def test_check_is_the_command_when_none_is_named(world: World, probe6: Probe6, words: tuple[str, ...]) -> None:
    assert probe6(*words).status == 0
    assert [target.name for target, _ in world.asked] == ["example.com"]


def test_a_domain_that_is_called_like_a_command(world: World, probe6: Probe6) -> None:
    assert probe6("check", "demo").status == 0
    assert [target.name for target, _ in world.asked] == ["demo"]


def test_options_and_targets_may_be_mixed(world: World, probe6: Probe6) -> None:
    assert probe6("-6", "a.example", "--port", "2525", "b.example").status == 0
    assert [(target.name, settings.port) for target, settings in world.asked] == [
        ("a.example", 2525),
        ("b.example", 2525),
    ]


class TestOutcome:
    """Exit status, streams and files."""

    @pytest.mark.parametrize("verdict", list(Verdict))
    def test_the_exit_status_is_the_verdict(self, world: World, probe6: Probe6, verdict: Verdict) -> None:
        world.verdicts["a.example"] = verdict
        assert probe6("a.example").status == verdict.exit_status

    @pytest.mark.parametrize(
        ("verdicts", "status"),
        [
            ([Verdict.OK, Verdict.WARNING], 1),
            ([Verdict.UNKNOWN, Verdict.WARNING], 1),
            ([Verdict.CRITICAL, Verdict.UNKNOWN], 2),
            ([Verdict.OK, Verdict.UNKNOWN], 3),
        ],
    )
    def test_the_worst_verdict_wins(self, world: World, probe6: Probe6, verdicts: list[Verdict], status: int) -> None:
        names = ["a.example", "b.example"]
        world.verdicts.update(zip(names, verdicts, strict=True))
        assert probe6(*names).status == status

    def test_quiet_says_nothing_when_all_is_ok(self, world: World, probe6: Probe6) -> None:
        assert probe6("a.example", "--quiet").out == ""
        world.verdicts["a.example"] = Verdict.WARNING
        assert "a.example" in probe6("a.example", "--quiet").out

    def test_a_usage_error_of_the_library_is_one_line(self, world: World, probe6: Probe6) -> None:
        world.fails = UsageError("--engine\nis odd")
        ran = probe6("a.example", "b.example")
        assert (ran.status, ran.err) == (3, "probe6: --engine\\x0ais odd\n")

    def test_judge_options(self, world: World, probe6: Probe6, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(probe.api, "codes", lambda: frozenset({"tcp-refused"}))
        words = ["--severity", "tcp-refused=ok", "--severity", "ipv6-absent=critical", "--cert-days", "30,3"]
        assert probe6("a.example", *words).status == 0
        severity = (("tcp-refused", Verdict.OK), ("ipv6-absent", Verdict.CRITICAL))
        assert world.judged == [JudgeOptions(severity, (30, 3))]

    @pytest.mark.parametrize(("name", "is_json"), [("r.json", True), ("r.JSON", True), ("r.txt", False), ("r", False)])
    def test_the_suffix_decides(self, world: World, probe6: Probe6, tmp_path: Path, name: str, is_json: bool) -> None:
        path = tmp_path / name
        ran = probe6("a.example", "-o", str(path))
        assert (ran.status, ran.out) == (0, "")
        assert path.read_text().startswith("{") is is_json

    def test_the_format_wins_over_the_suffix(self, world: World, probe6: Probe6, tmp_path: Path) -> None:
        path = tmp_path / "r.txt"
        probe6("a.example", "-o", str(path), "--format", "json")
        assert json.loads(path.read_text())["target"] == "a.example"

    def test_a_dash_is_standard_output(self, world: World, probe6: Probe6) -> None:
        assert "a.example" in probe6("a.example", "-o", "-").out

    def test_save_keeps_the_measurement_for_its_owner(self, world: World, probe6: Probe6, tmp_path: Path) -> None:
        path = tmp_path / "saved.json"
        path.write_text("old")
        path.chmod(0o644)
        assert probe6("a.example", "--save", str(path)).status == 0
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert probe.api.load(path.read_bytes()).target.name == "a.example"

    def test_save_is_for_one_target(self, world: World, probe6: Probe6, tmp_path: Path) -> None:
        ran = probe6("a.example", "b.example", "--save", str(tmp_path / "x"))
        assert (ran.status, ran.err) == (3, "probe6: --save: keeps the measurement of one target, not of 2\n")

    def test_the_overlay_is_read_with_the_target_as_origin(
        self, world: World, probe6: Probe6, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[tuple[str, str, str]] = []
        record = Record("a.example", "MX", ("10 mx.a.example.",))

        def read_overlay(text: str, origin: str, name: str) -> tuple[Record, ...]:
            seen.append((text, origin, name))
            return (record,)

        monkeypatch.setattr(probe.api, "read_overlay", read_overlay)
        path = tmp_path / "zone"
        path.write_text("@ MX 10 mx\n")
        assert probe6("a.example", "--overlay", str(path)).status == 0
        assert seen == [("@ MX 10 mx\n", "a.example", str(path))]
        assert world.settings.overlay == (record,)

    def test_root_hints_are_read_as_named_root(self, world: World, probe6: Probe6, tmp_path: Path) -> None:
        path = tmp_path / "named.root"
        path.write_text(
            "; hints\n.\t3600000 NS A.ROOT.\nA.ROOT.  3600000  A  192.0.2.1\nA.ROOT. 3600000 AAAA 2001:DB8::1\n"
        )
        assert probe6("a.example", "--root-hints", str(path)).status == 0
        assert world.settings.root_hints == ("192.0.2.1", "2001:db8::1")

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("", "holds no A or AAAA record of a root server (as named.root does)"),
            (". 60 NS a.\n", "holds no A or AAAA record of a root server (as named.root does)"),
        ],
    )
    def test_root_hints_without_addresses_are_refused(
        self, text: str, complaint: str, world: World, probe6: Probe6, tmp_path: Path
    ) -> None:
        path = tmp_path / "named.root"
        path.write_text(text)
        ran = probe6("a.example", "--root-hints", str(path))
        assert (ran.status, ran.err) == (3, f"probe6: --root-hints: {path} {complaint}\n")


class TestState:
    """What one run leaves for the next."""

    def test_verdicts_are_remembered(self, world: World, probe6: Probe6, tmp_path: Path) -> None:
        world.verdicts["a.example"] = Verdict.CRITICAL
        probe6("a.example", "b.example", "--state", str(tmp_path / "mine"))
        kept = Store(tmp_path / "mine", print)
        assert [item.verdict for item in kept.history("a.example")] == ["critical"]
        assert [item.verdict for item in kept.history("b.example")] == ["ok"]
        kept.close()

    def test_no_state_leaves_none(
        self, world: World, probe6: Probe6, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        assert probe6("a.example", "--no-state").err == ""
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("words", [("demo",), ("lab", "--list"), ("--version",)])
    def test_who_does_not_check_has_none(
        self, probe6: Probe6, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
    ) -> None:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        assert probe6(*words).status == 0
        assert list(tmp_path.iterdir()) == []

    def test_a_file_that_is_no_state_is_told_once_and_fails_nothing(
        self, world: World, probe6: Probe6, tmp_path: Path
    ) -> None:
        (tmp_path / "mine").write_text("my shopping list" * 100)
        ran = probe6("a.example", "b.example", "--state", str(tmp_path / "mine"))
        assert ran.status == 0
        assert "a.example" in ran.out
        assert ran.err.count("\n") == 1
        assert "going on without it" in ran.err

    def test_a_list_does_not_insist(self, world: World, probe6: Probe6, tmp_path: Path) -> None:
        (tmp_path / "list").write_text("a.example\n")
        probe6(f"@{tmp_path / 'list'}", "b.example")
        assert {target.name: settings.named for target, settings in world.asked} == {
            "a.example": False,
            "b.example": True,
        }


class TestSigning:
    """``--dkim-key``: who signs is known before anything is sent."""

    @pytest.fixture
    def key(self, tmp_path: Path) -> str:
        made = rsa.generate_private_key(65537, 1024).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (tmp_path / "dkim.pem").write_bytes(made)
        return str(tmp_path / "dkim.pem")

    def test_for_the_domain_of_the_sender(self, world: World, probe6: Probe6, key: str) -> None:
        ran = probe6("user@a.example", "--from", "me@b.example", "--dkim-key", key, "--format", "json")
        assert (world.settings.dkim_domain, world.settings.dkim_selector) == ("b.example", "mail")
        assert "dkim.pem" not in ran.out + ran.err

    def test_for_our_own_name_where_nobody_writes(self, world: World, probe6: Probe6, key: str) -> None:
        probe6("user@a.example", "--helo", "probe.b.example", "--dkim-key", key, "--dkim-selector", "s1.x")
        assert (world.settings.dkim_domain, world.settings.dkim_selector) == ("probe.b.example", "s1.x")

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("user@a.example", "--dkim-key", "KEY"), "--from ADDR"),
            (("user@a.example", "--helo", "[192.0.2.1]", "--dkim-key", "KEY"), "--from ADDR"),
            (("a.example", "--from", "me@b.example", "--dkim-key", "KEY"), "name a mailbox"),
            (("user@a.example", "--from", "me@b.example", "--dkim-key", "/nowhere/key"), "No such file"),
            (("user@a.example", "--from", "me@b.example", "--dkim-key", __file__), "no private key in it"),
            (("user@a.example", "--dkim-selector", "mail"), "--dkim-key FILE"),
            (("user@a.example", "--dkim-key", "KEY", "--dkim-selector", "a b"), "not a selector"),
            (("user@a.example", "--dkim-key", "KEY", "--dkim-selector", ""), "not a selector"),
        ],
    )
    def test_what_cannot_sign_is_told_before_anything_is_sent(
        self, world: World, probe6: Probe6, key: str, words: tuple[str, ...], said: str
    ) -> None:
        ran = probe6(*(key if word == "KEY" else word for word in words))
        assert ran.status == 3
        assert said in ran.err
        assert ran.err.count("\n") == 1
        assert world.asked == []


@pytest.mark.parametrize("word", ["<>", ""])
def test_nobody_can_be_written_either_way(world: World, probe6: Probe6, word: str) -> None:
    assert probe6("user@a.example", "--from", word).status == 0
    assert world.settings.sender == ""


class TestAgain:
    """``--config``: a run that comes again and again."""

    @pytest.fixture
    def config(self, tmp_path: Path) -> Path:
        path = tmp_path / "a.toml"
        path.write_text("targets = ['a.example', 'b.example']\n")
        return path

    def test_a_first_quiet_run_with_all_well_prints_nothing(self, world: World, probe6: Probe6, config: Path) -> None:
        ran = probe6("check", "--config", str(config), "--quiet")
        assert (ran.status, ran.out, ran.err) == (0, "", "")

    def test_quiet_tells_a_change_once_it_stays_and_the_status_is_raw(
        self, world: World, probe6: Probe6, config: Path
    ) -> None:
        words = ("check", "--config", str(config), "--quiet")
        assert probe6(*words).out == ""
        world.verdicts["b.example"] = Verdict.CRITICAL
        ran = [probe6(*words) for _ in range(3)]
        assert [item.status for item in ran] == [2, 2, 2]
        assert ["b.example" in item.out for item in ran] == [False, True, False]
        assert not any("a.example" in item.out for item in ran)
        world.verdicts.clear()
        ran = [probe6(*words) for _ in range(3)]
        assert [item.status for item in ran] == [0, 0, 0]
        assert ["b.example" in item.out for item in ran] == [False, False, True]

    @pytest.mark.parametrize("word", ["nagios", "prometheus"])
    def test_formats_for_monitoring_stay_raw(self, world: World, probe6: Probe6, config: Path, word: str) -> None:
        world.verdicts["b.example"] = Verdict.CRITICAL
        out = [probe6("check", "--config", str(config), "--format", word) for _ in range(3)]
        assert {item.status for item in out} == {2}
        assert len({item.out for item in out}) == 1
        assert "mon-state-change" not in out[0].out

    def test_debounce_of_ones_own(self, world: World, probe6: Probe6, config: Path) -> None:
        words = ("check", "--config", str(config), "--quiet", "--debounce", "1/1")
        assert probe6(*words).out == ""
        world.verdicts["b.example"] = Verdict.CRITICAL
        assert "b.example" in probe6(*words).out

    def test_on_change_is_called_for_what_changed(
        self, world: World, probe6: Probe6, config: Path, tmp_path: Path
    ) -> None:
        seen = tmp_path / "seen"
        program = f"import json, sys; open({str(seen)!r}, 'a').write(json.load(sys.stdin)['target'] + ' ')"
        config.write_text(f"{config.read_text()}on-change = ['{sys.executable}', '-c', {json.dumps(program)}]\n")
        world.verdicts["b.example"] = Verdict.CRITICAL
        for _ in range(3):
            assert probe6("check", "--config", str(config)).status == 2
        assert seen.read_text() == "b.example "

    def test_a_second_run_is_one_line(self, world: World, probe6: Probe6, config: Path, tmp_path: Path) -> None:
        state = tmp_path / "s" / "state.sqlite"
        state.parent.mkdir()
        with alone(str(config), state):
            ran = probe6("check", "--config", str(config), "--state", str(state))
        assert (ran.status, ran.out, world.asked) == (3, "", [])
        assert ran.err.startswith(f'probe6: --config "{config}": another run of it')
        assert ran.err.count("\n") == 1

    def test_several_targets_go_through_every_format(self, world: World, probe6: Probe6, config: Path) -> None:
        assert len(probe6("check", "--config", str(config), "--format", "jsonl").out.splitlines()) == 2
