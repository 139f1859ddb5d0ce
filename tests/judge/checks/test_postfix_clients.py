import pytest

from tests.configurations import DEBIAN, MAIN, MASTER, V6, audited, healthy, here
from tests.judge.checks.table import CRITICAL, OK, WARNING, Row, findings, name, said

UNKNOWN, POSTSCREEN = "cfg-pf-unknown-client", "cfg-pf-postscreen"
PSC = MASTER.replace("- - smtpd", "- 1 postscreen")
LIST = "smtpd_client_restrictions"


def rules(text: str, more: str = ""):  # type: ignore[no-untyped-def]
    return audited(here(f"{MAIN}{LIST} = {text}\n{more}"))


def postscreen(text: str, **changes: object):  # type: ignore[no-untyped-def]
    return audited(here(f"{MAIN}{text}\n", PSC, **changes))


CIDR = "cidr:/etc/postfix/access.cidr"
GOOD = ((CIDR, ("2001:db8::/32 permit", "# [comment]", "192.0.2.0/24 permit")),)
BAD = ((CIDR, ("[2001:db8::]/32 permit", "192.0.2.0/24 permit")),)

CASES: list[Row] = [
    (UNKNOWN, "the default", healthy(), set()),
    (UNKNOWN, "Debian's own", audited(here(DEBIAN)), set()),
    (UNKNOWN, "harsh", rules("permit_mynetworks, reject_unknown_client_hostname"), {(WARNING, V6, LIST)}),
    (UNKNOWN, "by its old name", rules("reject_unknown_client"), {(WARNING, V6, LIST)}),
    (UNKNOWN, "mild", rules("reject_unknown_reverse_client_hostname"), {(OK, V6, LIST)}),
    (UNKNOWN, "only a warning", rules("warn_if_reject reject_unknown_client_hostname"), set()),
    (UNKNOWN, "without IPv6", rules("reject_unknown_client_hostname", "inet_protocols = ipv4\n"), set()),
    (UNKNOWN, "a service's own",
     audited(here(MAIN, f"{MASTER}587 inet n - y - - smtpd\n -o {LIST}=reject_unknown_client_hostname\n")),
     {(WARNING, V6, f"{LIST} of 587/inet")}),
    (POSTSCREEN, "brackets in a table", postscreen(f"postscreen_access_list = {CIDR}", tables=BAD),
     {(WARNING, V6, CIDR)}),
    (POSTSCREEN, "a table in order", postscreen(f"postscreen_access_list = {CIDR}", tables=GOOD), set()),
    (POSTSCREEN, "brackets, and no postscreen", audited(here(MAIN, tables=BAD)), set()),
    (POSTSCREEN, "no IPv6 address may let in", postscreen("postscreen_whitelist_interfaces = 192.0.2.25"),
     {(CRITICAL, V6, "postscreen_whitelist_interfaces")}),
    (POSTSCREEN, "one of each may",
     postscreen("postscreen_allowlist_interfaces = 192.0.2.25 [2001:db8:25::25]"), set()),
    (POSTSCREEN, "all but one may", postscreen("postscreen_allowlist_interfaces = !192.0.2.26 static:all"), set()),
    (POSTSCREEN, "every client comes twice", postscreen("postscreen_pipelining_enable = yes"),
     {(OK, V6, "postscreen")}),
    (POSTSCREEN, "the defaults", postscreen(""), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_milder_rule_takes_the_place_of_the_harsh_one() -> None:
    (finding,) = findings(rules("permit_mynetworks, reject_unknown_client_hostname"), UNKNOWN)
    assert finding.fix is not None
    assert f"'{LIST} = permit_mynetworks, reject_unknown_reverse_client_hostname'" in finding.fix


def test_the_line_of_the_table_is_named() -> None:
    (finding,) = findings(postscreen(f"postscreen_access_list = {CIDR}", tables=BAD), POSTSCREEN)
    assert finding.evidence == ("/etc/postfix/access.cidr:1: [2001:db8::]/32 permit",)
