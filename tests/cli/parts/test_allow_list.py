"""Lines to copy, in the syntax of the programs that read them."""

import shutil
import subprocess
from ipaddress import ip_network
from pathlib import Path

import pytest

import probe.api
from probe.cli.parts.allow_list import lines
from tests.cli.conftest import Probe6

OURS = (("2001:db8:9::9", False), ("203.0.113.9", False))


def test_each_program_gets_its_own_form() -> None:
    text = lines(OURS)
    assert "ignoreip = 127.0.0.1/8 ::1 2001:db8:9::9 203.0.113.9\n" in text
    assert "2001:db8:9::9/128 permit\n203.0.113.9/32 permit\n" in text
    assert "smtpd_client_event_limit_exceptions = $mynetworks, [2001:db8:9::9], 203.0.113.9\n" in text
    for word in text.split("ignoreip = ")[1].split("\n")[0].split():
        ip_network(word, strict=False)


def test_an_address_behind_nat_is_pointed_out() -> None:
    assert lines((("192.168.1.2", True),)).startswith("# 192.168.1.2 is not what others see")


def test_without_a_way_out_there_is_nothing_to_allow() -> None:
    assert "ignoreip" not in lines(())


def test_the_command(probe6: Probe6, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe.api, "sources", lambda: OURS)
    ran = probe6("explain", "allow-list")
    assert (ran.status, ran.out) == (0, lines(OURS))
    assert "nearest: allow-list" in probe6("explain", "alow-list").err


@pytest.mark.real
def test_postfix_reads_them(tmp_path: Path) -> None:
    if shutil.which("postmap") is None or shutil.which("postconf") is None:
        pytest.skip("no postmap here (postfix)")
    text = lines(OURS)
    table = tmp_path / "access.cidr"
    (tmp_path / "master.cf").touch()
    table.write_text("".join(f"{line}\n" for line in text.split("\n") if line.endswith(" permit")))
    (tmp_path / "main.cf").write_text(
        "compatibility_level = 3.6\n" + "".join(f"{line}\n" for line in text.split("\n") if line.startswith("smtpd_"))
    )
    words = ["postmap", "-c", str(tmp_path), "-q", "2001:db8:9:0::9", f"cidr:{table}"]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout == "permit\n"
    words = ["postconf", "-c", str(tmp_path), "-h", "smtpd_client_event_limit_exceptions"]
    said = subprocess.run(words, capture_output=True, text=True, check=True)
    assert (said.stdout, said.stderr) == ("$mynetworks, [2001:db8:9::9], 203.0.113.9\n", "")


@pytest.mark.real
def test_fail2ban_reads_them(tmp_path: Path) -> None:
    if shutil.which("fail2ban-client") is None:
        pytest.skip("no fail2ban-client here (fail2ban)")
    place = tmp_path / "fail2ban"
    shutil.copytree("/etc/fail2ban", place)
    shutil.rmtree(place / "jail.d")
    (place / "jail.d").mkdir()
    log = tmp_path / "mail.log"
    log.touch()
    jail = f"[postfix]\nenabled = true\nbackend = polling\nlogpath = {log}\n"
    section = lines(OURS).partition("[DEFAULT]")[2].partition("#")[0]
    (place / "jail.d" / "probe6.local").write_text(f"[DEFAULT]{section}\n{jail}")

    def asked(option: str) -> str:
        words = ["fail2ban-client", "-c", str(place), option]
        return subprocess.run(words, capture_output=True, text=True, check=True, timeout=120).stdout

    assert "configuration test is successful" in asked("-t")
    assert "['set', 'postfix', 'addignoreip', '127.0.0.1/8', '::1', '2001:db8:9::9', '203.0.113.9']" in asked("-d")
