import sys
from pathlib import Path

import pytest

from probe.measure.configuration.servers import exim
from probe.model.configuration import Learned
from probe.model.errors import UsageError
from probe.model.words import Family

V6, V4 = Family.IPV6, Family.IPV4
ANSWER = "daemon_smtp_ports = smtp\nno_disable_ipv6\nlocal_interfaces = <; ::0 ; 0.0.0.0\n"


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(exim, "found", lambda name: None)
    return tmp_path


def program(directory: Path, monkeypatch: pytest.MonkeyPatch, answer: str, status: int = 0) -> None:
    script = directory / "exim4"
    script.write_text(
        f"#!{sys.executable}\nimport sys\n"
        f"print('/etc/exim4/exim4.conf' if 'configure_file' in sys.argv else {answer!r})\nsys.exit({status})\n"
    )
    script.chmod(0o755)
    monkeypatch.setattr(exim, "found", lambda name: str(script) if name == "exim4" else None)


async def test_asked(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(directory, monkeypatch, ANSWER)
    found = await exim.read(None, lambda: b"")
    assert (found.own, found.configuration.learned, found.configuration.place) == (
        True, Learned.ASKED, "/etc/exim4/exim4.conf",
    )  # fmt: skip
    assert {item.family: item.addresses for item in found.configuration.bindings} == {V6: ("::",), V4: ("0.0.0.0",)}


async def test_an_exim_that_fails_is_quoted(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(directory, monkeypatch, "", 1)
    with pytest.raises(UsageError, match="exim -bP: exit status 1"):
        await exim.read(None, lambda: b"")


async def test_the_answer_from_elsewhere(directory: Path) -> None:
    found = await exim.read("-", lambda: b"disable_ipv6\nlocal_interfaces = <; ::0 ; 0.0.0.0\n")
    assert {item.family for item in found.configuration.bindings} == {V4}
    assert found.configuration.outgoing[0].families == (V4,)


async def test_a_file_with_macros_and_what_it_includes(directory: Path) -> None:
    (directory / "ports").write_text("daemon_smtp_ports = 587\n")
    main = directory / "exim4.conf"
    main.write_text(f"WHERE = ::::1\nlocal_interfaces = WHERE\n.include {directory}/ports\n.include {directory}/none\n")
    [binding] = (await exim.read(str(main), lambda: b"")).configuration.bindings
    assert (binding.port, binding.addresses) == (587, ("::1",))
