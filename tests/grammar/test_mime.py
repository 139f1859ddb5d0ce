import doctest
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import mime
from probe.grammar.mime import DEPTH, MESSAGE, PARTS, content_type, parts


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(mime).failed == 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ("text/plain", {})),
        (b"", ("text/plain", {})),
        (b"nonsense", ("text/plain", {})),
        (b"TEXT/Plain; Charset=utf-8", ("text/plain", {"charset": "utf-8"})),
        (b'a/b; x="c\\"d"; x=e;y = "f;g"', ("a/b", {"x": 'c"d', "y": "f;g"})),
        (b"a/b;; x", ("a/b", {})),
    ],
)
def test_content_types(value: bytes | None, expected: tuple[str, dict[str, str]]) -> None:
    assert content_type(value) == expected


MIXED = b"""Content-Type: multipart/mixed; boundary="a"

preamble
--a
Content-Type: multipart/report; boundary=ab

--ab

first
--ab
Content-Type: message/rfc822
Content-Transfer-Encoding: 7bit

Subject: --a

inner
--ab--
--a
Content-Type: text/html
Content-Transfer-Encoding: QUOTED-PRINTABLE

c=3Dd=
e
--a
Content-Transfer-Encoding: base64

Zm9v
--a--
epilogue
"""


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_leaves_in_order(end: bytes) -> None:
    found = [(part.type, part.body) for part in parts(MIXED.replace(b"\n", end))]
    assert found == [
        ("text/plain", b"first"),
        ("message/rfc822", b"Subject: --a\n\ninner"),
        ("text/html", b"c=de"),
        ("text/plain", b"foo"),
    ]


def test_a_message_that_is_no_multipart_is_one_leaf() -> None:
    assert [part.body for part in parts(b"Subject: x\n\nbody\n")] == [b"body\n"]
    assert [part.body for part in parts(b"Content-Type: multipart/mixed\n\n--\nbody\n")] == [b"--\nbody\n"]


def test_what_is_read_is_bounded() -> None:
    assert len(parts(b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\ny\n" * 1000)) == PARTS
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (number, number) for number in range(1000)
    )
    [leaf] = parts(deep + b"\ntext")
    assert leaf.type == "multipart/mixed"
    assert b"boundary=%d\n" % (DEPTH + 2) in leaf.body
    assert len(parts(b"\n" + b"x" * (2 * MESSAGE))[0].body) < MESSAGE


@pytest.mark.parametrize(
    "unit", [b"--x\n", b"--x", b";", b"Content-Type: multipart/mixed; boundary=x\n\n--x\n", b'; a="']
)
def test_a_message_full_of_one_thing_comes_back_soon(unit: bytes) -> None:
    began = time.process_time()
    parts(b"Content-Type: multipart/mixed; boundary=x\n\n" + unit * (MESSAGE // len(unit)))
    content_type(b"a/b" + unit * (65536 // len(unit)))
    assert time.process_time() - began < 3.0


@given(
    st.lists(
        st.sampled_from(
            [
                b"Content-Type: multipart/mixed; boundary=x\n",
                b"\n",
                b"--x",
                b"--x--",
                b"text",
                b"Content-Transfer-Encoding: base64\n",
                b"\r\n",
                b"=",
            ]
        )
        | st.binary(max_size=5),
        max_size=40,
    )
)
def test_no_input_raises(pieces: list[bytes]) -> None:
    assert len(parts(b"".join(pieces))) <= PARTS
