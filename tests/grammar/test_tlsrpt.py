import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.tlsrpt import Reporting, parse


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        (b"v=TLSRPTv1; rua=mailto:tls@example.com", ("mailto:tls@example.com",)),
        (
            b"v=TLSRPTv1;rua=mailto:a@example.com,https://example.com/r;",
            ("mailto:a@example.com", "https://example.com/r"),
        ),
        (b"v=TLSRPTv1; rua=ftp://example.com , mailto:a@example.com", ("mailto:a@example.com",)),
    ],
)
def test_where_reports_go(text: bytes, addresses: tuple[str, ...]) -> None:
    assert parse([b"v=spf1 -all", text]) == Reporting(addresses)


@pytest.mark.parametrize("texts", [[], [b""], [b"v=spf1 -all"], [b"google-site-verification=x"]])
def test_other_records_are_none(texts: list[bytes]) -> None:
    assert parse(texts) is None


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ([b"v=TLSRPTv1"], "no rua="),
        ([b"v=TLSRPTv1; ruf=mailto:a@example.com"], "no rua="),
        ([b"v=TLSRPTv1; rua=tls@example.com"], "neither mailto: nor https:"),
        ([b"v=TLSRPTv1; rua=mailto:"], "neither mailto: nor https:"),
        ([b"v=TLSRPTv1; rua=mailto:a@example.com; nonsense"], "nonsense"),
        ([b"v=TLSRPTv1; rua=mailto:a@example.com"] * 2, "2 records"),
        ([b"v=TLSRPT1; rua=mailto:a@example.com"], "does not begin"),
        ([b" v=tlsrptv1; rua=mailto:a@example.com"], "does not begin"),
    ],
)
def test_what_senders_pass_over(texts: list[bytes], words: str) -> None:
    found = parse(texts)
    assert found is not None
    assert words in "; ".join(found.faults)


@given(st.lists(st.binary(max_size=200) | st.binary(max_size=200).map(lambda rest: b"v=TLSRPTv1;" + rest), max_size=3))
def test_nothing_raises(texts: list[bytes]) -> None:
    found = parse(texts)
    assert found is None or all(word.isprintable() for word in (*found.faults, *found.addresses))
