from probe.api import catalogue, codes, manuals


def test_every_code_has_a_manual() -> None:
    assert codes() == {code for manual in manuals() for code, _ in manual.codes}
    assert {"tcp-refused", "parity-verdict", "rt-received-family"} <= codes()


def test_a_code_has_a_reason_only_where_no_check_yields_it() -> None:
    assert {item.code for item in catalogue() if not item.reason} == codes()
