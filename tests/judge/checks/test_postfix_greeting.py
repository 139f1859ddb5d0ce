import pytest

from tests.configurations import MAIN, MASTER, audited, healthy, here, postfix
from tests.judge.checks.table import OK, WARNING, Row, findings, name, said

CODE = "cfg-pf-banner"
NOTE, WRONG = {(OK, None, "smtpd_banner")}, {(WARNING, None, "smtpd_banner")}


def banner(text: str, more: str = ""):  # type: ignore[no-untyped-def]
    return audited(postfix(f"{MAIN}smtpd_banner = {text}\n{more}"))


CASES: list[Row] = [
    (CODE, "the default", healthy(), set()),
    (CODE, "wit behind the name", banner("$myhostname ESMTP resistance is useless"), NOTE),
    (CODE, "the name written out", banner("MX1.example.com ESMTP"), NOTE),
    (CODE, "wit in front", banner("Welcome to $myhostname"), WRONG),
    (CODE, "a code of its own", banner("220 $myhostname ESMTP"), WRONG),
    (CODE, "another machine's name", banner("mx2.example.com ESMTP"), WRONG),
    (CODE, "nothing", banner(""), WRONG),
    (CODE, "the version", banner("$myhostname ESMTP $mail_name ($mail_version)"), NOTE),
    (CODE, "nobody knows the name", audited(postfix("smtpd_banner = $myhostname ESMTP\n")), NOTE),
    (CODE, "a service's own",
     audited(here(MAIN, f"{MASTER}587 inet n - y - - smtpd\n -o smtpd_banner=hello\n")),
     {(WARNING, None, "smtpd_banner of 587/inet")}),
    (CODE, "a machine that only sends", banner("hello", "inet_interfaces = loopback-only\n"), set()),
    (CODE, "no server at all", audited(here(f"{MAIN}smtpd_banner = hello\n", "")), set()),
    (CODE, "a short name", audited(postfix("myhostname = cheshire\ncompatibility_level = 3.6\n")),
     {(WARNING, None, "myhostname")}),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_the_version_is_told_in_the_note() -> None:
    (finding,) = findings(banner("$myhostname ESMTP $mail_version"), CODE)
    assert "version" in finding.sentence
    assert finding.fix == "postconf -e 'smtpd_banner = $myhostname ESMTP'\npostfix reload"
