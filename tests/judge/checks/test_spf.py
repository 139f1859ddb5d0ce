"""What is said of an SPF record, and above all where nothing is: most mail hosts only receive."""

from dataclasses import replace

import pytest

from probe.model.dns import Resolution
from probe.model.words import Outcome
from tests.builders import MX4, MX6, V4, V6, only
from tests.judge.checks.table import CRITICAL, MX1_4, MX1_6, OK, UNKNOWN, WARNING, Row, findings, name, said
from tests.judge.sending import OUT4, OUT6, codes, denied, named, sender, txt, world

VOIDS = tuple(denied(f"{host}.example.com", "AAAA") for host in "abc")
FOURS = tuple(Resolution(f"{host}.example.com", "A", Outcome.ANSWER, (OUT4,)) for host in "abc")
THREE = "v=spf1 a:a.example.com a:b.example.com a:c.example.com mx -all"
PROVIDER = (
    txt("spf.example.net", "v=spf1 include:one.example.net include:two.example.net ~all"),
    txt("one.example.net", "v=spf1 ip4:192.0.2.0/22 ip4:203.0.113.0/24 ~all"),
    txt("two.example.net", "v=spf1 ip6:2001:db8::/36 ip6:2001:db8:4000::/36 ~all"),
)
ONLY4 = txt("four.example.net", "v=spf1 ip4:192.0.2.25 -all")
NESTED = (txt("deep.example.com", "v=spf1 include:deep.example.com -all"),)
SENDS6 = named(OUT6)

