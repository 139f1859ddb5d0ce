"""``probe6 trace``: the hops of a message."""

import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Probe6

MESSAGE = b"""\
Received: from mx1.example.com (mx1.example.com [IPv6:2001:db8::25])
\tby mailbox.example.com with LMTP id abc for <u@example.com>; Sun, 22 Nov 2026 18:05:35 +0000
Received: from probe.example.net (host9.example.net [IPv6:2001:db8::9])
\tby mx1.example.com (Postfix) with ESMTPS id 4BzQ3t1mZvz9s; Sun, 22 Nov 2026 18:09:50 +0000
Received: by probe.example.net; Sun, 22 Nov 2026 19:05:30 +0100
Received: (qmail 7 invoked by \x1b[2J)
Subject: x

body
"""
TEXT = """\
hop  time (UTC)               delay   adjusted  over  with
  1  no time                      -          -  -
  2  2026-11-22 18:05:30          -          -  -
     by    probe.example.net
  3  2026-11-22 18:09:50      260 s        5 s  IPv6  ESMTPS (TLS)
     from  host9.example.net [2001:db8::9] (HELO probe.example.net)
     by    mx1.example.com id 4BzQ3t1mZvz9s
     clock 255 s ahead at least, so 2026-11-22 18:05:35
  4  2026-11-22 18:05:35     -255 s        0 s  IPv6  LMTP
     from  mx1.example.com [2001:db8::25]
     by    mailbox.example.com id abc
     for   u@example.com
4 hops, 5 s from first to last
"""


@pytest.fixture
def message(tmp_path: Path) -> str:
    (tmp_path / "message.eml").write_bytes(MESSAGE)
    return str(tmp_path / "message.eml")


def test_text_in_the_order_the_message_went(probe6: Probe6, message: str) -> None:
    ran = probe6("trace", message)
    assert (ran.status, ran.out, ran.err) == (0, TEXT, "")


def test_json_newest_first(probe6: Probe6, message: str) -> None:
    ran = probe6("trace", message, "--format", "json")
    assert ran.status == 0
    found = json.loads(ran.out)
    assert found["schema"] == "probe6.trace/1"
    hops = found["hops"]
    assert [hop["by"] for hop in hops] == ["mailbox.example.com", "mx1.example.com", "probe.example.net", None]
    assert [(hop["delay"], hop["adjusted_delay"], hop["clock_skew"]) for hop in hops] == [
        (-255.0, 0.0, 0.0), (260.0, 5.0, 255.0), (None, None, 0.0), (None, None, None),
    ]  # fmt: skip
    assert (hops[1]["address"], hops[1]["family"], hops[1]["tls"]) == ("2001:db8::9", "ipv6", True)
    assert (hops[1]["time"], hops[1]["adjusted_time"]) == ("2026-11-22T18:09:50Z", "2026-11-22T18:05:35Z")
    assert hops[3]["raw"] == "(qmail 7 invoked by \\x1b[2J)"


def test_standard_input(probe6: Probe6, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(MESSAGE)))
    assert probe6("trace", "-").out == TEXT


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["trace"], "no file; try probe6 trace message.eml, or - for standard input"),
        (["trace", "missing"], 'message "missing": No such file or directory'),
        (["trace", "empty"], 'message "empty": no Received header in it'),
        (["trace", "empty", "--format", "jsn"], '--format: "jsn" is not a format of trace; nearest: json'),
    ],
)
def test_wrong_usage(
    probe6: Probe6, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").write_bytes(b"Subject: x\n\nReceived: by body\n")
    ran = probe6(*words)
    assert (ran.status, ran.out, ran.err) == (3, "", f"probe6: {said}\n")
