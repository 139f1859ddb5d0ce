"""A Postfix read from files and asked: the program that stands for postconf is a script of the test."""

import sys
from pathlib import Path

import pytest

from probe.measure.configuration import program
from probe.measure.configuration.servers import postfix
from probe.measure.configuration.servers.postfix import read
from probe.model.configuration import Configuration, Learned
from probe.model.errors import UsageError
from probe.model.words import Family

MAIN = "compatibility_level = 3.6\nmyhostname = mx1.example.com\ninet_protocols = ipv4\nmyorigin = $myhostname\n"
MASTER = """\
smtp inet n - y - - smtpd
submission inet n - - - - smtpd
  -o smtpd_tls_security_level=encrypt -o syslog_name=postfix/$service_name
smtp unix - - y - - smtp
out unix - - y - - smtp
  -o inet_protocols=all
"""
ANSWERS = """\
import sys
words = sys.argv[1:]
if "config_directory" in words:
    print({directory!r})
elif "-P" in words:
    print("submission/inet/smtpd_tls_security_level = encrypt")
    print("submission/inet/syslog_name = postfix/submission")
    print("out/unix/inet_protocols = all")
elif "-x" in words:
    print("inet_protocols = ipv4\\nmail_version = 3.7.11\\ncompatibility_level = 3.6\\nmyhostname = mx1.example.com")
    print("queue_directory = /nowhere\\nmyorigin = mx1.example.com\\nmulti_instance_directories = /etc/postfix-out")
"""


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No postconf on this machine."""
    monkeypatch.setattr(postfix, "found", lambda name: None)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "main.cf").write_text(MAIN)
    (tmp_path / "master.cf").write_text(MASTER)
    return tmp_path


def postconf(directory: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """A postconf that says what ``text`` prints."""
    script = directory / "postconf"
    script.write_text(f"#!{sys.executable}\n{text}")
    script.chmod(0o755)
    monkeypatch.setattr(postfix, "found", lambda name: str(script))


def nothing() -> bytes:
    raise AssertionError("standard input was read")


async def configured(place: Path | str | None, stdin: bytes = b"") -> Configuration:
    return (await read(None if place is None else str(place), lambda: stdin)).configuration


async def test_read_by_ourselves(alone: None, directory: Path) -> None:
    found = await read(str(directory), nothing)
    configuration = found.configuration
    assert (configuration.learned, found.own, found.pid, found.origin) == (Learned.READ, False, None, "mx1.example.com")
    setting = configuration.setting("inet_protocols")
    assert setting is not None
    assert (setting.value, setting.origin, setting.explicit) == ("ipv4", f"{directory}/main.cf:3", True)
    assert configuration.value("inet_interfaces") == "all"
    smtp, submission, _, out = configuration.services
    assert (smtp.chroot, submission.chroot, smtp.origin) == (True, False, f"{directory}/master.cf:1")
    assert [(item.name, item.value) for item in submission.settings] == [
        ("smtpd_tls_security_level", "encrypt"),
        ("syslog_name", "postfix/submission"),
    ]
    assert [(item.service, item.family) for item in configuration.bindings] == [
        ("smtp", Family.IPV4),
        ("submission", Family.IPV4),
    ]
    assert {item.service: item.families for item in configuration.outgoing} == {
        "smtp": (Family.IPV4,),
        "out": (Family.IPV6, Family.IPV4),
    }
    assert out.own("inet_protocols") is not None


async def test_asked_and_read_agree(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    postconf(directory, monkeypatch, ANSWERS.format(directory=str(directory)))
    asked = await configured(directory)
    assert (asked.learned, asked.version, asked.instances) == (Learned.ASKED, "3.7.11", ("/etc/postfix-out",))
    monkeypatch.setattr(postfix, "found", lambda name: None)
    alone = await configured(directory)
    assert asked.services == alone.services
    assert asked.bindings == alone.bindings
    for name in ("inet_protocols", "myhostname", "compatibility_level", "myorigin"):
        assert asked.setting(name) == alone.setting(name)


async def test_the_machines_own_is_where_postconf_says(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    postconf(directory, monkeypatch, ANSWERS.format(directory=str(directory)))
    found = await read(None, nothing)
    assert (found.own, found.configuration.place) == (True, str(directory))
    assert found.files == (f"{directory}/main.cf", f"{directory}/master.cf")


async def test_the_environment_names_another_as_for_postfix_itself(
    alone: None, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_CONFIG", str(directory))
    found = await read(None, nothing)
    assert (found.own, found.configuration.place) == (True, str(directory))


async def test_a_main_cf_means_its_directory(alone: None, directory: Path) -> None:
    assert await configured(directory / "main.cf") == await configured(directory)


async def test_another_file_stands_alone(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    postconf(directory, monkeypatch, "raise SystemExit(1)")
    (directory / "page.cf").write_text(MAIN)
    found = await configured(directory / "page.cf")
    assert (found.learned, [item.name for item in found.services]) == (Learned.READ, ["smtp", "smtp", "relay"])
    assert found.services[0].origin == "default"


async def test_the_answer_of_postconf_on_standard_input() -> None:
    found = await configured("-", b"inet_protocols = ipv4\nmyhostname = mx1.example.com\n")
    setting = found.setting("inet_protocols")
    assert setting is not None
    assert (found.learned, setting.origin) == (Learned.GIVEN, "standard input:1")
    assert found.value("mydomain") == "example.com"


async def test_tables_are_read_where_they_may_be(alone: None, directory: Path) -> None:
    (directory / "own").write_text("192.0.2.0/24\n")
    (directory / "main.cf").write_text(f"{MAIN}mynetworks = {directory}/own, cidr:{directory}/missing, hash:/x\n")
    assert (await configured(directory)).tables == ((f"{directory}/own", ("192.0.2.0/24",)),)


async def test_without_a_master_cf_the_shipped_services_stand(alone: None, directory: Path) -> None:
    (directory / "master.cf").unlink()
    assert [item.name for item in (await configured(directory)).services] == ["smtp", "smtp", "relay"]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("import sys; sys.exit('postconf: fatal: open /x/main.cf: no')", "^postconf: fatal: open /x/main.cf"),
        ("raise SystemExit(7)", "^postconf: exit status 7"),
    ],
)
async def test_a_postconf_that_fails_is_quoted(
    directory: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    postconf(directory, monkeypatch, script)
    for place in (str(directory), None):
        with pytest.raises(UsageError, match=said):
            await read(place, nothing)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing/main.cf", None, "no main.cf there"),
        ("missing.cf", None, "No such file or directory"),
        ("binary.cf", b"\x7fELF\0\0", "not a text file"),
        ("empty.cf", b"# nothing\n", "no setting in it"),
    ],
)
async def test_what_is_no_configuration_is_one_line(
    alone: None, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=said):
        await read(str(tmp_path / name), nothing)


async def test_a_directory_without_main_cf(alone: None, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no main\.cf there"):
        await read(str(tmp_path), nothing)


def test_a_lock_that_no_master_holds_is_no_process(tmp_path: Path) -> None:
    (tmp_path / "pid").mkdir()
    assert postfix._master_process(str(tmp_path)) is None
    (tmp_path / "pid/master.pid").write_text("             1\n")
    assert postfix._master_process(str(tmp_path)) is None
    (tmp_path / "pid/master.pid").write_text("x\n")
    assert postfix._master_process(str(tmp_path)) is None


def test_only_programs_that_are_there_are_found() -> None:
    assert program.found("no-such-program-of-anybody") is None


async def test_addresses_of_another_machine_do_not_keep_its_files_from_being_read(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaint = "postconf: fatal: parameter inet_interfaces: no local interface found for 192.0.2.25"
    postconf(directory, monkeypatch, f"import sys; sys.exit({complaint!r})")
    found = await configured(directory)
    assert found.learned is Learned.READ
    (problem,) = found.problems
    assert problem.sentence == f"here it fails, {complaint}"
    assert problem.fatal


async def test_a_relative_place_is_named_in_full(alone: None, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(directory)
    for place in (".", "main.cf"):
        assert (await configured(place)).place == str(directory)
