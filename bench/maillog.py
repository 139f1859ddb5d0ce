"""Reading: log lines, Received headers and bounces a second, and the memory that following one message takes.

In: ``python -m bench.maillog [MEGABYTES]``, the size of the largest log; default 200, and 1000 is the gigabyte one asks
about, which takes minutes. The log is made up, line by line as it is read: Postfix, seven lines a message, both
families. Out: two tables in Markdown. The memory is the largest resident size of a process for each size; what a run
keeps is bounded (``probe.grammar.log_chain``), so it grows until those bounds are reached, and no further.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from probe.grammar import bounce
from probe.grammar.log_chain import follow
from probe.grammar.maillog import events
from probe.grammar.received import parse

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SAMPLE = 200_000  # lines of a measurement of speed
RECEIVED = (
    "from probe.example.net (host9.example.net [IPv6:2001:db8::9]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 "
    "(256/256 bits)) (No client certificate requested) by mx1.example.com (Postfix) with ESMTPS id 4BzQ3t1mZvz9s "
    "for <user@example.com>; Sun, 22 Nov 2026 18:00:01 +0000 (UTC)"
)


BOUNCE = (
    "Return-Path: <>\nSubject: Undelivered Mail Returned to Sender\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
    "--b\n\n<user@example.com>: host mx1.example.com[2001:db8::25] said: 550 5.1.1 unknown\n"
    "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
    "Final-Recipient: rfc822; user@example.com\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx1.example.com\n"
    "--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <p6abc@a.example>\n--b--\n"
)


def log() -> Iterator[bytes]:
    """Lines without end, each message with a short queue id of its own."""
    number = 0
    while True:
        number += 1
        queue_id = f"{number:010X}"
        address = f"2001:db8:{number % 900:x}::{number % 7000:x}" if number % 3 else f"192.0.2.{number % 250}"
        client = f"host{number % 500}.example.net[{address}]"
        sent = "delay=0.5, delays=0.1/0/0.1/0.3, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4BzQ3t1mZvz9s)"
        for daemon, text in (
            ("smtpd", f"connect from {client}"),
            ("smtpd", f"{queue_id}: client={client}"),
            ("cleanup", f"{queue_id}: message-id=<p6{number:x}@a.example>"),
            ("qmgr", f"{queue_id}: from=<a{number}@example.net>, size=400, nrcpt=1 (queue active)"),
            ("smtp", f"{queue_id}: to=<u{number}@example.com>, relay=mx1.example.com[2001:db8::25]:25, {sent}"),
            ("smtpd", f"disconnect from {client} ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5"),
            ("qmgr", f"{queue_id}: removed"),
        ):
            yield f"Nov 22 18:{number // 60 % 60:02}:{number % 60:02} mx1 postfix/{daemon}[7]: {text}\n".encode()


def megabytes(size: int) -> Iterator[bytes]:
    left = size * 1_000_000
    for line in log():
        yield line
        left -= len(line)
        if left <= 0:
            return


def resident(size: int) -> tuple[float, float]:
    """Follow one message through a log of ``size`` MB in a process of its own: its largest resident size, its time."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "bench.maillog", "follow", str(size)], check=True, capture_output=True)
    return float(done.stdout), time.perf_counter() - began


def rate(count: int, work: Iterator[object] | list[object]) -> str:
    began = time.perf_counter()
    for _ in work:
        pass
    return f"{count / (time.perf_counter() - began):,.0f}"


def follow_one(size: int) -> None:
    """What ``resident`` runs: its own largest resident size, in MB."""
    if follow(events(megabytes(size), NOW), token="p6ff@") is None:
        raise SystemExit("the message is not in the log")
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(int(status.partition("VmHWM:")[2].split()[0]) / 1024)  # ru_maxrss would begin with the parent's


def main(largest: int = 200) -> None:
    lines = list(islice(log(), SAMPLE))
    print("## Mail logs and Received headers\n")
    print("| reading | a second |\n|---|---|")
    print(f"| log lines, as events | {rate(SAMPLE, events(lines, NOW))} |")
    once = (follow(events(lines, NOW), token="p6ff@") for _ in range(1))
    print(f"| log lines, one message followed | {rate(SAMPLE, once)} |")
    print(f"| Received headers | {rate(20_000, (parse([RECEIVED]) for _ in range(20_000)))} |")
    print(f"| bounces | {rate(5_000, (bounce.parse(BOUNCE) for _ in range(5_000)))} |\n")
    print("| log followed, MB | resident, MB | seconds |\n|---|---|---|")
    for size in (largest // 20, largest // 4, largest):
        memory, seconds = resident(size)
        print(f"| {size} | {memory:.1f} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["follow", size]:
            follow_one(int(size))
        case [size]:
            main(int(size))
        case _:
            main()
