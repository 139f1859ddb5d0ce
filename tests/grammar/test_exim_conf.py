import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.exim_conf import main_options


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = b\n  c=d e  \n#f = g\n", {"a": "b", "c": "d e"}),
        ("a = b \\\n   c\\\n# a comment in between\n   d\n", {"a": "b cd"}),
        ("hide a = b # no comment\n", {"a": "b # no comment"}),
        ("yes_it_is\nno_a\nnot_b\n", {"yes_it_is": "yes", "a": "no", "b": "no"}),
        ('a = "<\\x3b ::1\\n\\101\\"" behind\n', {"a": '<; ::1\nA"'}),
        ('a = "never ends', {"a": "never ends"}),
        ("a = 1\nbegin routers\na = 2\n", {"a": "1"}),
        ("domainlist a = b\nacl_check:\n", {}),
        ("daemon_smtp_port = 26\n", {"daemon_smtp_ports": "26"}),
        ("X = ::1\nY = <; X\na = Y X\n", {"a": "<; ::1 ::1"}),
        ("X = 1\nX = 2\na = X\n", {"a": "1"}),
        ("X = 1\nX == 2X\na = X\n", {"a": "21"}),
        (".ifdef X\na = 1\n.elifdef Y\na = 2\n.else\na = 3\n.endif\nb = 4\n", {"a": "3", "b": "4"}),
        ("X=\n.ifdef X\na = 1\n.else\na = 2\n.ifndef X\na = 3\n.endif\n.endif\n", {"a": "1"}),
        ("X=\n.ifndef X\na = 1\n.elifdef X\na = 2\n.elifdef X\na = 3\n.endif\n", {"a": "2"}),
        (".ifdef _HAVE_TLS\na = 1\n.endif\n.endif\n.else\nb = 2\n", {"a": "1", "b": "2"}),
    ],
)
def test_options(text: str, found: dict[str, str]) -> None:
    assert main_options(text) == found


def test_files_that_are_included() -> None:
    files = {"/etc/exim/more": "b = X\n.include /etc/exim/more\n", "/etc/exim/none": None}
    text = "X = 1\n.include /etc/exim/more\n.include_if_exists /etc/exim/none\n.include relative\nc = 2\n"
    assert main_options(text, files.get) == {"b": "1", "c": "2"}


@given(st.text(alphabet='aX=_ \\\n#"<;:.ifdenlsgb/10', max_size=200))
def test_no_text_makes_it_raise(text: str) -> None:
    main_options(text, lambda _: text)


def test_macros_that_double_each_other_end() -> None:
    started = time.process_time()
    lines = ["A0 = xxxxxxxx"] + [f"A{number} = A{number - 1}A{number - 1}" for number in range(1, 400)]
    main_options("\n".join([*lines, *["a = A99"] * 1000]))
    assert time.process_time() - started < 30
