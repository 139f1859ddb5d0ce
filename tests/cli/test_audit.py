"""``probe6 audit``: files of a configuration, what is said of them, and the exit status."""

import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import probe.api
from probe.measure.configuration.servers import postfix
from probe.model.configuration import Configuration, Learned, Mta
from probe.model.errors import UsageError
from probe.model.measurement import Measurement
from tests import builders
from tests.cli.conftest import Probe6, World

PLACE = Path(__file__).parent / "configurations"
PAGE, FOLLOWED = str(PLACE / "page.cf"), str(PLACE / "followed.cf")
ADVICE = {
    "inet_protocols": ("cfg-pf-inet-protocols", "critical", "'inet_protocols = all'"),
    "inet_interfaces": ("cfg-pf-inet-interfaces", "critical", "'inet_interfaces = all'"),
    "mynetworks": ("cfg-pf-mynetworks-brackets", "critical", "[2001:db8::]/64"),
    "mynetworks [fe80::]/10": ("cfg-pf-mynetworks-broad", "critical", "postconf -e 'mynetworks = "),
    "mynetworks_style": ("cfg-pf-mynetworks-style", "ok", None),
    "smtpd_banner": ("cfg-pf-banner", "warning", "'smtpd_banner = $myhostname ESMTP'"),
    "relayhost": ("cfg-pf-relayhost", "critical", "'relayhost = [2001:db8::25]'"),
}


def test_every_piece_of_advice_of_the_page(probe6: Probe6) -> None:
    ran = probe6("audit", "postfix", PAGE, "--format", "json")
    assert (ran.status, ran.err) == (2, "")
    found = {item["subject"]: item for item in json.loads(ran.out)["findings"] if item["code"].startswith("cfg-")}
    assert {subject: (item["code"], item["verdict"]) for subject, item in found.items()} == {
        subject: (code, verdict) for subject, (code, verdict, _) in ADVICE.items()
    }
    for subject, (_, _, fix) in ADVICE.items():
        name = subject.partition(" ")[0]
        assert found[subject]["evidence"][0].startswith(f"{PAGE}:")
        assert f": {name} = " in found[subject]["evidence"][0]
        assert fix is None or fix in found[subject]["fix"]


def test_the_advice_followed_is_ok(probe6: Probe6, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PLACE)
    ran = probe6("audit", "postfix", "followed.cf", "--lan", "2001:db8::/64")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("postfix followed.cf  + OK\n")
    assert probe6("audit", "postfix", FOLLOWED).status == 1  # whose /64 it is, is asked


def test_it_ends_without_the_word_message(probe6: Probe6) -> None:
    assert "No message" not in probe6("audit", "postfix", FOLLOWED).out


def test_what_postconf_says_elsewhere(probe6: Probe6, monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"compatibility_level = 3.6\ninet_protocols = ipv4\nmyhostname = mx1.example.com\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    ran = probe6("audit", "postfix", "-", "--format", "json")
    assert ran.status == 2
    (finding,) = [item for item in json.loads(ran.out)["findings"] if item["verdict"] == "critical"]
    assert finding["evidence"] == ["standard input:2: inet_protocols = ipv4"]


def test_a_saved_audit_is_judged_again(probe6: Probe6, tmp_path: Path) -> None:
    path = str(tmp_path / "audit.json")
    first = probe6("audit", "postfix", PAGE, "--save", path)
    again = probe6("report", path)
    assert (again.status, again.out) == (first.status, first.out)


def test_a_verdict_can_be_changed(probe6: Probe6) -> None:
    ran = probe6("audit", "postfix", FOLLOWED, "--severity", "cfg-pf-mynetworks-broad=ok", "--quiet")
    assert (ran.status, ran.out) == (0, "")


def test_a_probe_of_the_same_domain_is_the_same_report(world: World, probe6: Probe6) -> None:
    ran = probe6("audit", "postfix", FOLLOWED, "--probe", "--domain", "example.com", "--resolve-is-no-option")
    assert ran.status == 3
    ran = probe6("audit", "postfix", FOLLOWED, "--probe", "--nameserver", "127.0.0.1:9", "--timeout", "0.1",
                 "--format", "json")  # fmt: skip
    (asked,) = world.asked
    assert (asked[0].text, asked[1].nameservers, asked[1].timeouts.dns) == ("example.com", (("127.0.0.1", 9),), 0.1)
    document = json.loads(ran.out)
    assert (document["target"], document["configuration"]["mta"]) == ("example.com", "postfix")


def test_a_probe_wants_room_for_its_sockets(world: World, probe6: Probe6, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise UsageError("no room")

    monkeypatch.setattr("probe.cli.audit.make_room", none)
    ran = probe6("audit", "postfix", FOLLOWED, "--probe", "--domain", "example.com")
    assert (ran.status, ran.err, world.asked) == (3, "probe6: no room\n", [])
    assert probe6("audit", "postfix", FOLLOWED).status == 0, "reading files takes none"


def test_a_domain_is_probed_once_for_all_instances(
    world: World, probe6: Probe6, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[str | None] = []

    async def audit(_mta: str, place: str | None, **_: object) -> Measurement:
        places.append(place)
        found = Configuration(Mta.POSTFIX, place or "/etc/postfix", Learned.READ, instances=("/etc/postfix-out",))
        return replace(builders.healthy(), configuration=found)

    monkeypatch.setattr(probe.api, "audit", audit)
    probe6("audit", "postfix", "--probe", "--domain", "example.com")
    assert places == [None, "/etc/postfix-out"]
    assert [asked[0].text for asked in world.asked] == ["example.com"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "no mail server; try probe6 audit postfix"),
        (["postfx"], '"postfx" is not a mail server whose configuration is read; nearest: postfix'),
        (["postfix", "missing.cf"], 'configuration "missing.cf": No such file or directory'),
        (["postfix", "empty"], 'configuration "empty": no main.cf there'),
        (["postfix", "binary.cf"], 'configuration "binary.cf": not a text file'),
        (["postfix", "blank.cf"],
         'configuration "blank.cf": no setting in it; a main.cf, or what postconf -n says'),
        (["postfix", "a", "b"], '"b" is one word too many; see probe6 audit --help'),
        (["postfix", "--lan", "2001:db8::1/64"],
         '--lan: "2001:db8::1/64" has bits set after its prefix; the range is 2001:db8::/64'),
        (["postfix", "name.cf", "--probe"], "--probe: no domain to probe; name it by --domain"),
        (["postfix", "name.cf", "--save", "x", "-o", "x"], "--save: the same file as --output"),
    ],
)  # fmt: skip
def test_wrong_usage(
    probe6: Probe6, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(postfix, "found", lambda name: None)
    Path("empty").mkdir()
    Path("binary.cf").write_bytes(b"\x7fELF\0")
    Path("blank.cf").write_text("# nothing\n")
    Path("name.cf").write_text("inet_protocols = all\n")
    ran = probe6("audit", *words)
    assert (ran.status, ran.out, ran.err) == (3, "", f"probe6: {said}\n")


def test_the_readers_are_the_files() -> None:
    assert "postfix" in probe.api.mail_servers()
