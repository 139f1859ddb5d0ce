import pytest

from probe.judge import judge
from probe.judge.contrast.merge import merge
from probe.report.text.vantages import render
from tests.builders import V4, V6, both, greeting, healthy
from tests.judge.contrast.test_diff import DEAD6, OTHER_BANNER

THREE = merge([judge(healthy()), judge(DEAD6), judge(OTHER_BANNER)])


def test_a_column_for_each_place() -> None:
    lines = render(THREE).splitlines()
    assert lines[0] == "example.com  x CRITICAL  from 3 places"
    start = lines.index("mx1.example.com over IPv6")
    assert [line.split() for line in lines[start + 1 : start + 3]] == [
        ["1", "2", "3"],
        ["connect", "connected", "refused", "connected"],
    ]
    assert "x tcp-refused, seen from 2 alone: IPv6 mx1.example.com [2001:db8::25]" in lines


def test_many_places_stand_beneath_each_other() -> None:
    many = merge([judge(item) for item in (healthy(), DEAD6) * 6])
    lines = render(many).splitlines()
    assert "    from 1, 3, 5, 7, 9 and 11: connected" in lines
    assert "    from 2, 4, 6, 8, 10 and 12: refused" in lines


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize("text", ["\x1b[2J", "x CRITICAL\r\nFix:", "w" * 2000, "漢" * 300])
def test_no_server_writes_a_line_of_ours(text: str, width: int) -> None:
    hostile = both(greeting(V6, text), greeting(V4, text))
    out = render(merge([judge(healthy()), judge(hostile)]), width=width)
    assert all(line.isprintable() for line in out.split("\n"))
    assert not any(line.startswith("Fix:") for line in out.split("\n"))
