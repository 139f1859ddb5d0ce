from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.opensmtpd_lines import Line, logical_lines


def words(text: str, **files: str) -> list[list[str]]:
    return [line.words for line in logical_lines(text, "smtpd.conf", files.get)]


def test_lines_know_where_they_begin() -> None:
    text = '# none\nlisten on \\\n  "::1" # behind\n\ntable a {\n  b, c\n}\nend'
    assert logical_lines(text, "f", lambda _: None) == [
        Line(["listen", "on", "::1"], "f:2"),
        Line(["table", "a", "{", "b", ",", "c", "}"], "f:5"),
        Line(["end"], "f:8"),
    ]


def test_macros() -> None:
    assert words('if = eth0\nport="25 26"\nlisten on $if port $port $none "$if"\n') == [
        ["listen", "on", "eth0", "port", "25", "26", "$none", "$if"]
    ]


def test_what_a_macro_stands_for_is_no_macro_again() -> None:
    assert words("a = $a\nb = $a\n$b $a\n") == [["$a", "$a"]]


def test_an_included_file_stands_where_it_is_named_and_shares_the_macros() -> None:
    assert words('m = 1\ninclude "more"\n$m $n\ninclude "none"\n', more="n = 2\nlisten $m\n") == [
        ["listen", "1"],
        ["1", "2"],
    ]


def test_files_that_include_each_other_end() -> None:
    assert words("include me\nx\n", me="include me\ny\n")[-1] == ["x"]


@given(st.text(alphabet='includea="${}\\\n# ', max_size=200))
def test_no_text_makes_it_raise(text: str) -> None:
    words(text, a=text, include=text)
