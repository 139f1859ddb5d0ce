from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.expectations import parse
from probe.model.errors import UsageError
from probe.model.expectation import Declared
from probe.model.words import Family

WHOLE = """
[domain."Example.com"]
mx = { "mx1.example.com" = ["ipv4","ipv6"], "mx2.example.com." = ["ipv4"] }
parity = "strict"
tls = { starttls = "required", cert = "same", dane = "if-present", mta_sts = "enforce" }
banner_max_s = 10
greylist = "allowed"
owned = true
[deliver]
rcpt = "probe@example.com"
from = "probe6@monitor.example.net"
body_bytes = [300, 16384]
proof = ["imap","log"]
deadline_s = 600
junk = "fail"
[outbound]
sources = ["192.0.2.25","2001:db8::25"]
must_use = "both"
[dns]
forbid_prefix = ["2001:db8:dead::/48"]
max_ttl = 3600
require_ns_v6 = true
"""


def test_a_whole_file() -> None:
    (found,) = parse(WHOLE)
    assert found == Declared(
        domain="example.com",
        mx=(("mx1.example.com", (Family.IPV4, Family.IPV6)), ("mx2.example.com", (Family.IPV4,))),
        parity="strict",
        starttls="required",
        cert="same",
        dane="if-present",
        mta_sts="enforce",
        banner_max_s=10,
        greylist="allowed",
        owned=True,
        rcpt="probe@example.com",
        sender="probe6@monitor.example.net",
        proof=("imap", "log"),
        deadline_s=600,
        junk="fail",
        forbid_prefix=("2001:db8:dead::/48",),
        max_ttl=3600,
        require_ns_v6=True,
        unmeasured=("deliver.body_bytes", "outbound.sources", "outbound.must_use"),
    )


def test_for_every_target_and_hosts_as_a_list() -> None:
    assert parse("[dns]\nmax_ttl = 60")[0].domain is None
    (found,) = parse('[domain."a.example"]\nmx = ["mx.a.example"]')
    assert found.mx == (("mx.a.example", (Family.IPV6, Family.IPV4)),)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 'nothing is declared in it; begin with [domain."example.com"]'),
        ("[domian]", 'unknown key "domian"; nearest: domain'),
        ('[domain."a.example"]\npartiy = "off"', 'domain."a.example": unknown key "partiy"; nearest: parity'),
        (
            '[domain."a.example"]\nparity = "stirct"',
            'domain."a.example".parity: "stirct" is not known here; nearest: strict',
        ),
        (
            '[domain."a.example"]\nmx = { "mx.a.example" = ["ipv5"] }',
            'domain."a.example".mx."mx.a.example": "ipv5" is not a family; nearest: ipv6',
        ),
        ('[domain."a.example"]\nowned = "yes"', 'domain."a.example".owned: true or false is needed'),
        ('[domain."a.example"]\nbanner_max_s = true', 'domain."a.example".banner_max_s: a number from 1 to 604800'),
        ('[domain."a b"]\n', 'domain."a b": '),
        ('[dns]\nforbid_prefix = ["x"]', 'dns.forbid_prefix: "x" is not a prefix such as 2001:db8:dead::/48'),
        ('[dns]\nforbid_prefix = "2001:db8::/32"', "dns.forbid_prefix: a list is needed"),
        ("[deliver]\nrcpt = 1", "deliver.rcpt: a word in quotes is needed"),
        ('[deliver]\nrcpt = "nobody"', "deliver.rcpt: "),
        ("domain = 1", "domain: a table is needed"),
        ("[[[", "not TOML: "),
        ("x = [" * 5000, "not TOML"),
    ],
)
def test_what_is_wrong_is_named(text: str, line: str) -> None:
    with pytest.raises(UsageError) as wrong:
        parse(text)
    assert line in str(wrong.value)


@given(st.text(max_size=200) | st.sampled_from(WHOLE.splitlines()).map(lambda line: f"[dns]\n{line}"))
def test_any_text_is_a_declaration_or_told(text: str) -> None:
    with suppress(UsageError):
        parse(text)
