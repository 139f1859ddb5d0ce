import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from probe.measure.configuration.proc import Proc

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is a thing of Linux")


def test_this_process_as_it_is() -> None:
    proc, me = Proc(), os.getpid()
    assert me in proc.pids()
    assert proc.name(me)
    assert sys.executable.rpartition("/")[2][:6] in " ".join(proc.words(me))
    started = proc.started(me)
    assert started is not None
    assert 0 <= (datetime.now(UTC) - started).total_seconds() < 86400
    assert proc.namespace("self") == proc.namespace(me)


def test_a_switch_of_the_kernel_is_read_although_it_refuses_large_reads() -> None:
    assert Proc().text("sys", "kernel", "ostype") == "Linux\n"


def test_the_holder_of_a_socket() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        inode = os.fstat(server.fileno()).st_ino
        assert Proc().holders({inode}) == {inode: os.getpid()}
    assert Proc().holders(set()) == {}


def test_what_is_not_there_is_empty(tmp_path: Path) -> None:
    proc = Proc(str(tmp_path / "nowhere"))
    assert (proc.text("stat"), proc.pids(), proc.name(1), proc.words(1)) == ("", [], "", [""])
    assert proc.started(1) is None
    assert proc.namespace(1) is None
    assert not proc.exists("net")
    assert proc.holders({1}) == {}


def test_a_name_with_blanks_and_parentheses_hides_no_field(tmp_path: Path) -> None:
    (tmp_path / "7").mkdir()
    (tmp_path / "stat").write_text("cpu 1\nbtime 1000\n")
    ticks = os.sysconf("SC_CLK_TCK")
    fields = " ".join(["S", *["0"] * 18, str(20 * ticks)])
    (tmp_path / "7" / "stat").write_text(f"7 (a) b (c) {fields} 0 0\n")
    assert Proc(str(tmp_path)).started(7) == datetime.fromtimestamp(1020, UTC)
    (tmp_path / "7" / "stat").write_text("7 (a) S 0\n")
    assert Proc(str(tmp_path)).started(7) is None