CASES: list[Row] = [
    # The user says who sends.
    ("out-spf-ip6", "fail", world("v=spf1 mx -all", SENDS6), {(CRITICAL, V6, f"[{OUT6}]")}),
    ("out-spf-ip6", "softfail", world("v=spf1 mx ~all", SENDS6), {(CRITICAL, V6, f"[{OUT6}]")}),
    ("out-spf-ip6", "neutral", world("v=spf1 mx", SENDS6), {(WARNING, V6, f"[{OUT6}]")}),
    ("out-spf-ip6", "no record is no fault", world(None, SENDS6), {(OK, V6, f"[{OUT6}]")}),
    ("out-spf-ip6", "pass", world("v=spf1 ip6:2001:db8:0:1::/64 -all", SENDS6), set()),
    ("out-spf-ip6", "the MX host was named", world("v=spf1 -all", named(MX6)), {(CRITICAL, V6, MX1_6)}),
    (
        "out-spf-ip6",
        "a look-up failed",
        world("v=spf1 a:gone.example.com -all", SENDS6),
        {(UNKNOWN, V6, f"[{OUT6}]")},
    ),
    ("out-spf-ip6", "time ran out", world("v=spf1 a:gone.example.com -all", SENDS6, unfinished=True), set()),
    ("out-spf-ip4", "fail", world("v=spf1 ip6:2001:db8::/64 -all", named(OUT4)), {(CRITICAL, V4, f"[{OUT4}]")}),
    # Nobody says so.
    ("out-spf-ip6", "its other address is named", world("v=spf1 ip4:192.0.2.25 -all"), {(WARNING, V6, MX1_6)}),
    ("out-spf-ip6", "its other network is named", world("v=spf1 ip4:192.0.2.0/24 ?all"), {(WARNING, V6, MX1_6)}),
    ("out-spf-ip6", "its other network is large", world("v=spf1 ip4:192.0.0.0/16 -all"), {(OK, V6, MX1_6)}),
    ("out-spf-ip6", "by a provider", world("v=spf1 include:four.example.net -all", known=(ONLY4,)), {(OK, V6, MX1_6)}),
    (
        "out-spf-ip6",
        "by a redirect, which is its own record",
        world("v=spf1 redirect=four.example.net", known=(ONLY4,)),
        {(WARNING, V6, MX1_6)},
    ),
    ("out-spf-ip6", "neither sends", world("v=spf1 ip4:203.0.113.9 -all"), set()),
    ("out-spf-ip6", "the domain does not send", world("v=spf1 -all"), set()),
    ("out-spf-ip6", "no record", world(None), set()),
    ("out-spf-ip6", "everybody may", world("v=spf1 +all"), set()),
    ("out-spf-ip6", "mx covers both", world("v=spf1 mx -all"), set()),
    ("out-spf-ip6", "a provider covers both", world("v=spf1 include:spf.example.net -all", known=PROVIDER), set()),
    ("out-spf-ip6", "the family was not asked for", only(V4, world("v=spf1 ip4:192.0.2.25 -all")), set()),
    ("out-spf-ip4", "IPv6 alone is named", world("v=spf1 ip6:2001:db8::25 -all"), {(WARNING, V4, MX1_4)}),
    ("out-spf-ip4", "both are named", world("v=spf1 ip4:192.0.2.25 ip6:2001:db8::25 -all"), set()),
    # Void look-ups.
    ("out-spf-void", "too many for IPv6", world(THREE, known=VOIDS + FOURS), {(WARNING, V6, "example.com")}),
    ("out-spf-ip6", "said once", world(THREE, known=VOIDS + FOURS), set()),
    (
        "out-spf-void",
        "nothing says that the host sends",
        world(THREE.replace("mx ", ""), known=VOIDS + FOURS),
        {(OK, V6, "example.com")},
    ),
    ("out-spf-void", "it was named", world(THREE, SENDS6, known=VOIDS + FOURS), {(WARNING, V6, "example.com")}),
    ("out-spf-void", "two are allowed", world(THREE.replace("c.e", "mx1.e"), known=VOIDS + FOURS), set()),
    ("out-spf-void", "passed before", world(THREE.replace("a:a", "mx a:a"), known=VOIDS + FOURS), set()),
    # Errors for all.
    (
        "out-spf-permerror",
        "not well formed",
        world("v=spf1 ip4:192.0.2.999 -all"),
        {(WARNING, None, "example.com")},
    ),
    ("out-spf-permerror", "no address at all", world(THREE, known=VOIDS), set()),
    (
        "out-spf-permerror",
        "a loop, and somebody who was named",
        world("v=spf1 include:deep.example.com -all", SENDS6, known=NESTED),
        {(WARNING, None, "example.com")},
    ),
    (
        "out-spf-permerror",
        "a loop, for those who come that far",
        world("v=spf1 include:deep.example.com -all", known=NESTED),
        {(OK, None, "example.com")},
    ),
    ("out-spf-permerror", "some pass before", world("v=spf1 ip4:192.0.2.25 include:x.example -all"), set()),
    # Syntax of IPv6.
    *(
        ("out-spf-ip6-syntax", term, world(f"v=spf1 mx {term} -all"), {(CRITICAL, V6, "example.com")})
        for term in (
            "ip4:2001:db8::25",
            "ip6:[2001:db8::25]",
            "ip6:192.0.2.25",
            "ip6:fe80::1%eth0",
            "ip6:2001:db8::/129",
            "ipv6:2001:db8::25",
            "2001:db8::25",
            "ip6:",
            "ip4:[2001:db8::25]",
        )
    ),
    *(
        ("out-spf-ip6-syntax", term, world(f"v=spf1 mx {term} -all"), {(WARNING, V6, "example.com")})
        for term in ("ip6:::ffff:192.0.2.25", "ip6:2001:db8:1::")
    ),
    *(
        ("out-spf-ip6-syntax", term, world(f"v=spf1 mx {term} -all"), set())
        for term in (
            "ip6:2001:DB8::25",
            "ip6:2001:db8::25/64",
            "ip6:2001:db8:1::/48",
            "IP6:2001:db8::1/128",
            "ip4:192.0.2.256",
        )
    ),
    # Breadth.
    ("out-spf-too-broad", "a provider's", world("v=spf1 ip6:2001:db8::/32 -all"), {(WARNING, V6, "example.com")}),
    ("out-spf-too-broad", "everything", world("v=spf1 ip6:::/0 -all"), {(WARNING, V6, "example.com")}),
    ("out-spf-too-broad", "IPv4 too", world("v=spf1 ip4:0.0.0.0/0 -all"), {(WARNING, V4, "example.com")}),
    ("out-spf-too-broad", "everybody", world("v=spf1 +all"), {(WARNING, None, "example.com")}),
    ("out-spf-too-broad", "forbidden, not allowed", world("v=spf1 -ip6:::/0 mx -all"), set()),
    ("out-spf-too-broad", "one's own", world("v=spf1 ip6:2001:db8::/48 ip4:192.0.2.0/24 -all"), set()),
    (
        "out-spf-too-broad",
        "what a provider includes is the provider's affair",
        world("v=spf1 include:big.example.net -all", known=(txt("big.example.net", "v=spf1 ip6:2001:db8::/29 ~all"),)),
        set(),
    ),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, given, expected = row
    assert said(given, code) == expected


def test_one_bad_term_is_said_once() -> None:
    assert codes(world("v=spf1 ip4:2001:db8::25 -all")) == {"out-spf-ip6-syntax"}


def test_two_records_are_an_error_for_all() -> None:
    given = world(None, known=())
    assert given.inquiries is not None
    assert given.inquiries.outbound is not None
    spf = (txt("example.com", "v=spf1 -all", "v=spf1 mx -all"), *given.inquiries.outbound.spf[1:])
    outbound = replace(given.inquiries.outbound, spf=spf)
    assert codes(replace(given, inquiries=replace(given.inquiries, outbound=outbound))) == {"out-spf-permerror"}


def test_the_record_to_publish() -> None:
    (finding,) = findings(world("v=spf1 ip4:192.0.2.25 -all"), "out-spf-ip6")
    assert finding.fix == 'example.com. TXT "v=spf1 ip6:2001:db8::25 ip4:192.0.2.25 -all"'
    assert finding.evidence == ("example.com TXT v=spf1 ip4:192.0.2.25 -all", 'fail by "-all"')
    (finding,) = findings(world("v=spf1 mx -all", SENDS6), "out-spf-ip6")
    assert finding.sentence == f'The SPF record of example.com does not let {OUT6} send: fail by "-all".'


def test_a_bad_term_is_mended() -> None:
    (finding,) = findings(world("v=spf1 ip4:[2001:db8::25]/64 -all"), "out-spf-ip6-syntax")
    assert finding.fix is not None
    assert '"ip6:2001:db8::25"' in finding.fix


def test_what_a_stranger_published_cannot_write_a_line() -> None:
    hostile = world("v=spf1 ip6:\\010\\027[31m -all\\010x", sender(MX6), sender(MX4), named(OUT6))
    for finding in (*findings(hostile, "out-spf-ip6-syntax"), *findings(hostile, "out-spf-permerror")):
        assert finding.sentence.isprintable()
        assert all(line.isprintable() for line in finding.evidence)
        assert (finding.fix or "").isprintable()
    assert findings(hostile, "out-spf-ip6-syntax")


def test_nobody_asked() -> None:
    assert codes(replace(world(None), inquiries=None)) == set()
    assert MX4 in {item.address for item in world(None).resolved.hosts[0].addresses}
