"""The fuzz target: any octets a server may say, against the core, and what must hold whatever they are.

``check(data)`` raises AssertionError when something does not hold. The first octet chooses how the rest is cut into
segments. ``python -m tests.fuzz.conversation [SECONDS [SEED]]`` mutates the corpus for that long and prints the input
that failed; a fuzzer that watches coverage can call ``check`` as it is.
"""

import random
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from probe.smtp.client import MOST_OCTETS, Answered, Client, Event
from probe.smtp.commands import OurMistake, command
from probe.smtp.replies import LINE_LIMIT, REPLY_LIMIT, Heard, Reply, ReplyReader

CORPUS = Path(__file__).parent / "corpus"
STORY = ("EHLO x", "STARTTLS", "EHLO x", "MAIL FROM:<>", "RCPT TO:<a@example.com>", "DATA", "RSET", "QUIT")
GROUP = ("MAIL FROM:<>", "RCPT TO:<a@example.com>", "DATA")
TOKENS = (b"\r\n", b"\n", b"\r", b"\0", b"\xff", b"220 ", b"250-", b"250 ", b"354 go\r\n", b"421 bye\r\n", b"STARTTLS")


def seeds() -> list[bytes]:
    return [path.read_bytes() for path in sorted(CORPUS.glob("*.smtp"))]


def check(data: bytes) -> None:
    size = data[0] % 64 + 1 if data else 1
    said = data[1:]
    segments = [said[at : at + size] for at in range(0, len(said), size)]
    assert read(segments) == read([said])
    converse(segments, said)


def read(segments: list[bytes]) -> list[Heard]:
    """The reader: what it says is well formed, and its work is linear."""
    reader, heard = ReplyReader(), []
    for segment in segments:
        reader.feed(segment)
        while (item := reader.next()) is not None:
            heard.append(item)
        assert len(reader.unfinished) <= REPLY_LIMIT + LINE_LIMIT
    assert reader.looked_at <= 4 * sum(map(len, segments))
    for item in heard:
        assert len(item.raw) <= REPLY_LIMIT
        if isinstance(item, Reply):
            assert 200 <= item.code <= 599
            assert item.raw.endswith(b"\n")
            assert len(item.lines) == item.raw.count(b"\n")
            assert not any(b"\n" in line for line in item.lines)
            assert len(set(item.facts)) == len(item.facts)
    return heard


def converse(segments: list[bytes], said: bytes) -> None:
    """The client, telling its story as far as it is let."""
    client, story, answered = Client(), list(STORY), 0
    for number, segment in enumerate(segments):
        over = client.over
        events = client.receive(segment, float(number))
        assert not (over and events)
        answered += count(events)
        if client.awaiting or client.over:
            continue
        with suppress(OurMistake):
            client.secured()
        with suppress(OurMistake):
            client.data(b".x\r\n")
            continue
        with suppress(OurMistake):
            if "PIPELINING" in client.offered and number % 2:
                client.send(*map(command, GROUP))
            elif story:
                client.send(command(story.pop(0)))
    assert answered + client.awaiting <= 1 + len(STORY) * len(GROUP) + len(segments)
    heard = b"".join(entry.raw for entry in client.transcript if not entry.sent)
    assert said.startswith(heard)
    assert len(heard) <= MOST_OCTETS + LINE_LIMIT
    assert client.receive(b"") == [] or client.over


def count(events: list[Event]) -> int:
    return sum(isinstance(event, Answered) for event in events)


def mutations(source: random.Random) -> Iterator[bytes]:
    """Inputs without end, each a seed that was cut, doubled, joined and spoilt a few times."""
    stock = seeds()
    while True:
        data = bytearray(source.choice(stock))
        for _ in range(source.randrange(1, 8)):
            at, end = sorted((source.randrange(len(data) + 1), source.randrange(len(data) + 1)))
            match source.randrange(6):
                case 0:
                    del data[at : min(end, at + 40)]
                case 1:
                    data[at:at] = source.choice(TOKENS)
                case 2:
                    data[at:at] = data[at : at + 400] * source.randrange(1, 30)
                case 3 if data:
                    data[at % len(data)] ^= 1 << source.randrange(8)
                case 4:
                    data[at:] = source.choice(stock)[at:]
                case _:
                    data[at:at] = source.randbytes(source.randrange(1, 20))
            del data[300_000:]
        yield bytes((source.randrange(256),)) + bytes(data)


def fuzz(seconds: float, seed: int) -> int:
    """Try mutations for that long; returns how many. The one that fails is written to standard error, then raised."""
    until, done = time.monotonic() + seconds, 0
    for data in mutations(random.Random(seed)):
        try:
            check(data)
        except BaseException:
            sys.stderr.write(f"seed {seed}, input {done}: {data!r}\n")
            raise
        done += 1
        if time.monotonic() > until:
            break
    return done


def main(seconds: float = 60.0, seed: int | None = None) -> int:
    seed = random.randrange(1 << 32) if seed is None else seed
    sys.stdout.write(f"{fuzz(seconds, seed)} inputs, seed {seed}: all well\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:2]), *map(int, sys.argv[2:3])))
