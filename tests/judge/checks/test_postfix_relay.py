import pytest

from tests.configurations import DEBIAN, MAIN, MASTER, audited, healthy, here, postfix
from tests.judge.checks.table import CRITICAL, Row, findings, name, said

ALL = "check_client_access static:OK"
CODE = "cfg-pf-relay-restrictions"
OPEN = {(CRITICAL, None, "smtp/inet")}


def main(relay: str, recipient: str = "") -> str:
    return f"{MAIN}smtpd_relay_restrictions = {relay}\nsmtpd_recipient_restrictions = {recipient}\n"


CASES: list[Row] = [
    (CODE, "the default", healthy(), set()),
    (CODE, "Debian's own", audited(here(DEBIAN)), set()),
    (CODE, "empty", audited(here(main(""))), OPEN),
    (CODE, "empty, with the old list in order", audited(here(main("", "permit_mynetworks reject_unauth_destination"))),
     set()),
    (CODE, "permit first", audited(here(main("permit"))), OPEN),
    (CODE, "permit, with the other list in order", audited(here(main("permit", "reject_unauth_destination"))), set()),
    (CODE, "only a warning", audited(here(main("permit_mynetworks, warn_if_reject reject_unauth_destination"))), OPEN),
    (CODE, "everybody rejected", audited(here(main("permit_sasl_authenticated,reject"))), set()),
    (CODE, "everybody is a friend", audited(here(main(f"{ALL}, reject_unauth_destination"))), OPEN),
    (CODE, "everybody is a friend of one list",
     audited(here(main(f"{ALL}, reject_unauth_destination", "reject_unauth_destination"))),
     set()),
    (CODE, "permit behind the reject", audited(here(main("reject_unauth_destination, permit"))), set()),
    (CODE, "a service of its own",
     audited(here(MAIN, f"{MASTER}587 inet n - y - - smtpd\n -o smtpd_relay_restrictions=permit\n")),
     {(CRITICAL, None, "587/inet")}),
    (CODE, "behind postscreen",
     audited(here(main(""), "smtp inet n - y - 1 postscreen\nsmtpd pass - - y - - smtpd\n")),
     {(CRITICAL, None, "smtpd/pass")}),
    (CODE, "a filter's way back",
     audited(here(MAIN, f"{MASTER}127.0.0.1:10025 inet n - n - - smtpd\n -o smtpd_relay_restrictions=permit\n")),
     set()),
    (CODE, "a fragment without a level", audited(postfix("myhostname = mx1.example.com\n")), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_an_open_relay_is_told_from_a_server_that_takes_nothing() -> None:
    (opened,) = findings(audited(here(main("check_client_access static:OK reject_unauth_destination"))), CODE)
    assert "open relay" in opened.sentence
    for value in ("", "permit", "permit, reject_unauth_destination"):
        (empty,) = findings(audited(here(main(value))), CODE)
        assert "takes no mail at all" in empty.sentence
