"""Assumed records: how they are read from a zone file, and which of them speaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.measure.dns.overlay import Overlay, read_overlay
from probe.model.errors import UsageError
from probe.model.settings import Record
from probe.model.words import Outcome, Provenance

ZONE = """\
; a plan
$TTL 1h
@        IN MX    10 mx1
         IN MX    20 MX2.Example.Net.
mx1      300 AAAA 2001:DB8:0::25
mx1          A    192.0.2.25
alias        CNAME mx1
$ORIGIN 8.b.d.0.1.0.0.2.ip6.arpa.
5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR mx1.example.com.
25.2.0.192.in-addr.arpa. PTR mx1.example.com.
_25._tcp.mx1.example.com. TLSA 3 1 1 ( 00112233445566778899aabbccddeeff
                                       00112233445566778899aabbccddeeff )
example.com. TXT "v=spf1 mx -all"
"""


def test_zone_file() -> None:
    records = {(item.name, item.rrtype): item for item in read_overlay(ZONE, "Example.com", "plan.zone")}
    assert records["example.com", "MX"] == Record(
        "example.com", "MX", ("10 mx1.example.com.", "20 MX2.Example.Net."), ttl=3600
    )
    assert records["mx1.example.com", "AAAA"] == Record("mx1.example.com", "AAAA", ("2001:db8::25",), ttl=300)
    assert records["mx1.example.com", "A"].records == ("192.0.2.25",)
    assert records["alias.example.com", "CNAME"].records == ("mx1.example.com.",)
    assert records["25.2.0.192.in-addr.arpa", "PTR"].records == ("mx1.example.com.",)
    assert any(name.endswith("8.b.d.0.1.0.0.2.ip6.arpa") for name, _ in records)
    assert records["_25._tcp.mx1.example.com", "TLSA"].records[0].startswith("3 1 1 0011")
    assert records["example.com", "TXT"].records == ('"v=spf1 mx -all"',)
    assert len(records) == 8
    assert not any(item.option for item in records.values())


def test_a_ttl_nobody_wrote() -> None:
    assert read_overlay("mx1 A 192.0.2.1", "example.com", "-") == (Record("mx1.example.com", "A", ("192.0.2.1",)),)
    assert read_overlay("", "example.com", "-") == ()


def test_international_names() -> None:
    (record,) = read_overlay("bücher MX 10 faß.de.", "example.com", "-")
    assert record == Record("xn--bcher-kva.example.com", "MX", ("10 xn--fa-hia.de.",))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("mx1 A 192.0.2.1\nmx1 AAAA 192.0.2.1\n", 2),
        ("\n\nmx1 A\n", 3),
        ("mx1 NONSENSE 1\n", 1),
        ("mx1 A 192.0.2.1\n$INCLUDE /etc/passwd\n", 2),
        ("$GENERATE 1-1000000 h$ A 192.0.2.1\n", 1),
        ("mx1 CH A 192.0.2.1\n", 1),
        ("mx1 MX ten mx2\n", 1),
        ("mx1 CNAME mx2\nmx1 A 192.0.2.1\n", 2),
        ("a..b A 192.0.2.1\n", 1),
        ("a" * 64 + " A 192.0.2.1\n", 1),
        ("mx1 TXT ( unbalanced\n", 1),
    ],
)
def test_what_is_no_zone_file(text: str, line: int) -> None:
    with pytest.raises(UsageError) as error:
        read_overlay(text, "example.com", "plan.zone")
    said = str(error.value)
    assert said.startswith("plan.zone:")
    assert abs(int(said.split(":")[1]) - line) <= 1  # the reader may have taken the end of the line already
    assert "\n" not in said


@given(st.text(alphabet='mx1 A\n\t()";$@.\\0é\x00', max_size=120) | st.text(max_size=120))
def test_any_text_is_records_or_one_line(text: str) -> None:
    said = ""
    records: tuple[Record, ...] = ()
    try:
        records = read_overlay(text, "example.com", "plan.zone")
    except UsageError as error:
        said = str(error)
    assert said.isprintable()
    assert all(record.records for record in records)


def test_the_option_wins_over_the_file() -> None:
    file, option = Record("mx.example", "A", ("192.0.2.1",)), Record("MX.example.", "a", ("192.0.2.2",), option=True)
    for both in ((file, option), (option, file)):
        answer = Overlay(both).answer("mx.example", "A")
        assert answer is not None
        assert answer.records == ("192.0.2.2",)
        assert answer.provenance is Provenance.OPTION


def test_the_same_name_twice() -> None:
    overlay = Overlay(
        [Record("mx.example", "A", ("192.0.2.1",), option=True), Record("mx.example", "A", ("192.0.2.2",), option=True)]
    )
    answer = overlay.answer("mx.example", "A")
    assert answer is not None
    assert answer.records == ("192.0.2.1", "192.0.2.2")


def test_nothing_assumed_no_data_and_alias() -> None:
    overlay = Overlay(
        [Record("none.example", "AAAA", (), option=True), Record("alias.example", "CNAME", ("B.example.",))]
    )
    assert overlay.answer("none.example", "A") is None
    nothing = overlay.answer("none.example", "AAAA")
    assert nothing is not None
    assert nothing.outcome is Outcome.NO_DATA
    alias = overlay.answer("alias.example", "A")
    assert alias is not None
    assert (alias.cnames, alias.unfinished, alias.provenance) == (("b.example",), True, Provenance.OVERLAY)
    itself = overlay.answer("alias.example", "CNAME")
    assert itself is not None
    assert itself.records == ("B.example.",)
