import pytest

from probe.model.configuration import Binding, Mta, Outgoing
from tests.configurations import IPV4_ALONE, PUBLISHED, V4, V6, audited, healthy, other
from tests.judge.checks.table import CRITICAL, OK, WARNING, Row, name, said

CODE = "cfg-sendmail"
FILE = "/etc/sendmail:3"
SIX, FOUR = Binding("smtp", 25, V6, ("::",), FILE), Binding("smtp", 25, V4, ("0.0.0.0",), FILE)
LOCAL = Binding("smtp", 25, V4, ("127.0.0.1",), FILE), Binding("smtp", 25, V6, ("::1",), FILE)
BOTH, ONE = Outgoing("smtp", (V6, V4), FILE), Outgoing("smtp", (V4,), FILE)


def world(*bound: Binding, sender: Outgoing = BOTH, **changes: object):  # type: ignore[no-untyped-def]
    return audited(other(Mta.SENDMAIL, *bound, outgoing=(sender,), **changes))


CASES: list[Row] = [
    (CODE, "both ways over both", world(SIX, FOUR), {(OK, None, "/etc/sendmail")}),
    (CODE, "listens over IPv4 alone", world(FOUR), {(CRITICAL, V6, "listening")}),
    (CODE, "listens over IPv4 alone, and no IPv6 is published", world(FOUR, published=IPV4_ALONE),
     {(WARNING, V6, "listening")}),
    (CODE, "sends over IPv4 alone", world(SIX, FOUR, sender=ONE), {(WARNING, V6, "sending")}),
    (CODE, "takes mail from its own machine", world(*LOCAL, published=PUBLISHED), {(OK, None, "/etc/sendmail")}),
    (CODE, "Postfix", healthy(), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, measurement, expected = row
    assert said(measurement, code) == expected
