"""``probe6 log``: events as JSON lines, one message's chain, and its exit status."""

# ruff: noqa: E501 - a log line stands on one line, as it is written

import gzip
import io
import json
import sys
from argparse import Namespace
from pathlib import Path

import pytest

import probe.cli.log
from tests.cli.conftest import Probe6

SENT = "relay=virtual, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (delivered to maildir)"
HEAD = [
    "2026-11-22T18:00:01Z mx1 postfix/smtpd[1]: connect from host9.example.net[2001:db8::9]",
    "2026-11-22T18:00:01Z mx1 postfix/smtpd[1]: 4BzQ3t1mZvz9s: client=host9.example.net[2001:db8::9]",
    "2026-11-22T18:00:01Z mx1 postfix/cleanup[2]: 4BzQ3t1mZvz9s: message-id=<p6abc@a.example>",
    "2026-11-22T18:00:01Z mx1 sshd[3]: p6abc",
]
TAIL = f"2026-11-22T18:00:02.5Z mx1 postfix/virtual[4]: 4BzQ3t1mZvz9s: to=<u@example.com>, {SENT}"
LOG = [*HEAD, TAIL]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "mail.log"
    path.write_text("".join(f"{line}\n" for line in LOG))
    return path


def test_every_event_is_a_line_of_json(probe6: Probe6, log: Path) -> None:
    ran = probe6("log", str(log))
    assert (ran.status, ran.err) == (0, "")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert [event["kind"] for event in found] == ["connect", "reception", "message-id", "delivery"]
    assert found[1] == {
        "daemon": "postfix", "kind": "reception", "time": "2026-11-22T18:00:01Z", "host": "mx1", "program": "postfix/smtpd", "pid": 1,
        "queue_id": "4BzQ3t1mZvz9s", "client": "2001:db8::9", "client_name": "host9.example.net", "family": "ipv6", "raw": LOG[1],
    }  # fmt: skip
    assert found[3]["time"] == "2026-11-22T18:00:02.500000Z"
    assert list(found[3])[-1] == "raw"


@pytest.mark.parametrize("words", [["--token", "P6ABC"], ["--queue-id", "4BzQ3t1mZvz9s"]])
def test_one_message_as_text(probe6: Probe6, log: Path, words: list[str]) -> None:
    ran = probe6("log", str(log), *words)
    assert ran.status == 0
    assert ran.out.splitlines() == [
        "delivered; received over IPv6 from 2001:db8::9 (host9.example.net)",
        "queue ids: 4BzQ3t1mZvz9s",
        *(f"  {LOG[index]}" for index in (1, 2, 4)),
    ]


