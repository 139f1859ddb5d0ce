import pytest

from tests.configurations import DEBIAN, MAIN, MASTER, audited, here
from tests.judge.checks.table import WARNING, Row, findings, name, said

CODE = "cfg-pf-dane-no-dnssec"
OUT = f"{MASTER}dane unix - - n - - smtp\n -o smtp_tls_security_level=dane"


def main(*lines: str):  # type: ignore[no-untyped-def]
    return audited(here(MAIN + "".join(f"{line}\n" for line in lines)))


WRONG = {(WARNING, None, "smtp_tls_security_level")}
CASES: list[Row] = [
    (CODE, "without DNSSEC", main("smtp_tls_security_level = dane"), WRONG),
    (CODE, "without DNSSEC, and nothing else will do", main("smtp_tls_security_level = dane-only"), WRONG),
    (CODE, "with both", main("smtp_tls_security_level = dane", "smtp_dns_support_level = dnssec"), set()),
    (CODE, "without the DNS",
     main("smtp_tls_security_level = dane", "smtp_dns_support_level = dnssec", "smtp_host_lookup = native"), WRONG),
    (CODE, "opportunistic", audited(here(DEBIAN)), set()),
    (CODE, "a service's own", audited(here(MAIN, f"{OUT}\n")), {(WARNING, None, "dane/unix")}),
    (CODE, "a service's own, with both", audited(here(MAIN, f"{OUT} -o smtp_dns_support_level=dnssec\n")), set()),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_what_is_missing_is_set() -> None:
    (finding,) = findings(main("smtp_tls_security_level = dane"), CODE)
    assert finding.fix == "postconf -e 'smtp_dns_support_level = dnssec'\npostfix reload"
