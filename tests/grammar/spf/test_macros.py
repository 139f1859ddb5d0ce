"""The examples of RFC 7208 7.4, and the rest of the macro language."""

from ipaddress import ip_address

import pytest

from probe.grammar.spf.macros import LONGEST_NAME, Speaker, expand, names_client, target

FOUR = Speaker(ip_address("192.0.2.3"), "strong-bad", "email.example.com", "mx.example.org", now=7)
SIX = Speaker(ip_address("2001:db8::cb01"), "strong-bad", "email.example.com", "mx.example.org")
NIBBLES = "2.0.0.1.0.D.B.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.C.B.0.1"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("%{s}", "strong-bad@email.example.com"),
        ("%{o}", "email.example.com"),
        ("%{d}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d3}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l}", "strong-bad"),
        ("%{l-}", "strong.bad"),
        ("%{lr}", "strong-bad"),
        ("%{lr-}", "bad.strong"),
        ("%{l1r-}", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
        ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
        ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
        ("%{h} %{c} %{t} %{r}%_%%%-", "mx.example.org 192.0.2.3 7 unknown %%20"),
        ("%{S}", "strong-bad%40email.example.com"),
        ("%{p}", "unknown"),
        ("%{d99999999999999999999}", "email.example.com"),
    ],
)
def test_ipv4(text: str, value: str) -> None:
    assert expand(text, FOUR, "email.example.com") == value


def test_ipv6_is_written_in_nibbles() -> None:
    assert expand("%{i}", SIX, "example.com") == NIBBLES
    assert expand("%{ir}.%{v}._spf.%{d2}", SIX, "email.example.com") == f"{NIBBLES[::-1]}.ip6._spf.example.com"
    assert expand("%{c}", SIX, "example.com") == "2001:db8::cb01"


def test_a_long_name_loses_labels_at_its_left() -> None:
    name = target("%{d}.example.com", FOUR, ".".join(["label"] * 60))
    assert len(name) <= LONGEST_NAME
    assert name.startswith("label.label.")
    assert name.endswith("label.example.com")


def test_who_asks_for_the_clients_name() -> None:
    assert names_client("%{P1r}.example.com")
    assert not names_client("%{d}p.example.com")
