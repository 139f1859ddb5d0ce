import pytest

from probe.model.postfix import Problem
from tests.configurations import audited, healthy, postfix
from tests.judge.checks.table import OK, WARNING, Row, findings, name, said

CODE = "cfg-syntax"
LEVEL = "compatibility_level = 3.6\n"
CASES: list[Row] = [
    (CODE, "in order", healthy(), set()),
    (CODE, "a line that stops the server", audited(postfix(f"{LEVEL}no equals sign here\n")),
     {(WARNING, None, "main.cf:2")}),
    (CODE, "a line that no longer counts", audited(postfix(f"{LEVEL}a = 1\na = 2\n")), {(OK, None, "main.cf:3")}),
]  # fmt: skip


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_is_said(row: Row) -> None:
    code, _, world, expected = row
    assert said(world, code) == expected


def test_many_are_not_all_told() -> None:
    problems = tuple(Problem(f"main.cf:{number}", "no value", fatal=True) for number in range(100))
    assert len(findings(audited(postfix(problems=problems)), CODE)) == 20