def test_one_message_as_json(probe6: Probe6, log: Path) -> None:
    found = json.loads(probe6("log", str(log), "--token", "p6abc", "--format", "json").out)
    assert [event["raw"] for event in found.pop("events")] == [LOG[index] for index in (1, 2, 4)]
    assert found == {
        "schema": "probe6.chain/1", "fate": "delivered", "client": "2001:db8::9", "client_name": "host9.example.net",
        "family": "ipv6", "queue_ids": ["4BzQ3t1mZvz9s"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("last", "status", "fate"),
    [
        (TAIL, 0, "delivered"),
        (TAIL.replace("status=sent", "status=deferred"), 1, "deferred"),
        ("", 1, "unknown"),
        (TAIL.replace("status=sent", "status=bounced"), 2, "failed"),
        (
            "2026-11-22T18:00:02Z mx1 postfix/cleanup[2]: 4BzQ3t1mZvz9s: milter-reject: END-OF-MESSAGE from x[2001:db8::9]: 5.7.1 no",
            2,
            "rejected",
        ),
    ],
)
def test_the_exit_status_is_the_messages_fate(
    probe6: Probe6, tmp_path: Path, last: str, status: int, fate: str
) -> None:
    path = tmp_path / "log"
    path.write_text("\n".join([*HEAD, last]))
    ran = probe6("log", str(path), "--token", "p6abc")
    assert ran.status == status
    assert ran.out.startswith(f"{fate}; ")
    assert "over IPv6 from 2001:db8::9 (host9.example.net)" in ran.out.splitlines()[0]


def test_a_refusal_names_the_client(probe6: Probe6, tmp_path: Path) -> None:
    (tmp_path / "log").write_text(
        "postfix/smtpd[1]: NOQUEUE: reject: RCPT from x[2001:db8::9]: 550 no; from=<p6abc@a.example> to=<u@example.com>"
    )
    ran = probe6("log", str(tmp_path / "log"), "--token", "p6abc")
    assert (ran.status, ran.out.splitlines()[0]) == (2, "rejected; over IPv6 from 2001:db8::9 (x)")


def test_a_message_from_this_machine(probe6: Probe6, tmp_path: Path) -> None:
    (tmp_path / "log").write_text("postfix/pickup[1]: 4BzQ3t1mZvz9s: uid=0 from=<p6abc>")
    assert probe6("log", str(tmp_path / "log"), "--token", "p6abc").out.startswith("unknown; received locally\n")


def test_what_is_not_there(probe6: Probe6, log: Path) -> None:
    ran = probe6("log", str(log), "--token", "p6abd")
    assert (ran.status, ran.out, ran.err) == (3, "", 'probe6: "p6abd" is not in the log\n')


def test_a_message_that_spans_files_one_of_them_compressed(probe6: Probe6, tmp_path: Path) -> None:
    (tmp_path / "log.1.gz").write_bytes(gzip.compress("\n".join(HEAD).encode()))
    (tmp_path / "log").write_text(TAIL)
    ran = probe6("log", str(tmp_path / "log.1.gz"), str(tmp_path / "log"), "--token", "p6abc")
    assert ran.status == 0
    assert len(ran.out.splitlines()) == 5


def test_standard_input(probe6: Probe6, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {"MESSAGE": "connect from x[2001:db8::9]", "SYSLOG_IDENTIFIER": "postfix/smtpd"}
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(entry).encode())))
    assert json.loads(probe6("log", "-").out)["client"] == "2001:db8::9"


def followed(path: Path, *things: str, **words: str) -> int:
    rest = list(things)

    def sleep(_: float) -> None:
        if not rest:
            raise KeyboardInterrupt
        with path.open("a") as file:
            file.write(rest.pop(0))

    options = {"files": [str(path)], "token": None, "queue_id": None, "follow": True, "format": "text", **words}
    return probe.cli.log.run(Namespace(**options), sleep)


def test_following_events_ends_with_an_interrupt_and_0(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert followed(log, LOG[0] + "\n") == 0
    kinds = [json.loads(line)["kind"] for line in capsys.readouterr().out.splitlines()]
    assert kinds == ["connect", "reception", "message-id", "delivery", "connect"]


def test_following_a_message_tells_its_lines_as_they_come(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "log"
    path.write_text("\n".join(HEAD) + "\n")
    assert followed(path, TAIL[:20], TAIL[20:] + "\n", token="p6abc") == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [
        f"  {LOG[2]}",
        f"  {TAIL}",
        "delivered; received over IPv6 from 2001:db8::9 (host9.example.net)",
        "queue ids: 4BzQ3t1mZvz9s",
    ]


def test_following_what_never_comes(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert followed(log, queue_id="4BzQ3t1mZvz9t", format="json") == 0
    assert capsys.readouterr().out == ""


def test_a_reader_that_has_seen_enough(log: Path, monkeypatch: pytest.MonkeyPatch, probe6: Probe6) -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Closed())
    assert probe.cli.log.run(Namespace(files=[str(log)], token=None, queue_id=None, follow=False, format="text")) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "no file; try probe6 log /var/log/mail.log, or - for standard input"),
        (["missing"], 'log "missing": No such file or directory'),
        (["missing", "--follow"], 'log "missing": No such file or directory'),
        (["-", "--follow"], "--follow: standard input cannot be followed, it ends when its writer does"),
        (["x", "--token", "a", "--queue-id", "b"], "--token and --queue-id: one of them says which message"),
        (["x", "--token", ""], '--token: "" is not one line of 1 to 200 printable characters'),
        (["x", "--tokens", "a"], "unknown option --tokens; nearest: --token"),
    ],
)
def test_wrong_usage(
    probe6: Probe6, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = probe6("log", *words)
    assert (ran.status, ran.out, ran.err) == (3, "", f"probe6: {said}\n")
