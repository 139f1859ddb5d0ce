"""A body that carries its own digest: what is a change of it, and what is none."""

import quopri
from base64 import encodebytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar.body import HEADER, LENGTH, digest, unchanged

BODY = b"token\r\n\r\nFrom here on = plain words\r\n001 .....\r\n"
HEAD = b"Subject: x\r\n" + HEADER.encode() + b": " + digest(BODY).encode() + b"\r\n"


def message(body: bytes, more: bytes = b"") -> bytes:
    return HEAD + more + b"\r\n" + body


def test_a_digest_is_short_and_hexadecimal() -> None:
    assert len(digest(BODY)) == LENGTH
    assert int(digest(BODY), 16)


@pytest.mark.parametrize(
    "found",
    [
        message(BODY),
        message(BODY).replace(b"\r\n", b"\n"),
        message(BODY.replace(b"\r\n", b"  \r\n")),
        message(BODY + b"\r\n\r\n"),
        message(BODY.rstrip()),
        message(BODY.replace(b"From", b">From")),
        message(quopri.encodestring(BODY), b"Content-Transfer-Encoding: Quoted-Printable\r\n"),
        message(encodebytes(BODY), b"Content-Transfer-Encoding: base64\r\n"),
        b"Received: from a by b\r\n" + message(BODY),
    ],
)
def test_what_mail_may_change(found: bytes) -> None:
    assert unchanged(found) is True


@pytest.mark.parametrize(
    "found",
    [
        message(BODY + b"-- \r\nThis message was checked for viruses.\r\n"),
        message(b"[EXTERNAL]\r\n" + BODY),
        message(BODY[:-20]),
        message(b""),
        message(BODY.upper()),
        message(b"<html>token</html>", b"Content-Type: text/html\r\n"),
        message(b"!", b"Content-Transfer-Encoding: base64\r\n"),
    ],
)
def test_what_is_a_change(found: bytes) -> None:
    assert unchanged(found) is False


@pytest.mark.parametrize("found", [b"", HEAD, b"Subject: x\r\n\r\nbody", BODY])
def test_where_nobody_can_tell(found: bytes) -> None:
    assert unchanged(found) is None


@given(st.binary(max_size=400))
def test_nothing_raises(data: bytes) -> None:
    for encoding in (b"", b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n"):
        assert unchanged(message(data, encoding)) in {True, False}
    assert unchanged(data) in {True, False, None}
