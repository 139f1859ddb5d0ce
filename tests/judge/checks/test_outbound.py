"""What receivers find out about a sending address, and where a guess stays silent."""

import pytest

from probe.model.dns import Resolution
from probe.model.outbound import Listing
from probe.model.words import Outcome
from tests.builders import MX1, MX4, MX6, OWN, V4, V6, both, greeting, healthy, resolution
from tests.judge.checks.table import CRITICAL, MX1_6, OK, WARNING, Row, findings, name, said
from tests.judge.sending import OUT4, OUT6, denied, named, sender, txt, world

FINE = "v=spf1 mx ip6:2001:db8:0:1::/64 ip4:198.51.100.77 -all"
NO_PTR = {"ptr": (), "fcrdns": False, "ptr_outcome": Outcome.NXDOMAIN}
GREETS = both(greeting(V6, "mail.example.com ESMTP"), greeting(V4, "mail.example.com ESMTP"))
MAIL4 = (denied("mail.example.com", "AAAA"), resolution("mail.example.com", "A", MX4))
MAIL6 = (resolution("mail.example.com", "AAAA", MX6), resolution("mail.example.com", "A", MX4))
DMARC = (txt("_dmarc.example.com", "v=DMARC1; p=reject"),)


def listing(address: str, *answers: str, own: bool = False) -> Listing:
    answer = resolution("5.2.bl.example.net", "A", *answers)
    return Listing("bl.example.net", address, answer, own, txt("5.2.bl.example.net", "see https://bl.example.net"))


CASES: list[Row] = [
    ("out-ptr", "named, and none", world(FINE, named(OUT6, **NO_PTR)), {(CRITICAL, V6, f"[{OUT6}]")}),
    ("out-ptr", "named, and none over IPv4", world(FINE, named(OUT4, **NO_PTR)), {(CRITICAL, V4, f"[{OUT4}]")}),
    ("out-ptr", "named, and it leads elsewhere", world(FINE, named(MX6, fcrdns=False)), {(CRITICAL, V6, MX1_6)}),
    ("out-ptr", "a look-up failed", world(FINE, named(OUT6, ptr=(), fcrdns=None)), set()),
    ("out-ptr", "a guess", world(FINE, sender(MX6, **NO_PTR)), set()),
    ("out-ptr", "confirmed", world(FINE, named(OUT6)), set()),
    ("out-helo", "named", world(FINE, named(MX6), given=GREETS, helo=MAIL4), {(WARNING, V6, MX1_6)}),
    ("out-helo", "a guess", world(FINE, given=GREETS, helo=MAIL4), {(OK, V6, MX1_6)}),
    ("out-helo", "both families", world(FINE, named(MX6), given=GREETS, helo=MAIL6), set()),
    ("out-helo", "nobody looked", world(FINE, named(MX6), given=GREETS), set()),
    (
        "out-helo",
        "a name nobody knows is another check's matter",
        world(FINE, named(MX6), given=GREETS, helo=(MAIL4[0], denied("mail.example.com", "A"))),
        set(),
    ),
    (
        "out-helo",
        "the look-up failed",
        world(
            FINE, named(MX6), given=GREETS, helo=(Resolution("mail.example.com", "AAAA", Outcome.SERVFAIL), MAIL4[1])
        ),
        set(),
    ),
    ("out-helo", "another machine sends", world(FINE, named(OUT6), given=GREETS, helo=MAIL4), set()),
    ("out-dnsbl", "listed", world(FINE, listings=(listing(MX6, "127.0.0.2"),)), {(WARNING, V6, MX1_6)}),
    (
        "out-dnsbl",
        "the list refuses",
        world(FINE, listings=(listing(MX6, "127.255.255.254"), listing(MX4, "127.255.255.254"))),
        {(OK, None, "bl.example.net")},
    ),
    (
        "out-dnsbl",
        "the zone is somebody else's now",
        world(FINE, listings=(listing(MX6, "203.0.113.80"),)),
        {(OK, None, "bl.example.net")},
    ),
    ("out-dnsbl", "not listed", world(FINE, listings=(listing(MX6), listing(MX4))), set()),
    ("out-dnsbl", "we are", world(FINE, listings=(listing(OWN[V6], "127.0.0.2", own=True),)), set()),
    ("out-dmarc-dkim", "all hangs on DKIM", world("v=spf1 ip4:192.0.2.25 -all", dmarc=DMARC), {(OK, V6, MX1_6)}),
    ("out-dmarc-dkim", "no policy", world("v=spf1 ip4:192.0.2.25 -all"), set()),
    ("out-dmarc-dkim", "SPF speaks for it", world(FINE, dmarc=DMARC), set()),
    (
        "out-dmarc-dkim",
        "our key is not there",
        world(FINE, dkim=denied("mail._domainkey.example.com", "TXT")),
        {(OK, None, "mail._domainkey.example.com")},
    ),
    (
        "out-dmarc-dkim",
        "our key was withdrawn",
        world(FINE, dkim=txt("mail._domainkey.example.com", "v=DKIM1; p=")),
        {(OK, None, "mail._domainkey.example.com")},
    ),
    ("out-dmarc-dkim", "our key", world(FINE, dkim=txt("mail._domainkey.example.com", "k=rsa; p=MII")), set()),
    ("out-dmarc-dkim", "nobody asked", healthy(), set()),
]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, given, expected = row
    assert said(given, code) == expected


def test_the_records_to_publish() -> None:
    (finding,) = findings(world(FINE, named(MX6, **NO_PTR)), "out-ptr")
    nibbles = f"5.2.0.0.{'0.' * 20}8.b.d.0.1.0.0.2.ip6.arpa."
    assert finding.fix == f"{nibbles} PTR {MX1}.\n{MX1}. AAAA {MX6}"


def test_what_the_list_says() -> None:
    (finding,) = findings(world(FINE, listings=(listing(MX6, "127.0.0.2"),)), "out-dnsbl")
    assert finding.evidence == ("5.2.bl.example.net A 127.0.0.2", "see https://bl.example.net")
