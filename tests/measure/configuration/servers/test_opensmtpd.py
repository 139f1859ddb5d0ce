import sys
from pathlib import Path

import pytest

from probe.measure.configuration.servers import opensmtpd
from probe.model.errors import UsageError
from probe.model.words import Family


async def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "smtpd.conf").write_text("listen on 0.0.0.0\nlisten on :: port 587\n")
    found = await opensmtpd.read(str(tmp_path), lambda: b"")
    assert not found.own
    assert [(item.port, item.family, item.origin) for item in found.configuration.bindings] == [
        (25, Family.IPV4, f"{tmp_path}/smtpd.conf:1"),
        (587, Family.IPV6, f"{tmp_path}/smtpd.conf:2"),
    ]


async def test_the_machines_own_file_must_be_accepted_by_its_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, script = tmp_path / "smtpd.conf", tmp_path / "smtpd"
    path.write_text("listen on all\n")
    script.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('smtpd.conf:1: syntax error')\n")
    script.chmod(0o755)
    monkeypatch.setattr(opensmtpd, "_USUAL", (str(path),))
    monkeypatch.setattr(opensmtpd, "found", lambda name: str(script))
    with pytest.raises(UsageError, match=r"smtpd -n: smtpd\.conf:1: syntax error"):
        await opensmtpd.read(None, lambda: b"")
    monkeypatch.setattr(opensmtpd, "found", lambda name: None)
    assert (await opensmtpd.read(None, lambda: b"")).own
