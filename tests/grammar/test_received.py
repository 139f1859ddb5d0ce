import doctest
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import received
from probe.grammar.header import SECTION, VALUE
from probe.grammar.received import HOPS, parse
from probe.model.delivery import Hop
from probe.model.words import Family
from tests.grammar.received_writers import WRITERS

EVENING = datetime(2026, 11, 22, 18, 0, 1, tzinfo=UTC)


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(received).failed == 0


@pytest.mark.parametrize("writer", WRITERS)
def test_every_writer(writer: str) -> None:
    header, expected = WRITERS[writer]
    [hop] = parse([header])
    found = {
        name: value
        for name, value in asdict(hop).items()
        if value is not None and name not in {"raw", "family", "logged"}
    }
    assert found == {**expected, "time": EVENING}
    assert hop.family == (None if hop.address is None else Family.IPV6 if ":" in hop.address else Family.IPV4)
    assert "\n" not in hop.raw
    assert "\t" not in hop.raw


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("as_bytes", [True, False])
def test_a_whole_message_newest_first_with_delays(end: str, *, as_bytes: bool) -> None:
    text = end.join([
        "Return-Path: <>",
        "X-Received: by 2002:a05:6a00:1:: with SMTP id x; Sun, 22 Nov 2026 17:00:00 +0000",
        "Received: by c.example with LMTP; Sun, 22 Nov 2026 18:00:09 +0000",
        "RECEIVED: (qmail 1 invoked from network)",
        "Received: from b.example ([192.0.2.9])",
        "\tby b.example; Sun, 22 Nov 2026 19:00:11 +0100",
        "received: from a.example by a.example; Sun, 22 Nov 2026 18:00:01 +0000",
        "",
        "Received: by body.example; Sun, 22 Nov 2026 18:00:01 +0000",
    ])  # fmt: skip
    hops = parse(text.encode() if as_bytes else text)
    assert [hop.by for hop in hops] == ["c.example", None, "b.example", "a.example"]
    assert [hop.delay for hop in hops] == [-2.0, None, 10.0, None]
    assert hops[2].raw == "from b.example ([192.0.2.9]) by b.example; Sun, 22 Nov 2026 19:00:11 +0100"


def test_folding_of_any_kind_reads_the_same() -> None:
    header, _ = WRITERS["postfix"]
    folded = "\r\n\t".join(header.split())
    assert parse([folded]) == parse([header]) == parse([f"  {header}\r\n"])
    assert parse(f"Received: {folded}\r\n\r\n") == parse([header])


def test_every_part_is_escaped() -> None:
    [hop] = parse([b"from \x1b[2J (\xff\\\xe2\x80\xae [192.0.2.9]) by b\x00 with \x07 id i\xc2\x85; then for <\x7f>"])
    for text in (hop.raw, hop.helo, hop.reverse_name, hop.by, hop.protocol, hop.id):
        assert text
        assert text.isprintable()
    assert (hop.helo, hop.by, hop.address) == ("\\x1b[2J", "b\\x00", "192.0.2.9")


def test_what_is_read_is_bounded() -> None:
    assert len(parse(["by a"] * (HOPS + 1))) == HOPS
    assert len(parse([b"a" * (VALUE + 1)])[0].raw) == VALUE
    assert sum(len(hop.raw) for hop in parse([b"a" * VALUE] * HOPS)) == SECTION


@pytest.mark.parametrize(
    "mark", ["(", ")", '"', "\\", '("', "[", "<", ";", "from ", "by ", "()", "(a) ", ":", "=", "@"]
)
def test_a_header_full_of_marks_comes_back(mark: str) -> None:
    [hop] = parse([f"from {mark * VALUE}"])
    assert hop.raw
    assert len(parse(f"Received: {mark * SECTION}")) == 1


def check(hops: list[Hop]) -> None:
    for hop in hops:
        assert hop.raw.isprintable()
        assert (hop.address is None) == (hop.family is None)
        assert hop.time is None or hop.time.tzinfo is UTC


@given(
    st.binary(max_size=300)
    | st.text(max_size=300)
    | st.lists(st.text(max_size=80) | st.binary(max_size=80), max_size=4)
)
def test_no_input_raises(headers: str | bytes | list[str | bytes]) -> None:
    check(parse(headers))


@given(st.sampled_from([header for header, _ in WRITERS.values()]), st.data())
def test_a_mutated_header_does_not_raise(header: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(header)))
    end = data.draw(st.integers(place, min(len(header), place + 20)))
    parts = st.sampled_from([*'();"\\<>[]%:=@ \r\n\x00\udcff', "from ", "by ", " for ", "HELO ", "helo=", "[IPv6:"])
    insert = "".join(data.draw(st.lists(parts, max_size=8)))
    check(parse([header[:place] + insert + header[end:]]))


@pytest.mark.parametrize("form", [str, str.encode])
def test_a_message_one_value_or_many_with_their_name_or_without(form: Callable[[str], str | bytes]) -> None:
    value = "from a.example ([IPv6:2001:db8::9])\r\n by b.example with ESMTP id 1; Sun, 22 Nov 2026 18:00:01 +0000"
    for given_as in (
        form(f"Subject: x\r\nReceived: {value}\r\n\r\nfrom here on"),
        form(f"received:{value}"),
        form(value),
        [form(value)],
        [form(f"Received: {value}")],
        (form(one) for one in [value]),
    ):
        [hop] = parse(given_as)
        assert (hop.address, hop.by, hop.id) == ("2001:db8::9", "b.example", "1")
    for text in (
        "",
        "Subject: x\r\n\r\nfrom a by b; c",
        "From a@example.net Sun Nov 22 18:00:01 2026\r\nSubject: x\r\n",
        "hello",
    ):
        assert parse(form(text)) == []
